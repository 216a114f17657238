/// Arithmetic on what was written, in which exact numbers are computed at once.
extension Expression {
  static let zero = Expression.number(Rational(0))
  static let one = Expression.number(Rational(1))

  /// Whether it is an exact number that is 0.
  var isZero: Bool {
    if case .number(let number) = self { number.isZero } else { false }
  }

  /// Whether it is the exact number 1.
  var isOne: Bool {
    if case .number(let number) = self { number == Rational(1) } else { false }
  }

  /// The exact whole number that it is, with a sign before it or not.
  var whole: Int? {
    switch self {
    case .number(let number): number.integer
    case .negation(let part): part.whole.map { -$0 }
    default: nil
    }
  }

  func adding(_ other: Expression) -> Expression {
    if isZero { return other }
    if other.isZero { return self }
    if case .number(let left) = self, case .number(let right) = other, let sum = left + right { return .number(sum) }
    if case .sum(let terms) = self { return .sum(terms + [other]) }
    return .sum([self, other])
  }

  func subtracting(_ other: Expression) -> Expression { adding(other.negated) }

  func multiplied(by other: Expression) -> Expression {
    if isOne { return other }
    if other.isOne { return self }
    // 0 times what may be undefined isn't 0.
    if isZero, other.isDefinedEverywhere { return self }
    if other.isZero, isDefinedEverywhere { return other }
    if case .number(let left) = self, case .number(let right) = other, let product = left * right { return .number(product) }
    return .product([self, other])
  }

  func divided(by other: Expression) -> Expression {
    if other.isOne { return self }
    if case .number(let left) = self, case .number(let right) = other, !right.isZero, let quotient = left / right {
      return .number(quotient)
    }
    return .quotient(self, other)
  }

  var negated: Expression {
    switch self {
    case .number(let number): .number(-number)
    case .negation(let part): part
    default: .negation(self)
    }
  }

  /// The power with a whole exponent.
  func raised(to exponent: Expression) -> Expression {
    if exponent.isOne { return self }
    if case .number(let base) = self, let exponent = exponent.whole, exponent.magnitude <= 4096, let power = base.power(exponent) {
      return .number(power)
    }
    return .power(self, exponent)
  }

  /// Whether it is a polynomial in its variables.
  private var isDefinedEverywhere: Bool {
    switch self {
    case .number, .variable: true
    case .constant(let constant): constant != .infinity
    case .sum(let parts), .product(let parts): parts.allSatisfy(\.isDefinedEverywhere)
    case .negation(let part), .degrees(let part): part.isDefinedEverywhere
    case .quotient, .power, .root, .function: false
    }
  }
}
