internal import Foundation

/// Powers take the principal branch, with one exception: a negative real number to the power of p/q with an odd q is real.
extension ExpressionEvaluator {
  mutating func power(_ base: Value<Real>, _ exponent: Value<Real>) -> Value<Real>? {
    guard case .exact(let exponent) = exponent else {
      guard let exponent = exponent.approximation else { return nil }
      if base.rational?.isZero == true { return exponent.real.double > exponent.error ? base : nil }
      return base.approximation.flatMap { principalPower($0, exponent) }.map(Value.approximate)
    }
    if exponent.isInteger { return power(base, whole: exponent) }
    if case .exact(let base) = base {
      if base.isZero { return exponent.signum > 0 ? .exact(base) : giveUp() }
      if let root = base.root(exponent) { return .exact(root) }
    }
    return base.approximation.flatMap { power($0, fraction: exponent) }.map(Value.approximate)
  }

  private mutating func power(_ base: Value<Real>, whole exponent: Rational) -> Value<Real>? {
    guard let count = exponent.integer, count > .min else { return giveUp() }
    if count == 0 { return .exact(Rational(1)) }
    if case .exact(let base) = base {
      if base.isZero && count < 0 { return giveUp() }
      // A power takes its squarings, the last of which costs as much as all before.
      let (bits, overflows) = count.magnitude.multipliedReportingOverflow(by: UInt(base.longBits + 64))
      if !overflows, bits < 0x4000_0000 {
        // A product of long numbers takes time that grows with their square.
        let words = min(Int(bits), Rational.maximumBits) >> 6
        guard spend(words + words * words / 8) else { return nil }
        if let power = base.power(count) { return .exact(power) }
      } else if let power = base.power(count) {
        return .exact(power)
      }
    }
    guard let base = base.approximation, let power = base.power(Int(count.magnitude)) else { return nil }
    return count > 0 ? .approximate(power) : (Number.one / power).map(Value.approximate)
  }

  /// The power p/q.
  private mutating func power(_ base: Number, fraction exponent: Rational) -> Number? {
    if base.size <= base.error || base.size == 0 {
      doubt()
      guard exponent.signum > 0, let exponent = Approximation<Double>(exponent)?.real else { return nil }
      // A root magnifies a small error beyond use, so that in the last precision what may be 0 is taken to be it.
      if Real.isLast && base.error < 1e-15 { return Number(Real(0.0)) }
      return Number(Real(0.0), error: pow(2 * base.error, exponent))
    }
    guard let base = base.settled else { return nil }
    if exponent == Self.half { return base.squareRoot }
    guard let approximateExponent = Number(exponent) else { return nil }
    guard base.isReal, base.real.double < 0, exponent.long == nil, exponent.shortDenominator & 1 == 1 else {
      if exponent.long == nil, exponent.shortDenominator == 2, exponent.shortNumerator.magnitude < 64, let root = base.squareRoot,
        let power = root.power(Int(exponent.shortNumerator.magnitude))
      {
        return exponent.shortNumerator > 0 ? power : Number.one / power
      }
      return principalPower(base, approximateExponent)
    }
    guard let size = principalPower(-base, approximateExponent) else { return nil }
    return exponent.shortNumerator & 1 == 1 ? -size : size
  }

  private mutating func principalPower(_ base: Number, _ exponent: Number) -> Number? {
    guard spendOnFunction(2), let logarithm = base.logarithm, let product = logarithm * exponent else { return nil }
    return product.exponential
  }

  private static var half: Rational { Rational(short: 1, over: 2) }
}

extension Rational {
  /// A power p/q that is rational, if it is found to be: of short numbers.
  func root(_ exponent: Rational) -> Rational? {
    guard long == nil, exponent.long == nil, signum > 0 || exponent.shortDenominator & 1 == 1, exponent.shortDenominator <= 64,
      exponent.shortNumerator.magnitude <= 64, let numerator = Self.root(shortNumerator, exponent.shortDenominator),
      let denominator = Self.root(shortDenominator, exponent.shortDenominator)
    else { return nil }
    return Rational(short: numerator, over: denominator).power(exponent.shortNumerator)
  }

  /// The whole root of a number.
  private static func root(_ number: Int, _ degree: Int) -> Int? {
    if number.magnitude <= 1 { return number }
    let magnitude = Double(number.magnitude)
    let estimate = degree == 2 ? magnitude.squareRoot() : pow(magnitude, 1 / Double(degree))
    guard let root = Int(exactly: estimate.rounded()) else { return nil }
    var power = 1
    for _ in 0..<degree {
      let (product, overflows) = power.multipliedReportingOverflow(by: root)
      if overflows { return nil }
      power = product
    }
    guard power.magnitude == number.magnitude else { return nil }
    return number < 0 ? -root : root
  }
}
