/// Finds the value of an expression at a point, in one precision, in a bounded number of steps.
package struct ExpressionEvaluator<Real: RealNumber> {
  typealias Number = Approximation<Real>

  private let point: SamplePoint
  /// The steps that are left; below 0 where more were needed.
  private(set) var steps: Int
  /// Whether a number was taken to be on one side of a jump although it may be on the other.
  package private(set) var isAmbiguous = false
  /// Whether no other precision will do better.
  private(set) var isHopeless = false
  /// Whether degrees are turned to radians.
  private var isAngle = false

  /// An evaluator at a point; any will do for an expression without variables. Of the steps that it may take each is worth about a tenth of a
  /// microsecond.
  package init(at point: SamplePoint = SamplePoint(), steps: Int = Survey.steps) {
    self.point = point
    self.steps = steps
  }

  /// Nil where it is undefined, out of range or too much work. The expression's depth must be bounded.
  package mutating func value(of expression: Expression) -> Value<Real>? {
    guard spend(1) else { return nil }
    switch expression {
    case .number(let number):
      return .exact(number)
    case .constant(let constant):
      return value(of: constant)
    case .variable(let name):
      if let exception = point.exception, exception.name == name { return .exact(exception.value) }
      // To look a name up among many takes long.
      guard spend(point.names.count >> 3) else { return nil }
      let number = point.value(of: name)
      if number == number.rounded() { return .exact(Rational(Int(number))) }
      return .approximate(Number(Real(number)))
    case .sum(let terms):
      return fold(terms, from: 0) { $0.sum($1, $2) }
    case .product(let factors):
      return fold(factors, from: 1) { $0.product($1, $2) }
    case .negation(let expression):
      return value(of: expression).map(negative)
    case .quotient(let dividend, let divisor):
      guard let dividend = value(of: dividend), let divisor = value(of: divisor) else { return nil }
      return quotient(dividend, divisor)
    case .power(.constant(.e), let exponent):
      return value(of: exponent).flatMap { exponential($0) }
    case .power(let base, let exponent):
      guard let base = value(of: base), let exponent = value(of: exponent) else { return nil }
      return power(base, exponent)
    case .root(let degree, let radicand):
      guard let degree = value(of: degree), let radicand = value(of: radicand),
        let exponent = quotient(.exact(Rational(1)), degree)
      else { return nil }
      return power(radicand, exponent)
    case .function(let function, let arguments):
      return value(of: function, arguments)
    case .degrees(let expression):
      guard let angle = value(of: expression) else { return nil }
      if !isAngle { return angle }
      return angle.approximation.flatMap { $0 * Number.pi }.flatMap { $0 / Number(Real(180.0)) }.map(Value.approximate)
    }
  }

  private mutating func value(of constant: Expression.Constant) -> Value<Real>? {
    switch constant {
    case .pi: return .approximate(.pi)
    case .e: return .approximate(.e)
    case .i: return .approximate(.i)
    case .infinity:
      isHopeless = true
      return nil
    }
  }

  private mutating func fold(
    _ expressions: [Expression], from start: Int, _ combine: (inout ExpressionEvaluator, Value<Real>, Value<Real>) -> Value<Real>?
  ) -> Value<Real>? {
    var result: Value<Real>?
    for expression in expressions {
      guard let next = value(of: expression) else { return nil }
      if let sofar = result {
        guard let combined = combine(&self, sofar, next) else { return nil }
        result = combined
      } else {
        result = next
      }
    }
    return result ?? .exact(Rational(start))
  }

  /// The values of a function's arguments; nil if one has none.
  mutating func values(of arguments: [Expression], areAngles: Bool) -> [Value<Real>]? {
    let outside = isAngle
    isAngle = isAngle || areAngles
    defer { isAngle = outside }
    var values: [Value<Real>] = []
    values.reserveCapacity(arguments.count)
    for argument in arguments {
      guard let value = value(of: argument) else { return nil }
      values.append(value)
    }
    return values
  }

  /// The value of a function's only argument.
  mutating func value(of argument: Expression, isAngle: Bool) -> Value<Real>? {
    let outside = self.isAngle
    self.isAngle = outside || isAngle
    defer { self.isAngle = outside }
    return value(of: argument)
  }
}

extension ExpressionEvaluator {
  /// Whether there are steps left for a function that takes some times as long as an operation in doubles.
  mutating func spendOnFunction(_ count: Int = 1) -> Bool {
    spend(Real.isLast ? 25 * count : count)
  }

  /// Whether there are steps left for some work.
  mutating func spend(_ count: Int) -> Bool {
    steps -= count
    if steps < 0 { isHopeless = true }
    return steps >= 0
  }

  /// Whether there are steps left for the arithmetic of two exact numbers.
  private mutating func spend(on first: Rational, _ second: Rational) -> Bool {
    if first.long == nil && second.long == nil { return true }
    let bits = first.longBits + second.longBits
    // Whole numbers need no reducing.
    return spend(4 + (first.isInteger && second.isInteger ? bits >> 8 : (bits * bits) >> 16))
  }

  /// Says that a decision isn't certain. In the last precision it stands all the same.
  mutating func doubt() { isAmbiguous = true }

  /// Says that there is no value in any precision.
  mutating func giveUp() -> Value<Real>? {
    isHopeless = true
    return nil
  }

  func negative(_ value: Value<Real>) -> Value<Real> {
    switch value {
    case .exact(let value): .exact(-value)
    case .approximate(let value): .approximate(-value)
    }
  }

  mutating func sum(_ left: Value<Real>, _ right: Value<Real>) -> Value<Real>? {
    if case .exact(let left) = left, case .exact(let right) = right {
      guard spend(on: left, right) else { return nil }
      if let sum = left + right { return .exact(sum) }
    }
    guard let left = left.approximation, let right = right.approximation else { return nil }
    return (left + right).map(Value.approximate)
  }

  mutating func product(_ left: Value<Real>, _ right: Value<Real>) -> Value<Real>? {
    if case .exact(let left) = left, case .exact(let right) = right {
      guard spend(on: left, right) else { return nil }
      if let product = left * right { return .exact(product) }
    }
    guard let left = left.approximation, let right = right.approximation else { return nil }
    return (left * right).map(Value.approximate)
  }

  mutating func quotient(_ left: Value<Real>, _ right: Value<Real>) -> Value<Real>? {
    if case .exact(let right) = right {
      if right.isZero { return giveUp() }
      if case .exact(let left) = left {
        guard spend(on: left, right) else { return nil }
        if let quotient = left / right { return .exact(quotient) }
      }
    }
    guard let left = left.approximation, let right = right.approximation else { return nil }
    return (left / right).map(Value.approximate)
  }
}
