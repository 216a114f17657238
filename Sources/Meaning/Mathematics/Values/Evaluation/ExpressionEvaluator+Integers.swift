internal import BigInt

/// Functions of several arguments, and those of whole numbers.
extension ExpressionEvaluator {
  mutating func value(of function: Expression.Function, _ values: [Value<Real>]) -> Value<Real>? {
    switch function {
    case .log:
      guard values.count == 2, let base = value(of: .ln, values[0]), let argument = value(of: .ln, values[1]) else { return nil }
      return quotient(argument, base)
    case .binomial:
      return values.count == 2 ? binomial(values[0], values[1]) : giveUp()
    case .modulo:
      return values.count == 2 ? remainder(values[0], values[1]) : giveUp()
    case .min, .max:
      return extreme(values, isLargest: function == .max)
    default:
      return divisibility(function, values)
    }
  }

  private mutating func divisibility(_ function: Expression.Function, _ values: [Value<Real>]) -> Value<Real>? {
    var result: BigInt?
    for value in values {
      guard case .exact(let number) = value, number.isInteger else { return giveUp() }
      let next = number.numerator
      guard let sofar = result else {
        result = next
        continue
      }
      let bits = sofar.bitWidth + next.bitWidth
      guard bits <= Rational.maximumReducibleBits, spend(4 + (bits * bits) >> 16) else { return giveUp() }
      let divisor = BigInt(LongDivisor.greatest(sofar.magnitude, next.magnitude))
      if function == .gcd {
        result = divisor
      } else {
        result = divisor.isZero ? 0 : BigInt((sofar * next / divisor).magnitude)
      }
    }
    guard let result, let number = Rational(BigInt(result.magnitude)) else { return nil }
    return .exact(number)
  }

  private func extreme(_ values: [Value<Real>], isLargest: Bool) -> Value<Real>? {
    var result = values[0]
    for value in values.dropFirst() {
      if case .exact(let left) = result, case .exact(let right) = value {
        if (left < right) == isLargest { result = value }
        continue
      }
      guard let left = result.approximation?.asReal, let right = value.approximation?.asReal,
        let difference = left - right
      else { return nil }
      if (difference.real.double < 0) == isLargest { result = value }
      // Where it isn't certain which is which, either is as near as the error of both.
      if difference.size <= difference.error, case .approximate(var number) = result {
        number.error += difference.error + difference.size
        result = .approximate(number)
      }
    }
    return result
  }

  /// The first number less the second times the floor of their quotient.
  private mutating func remainder(_ dividend: Value<Real>, _ divisor: Value<Real>) -> Value<Real>? {
    guard let ratio = quotient(dividend, divisor), let floor = value(of: .floor, ratio), let multiple = product(divisor, floor)
    else { return nil }
    return sum(dividend, negative(multiple))
  }

  mutating func factorial(_ argument: Value<Real>) -> Value<Real>? {
    guard case .exact(let number) = argument, number.isInteger else {
      guard spendOnFunction(10) else { return nil }
      return argument.approximation.flatMap { $0.factorial }.map(Value.approximate)
    }
    guard let count = number.integer, (0...Self.largestFactorial).contains(count), spend(count)
    else { return giveUp() }
    if count < 2 { return .exact(Rational(1)) }
    var (product, word) = (BigUInt(1), UInt(1))
    for factor in 2...UInt(count) {
      let (next, overflows) = word.multipliedReportingOverflow(by: factor)
      if overflows { product *= BigUInt(word) }
      word = overflows ? factor : next
    }
    return Rational(BigInt(product * BigUInt(word))).map(Value.exact)
  }

  /// The largest whose factorial has no more bits than are allowed.
  private static var largestFactorial: Int { 530 }

  /// n over k: for a whole k the product n (n - 1) … (n - k + 1) over k!.
  private mutating func binomial(_ upper: Value<Real>, _ lower: Value<Real>) -> Value<Real>? {
    guard case .exact(var number) = lower, number.isInteger else {
      guard let difference = sum(upper, negative(lower)), let top = factorial(upper), let first = factorial(lower),
        let second = factorial(difference), let bottom = product(first, second)
      else { return nil }
      return quotient(top, bottom)
    }
    if number.signum < 0 { return .exact(Rational(0)) }
    if case .exact(let upper) = upper, upper.isInteger, upper.signum >= 0, let difference = upper - number {
      if difference.signum < 0 { return .exact(Rational(0)) }
      number = Swift.min(number, difference)
    }
    guard let count = number.integer, count <= 1000 else { return giveUp() }
    var (result, factor): (Value<Real>, Value<Real>) = (.exact(Rational(1)), upper)
    // Exact products grow, and are brought to lowest terms.
    let price = if case .exact = upper { 10 } else { 2 }
    for index in 0..<count {
      guard spend(price), let top = product(result, factor), let next = quotient(top, .exact(Rational(index + 1))),
        let following = sum(factor, .exact(Rational(-1)))
      else { return nil }
      (result, factor) = (next, following)
    }
    return result
  }
}
