/// A polynomial in one name, by its coefficients, which don't mention it; the constant first.
struct Polynomial {
  /// Higher degrees aren't taken for polynomials: the work grows with the square.
  static let maximumDegree = 8

  private(set) var coefficients: [Expression]

  var degree: Int { coefficients.count - 1 }

  private init(_ coefficients: [Expression]) {
    self.coefficients = coefficients
    while self.coefficients.count > 1, self.coefficients.last?.isZero == true { self.coefficients.removeLast() }
  }

  /// Nil where the expression isn't visibly a polynomial in the name.
  init?(_ expression: Expression, in name: Expression.Name) {
    guard expression.mentions(name) else {
      self.init([expression])
      return
    }
    switch expression {
    case .constant, .variable:
      self.init([.zero, .one])
    case .sum(let terms):
      var sum = Polynomial([.zero])
      for term in terms {
        guard let next = Polynomial(term, in: name) else { return nil }
        sum = sum.adding(next)
      }
      self = sum
    case .product(let factors):
      var product = Polynomial([.one])
      for factor in factors {
        guard let next = Polynomial(factor, in: name), let longer = product.multiplied(by: next) else { return nil }
        product = longer
      }
      self = product
    case .negation(let part):
      guard let polynomial = Polynomial(part, in: name) else { return nil }
      self.init(polynomial.coefficients.map(\.negated))
    case .quotient(let dividend, let divisor):
      guard !divisor.mentions(name), let polynomial = Polynomial(dividend, in: name) else { return nil }
      self.init(polynomial.coefficients.map { $0.divided(by: divisor) })
    case .power(let base, let exponent):
      guard let exponent = exponent.whole, (0...Self.maximumDegree).contains(exponent), let factor = Polynomial(base, in: name) else {
        return nil
      }
      var product = Polynomial([.one])
      for _ in 0..<exponent {
        guard let longer = product.multiplied(by: factor) else { return nil }
        product = longer
      }
      self = product
    case .number, .root, .function, .degrees:
      return nil
    }
  }

  private func adding(_ other: Polynomial) -> Polynomial {
    Polynomial(
      (0..<max(coefficients.count, other.coefficients.count)).map { power in
        guard power < coefficients.count else { return other.coefficients[power] }
        guard power < other.coefficients.count else { return coefficients[power] }
        return coefficients[power].adding(other.coefficients[power])
      })
  }

  private func multiplied(by other: Polynomial) -> Polynomial? {
    guard degree + other.degree <= Self.maximumDegree else { return nil }
    var product = [Expression](repeating: .zero, count: degree + other.degree + 1)
    for (power, coefficient) in coefficients.enumerated() {
      for (otherPower, factor) in other.coefficients.enumerated() {
        product[power + otherPower] = product[power + otherPower].adding(coefficient.multiplied(by: factor))
      }
    }
    return Polynomial(product)
  }
}
