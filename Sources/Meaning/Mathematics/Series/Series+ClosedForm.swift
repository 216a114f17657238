/// Closed forms: of sums of powers (Faulhaber's), of geometric ones, and of products of multiples of the index.
///
/// Each holds at all whole numbers between the bounds, and what is a polynomial or a power there is no other one elsewhere; so a sum to n and
/// the expression in n that it is equal to have the same key, and each has it by itself.
extension Series {
  func closedForm(from lower: Expression, to upper: Expression, _ allowance: inout Allowance) -> Expression? {
    guard upper.infinity == nil, lower.infinity == nil, body.subscripts(mentioning: index).isEmpty else { return nil }
    let form = kind == .sum ? sum(of: body.folded(), lower, upper) : product(lower, upper)
    guard let form, allowance.spend(on: [form]) else { return nil }
    return form
  }

  // MARK: - Sums

  private func sum(of body: Expression, _ lower: Expression, _ upper: Expression) -> Expression? {
    if let polynomial = Polynomial(body, in: index) {
      var sum = Expression.zero
      for (power, coefficient) in polynomial.coefficients.enumerated() where !coefficient.isZero {
        let partial = Self.sumOfPowers(power, to: upper).subtracting(Self.sumOfPowers(power, to: lower.subtracting(.one)))
        sum = sum.adding(coefficient.multiplied(by: partial))
      }
      return sum
    }
    switch body {
    case .negation(let part):
      return sum(of: part, lower, upper)?.negated
    case .sum(let terms):
      var total = Expression.zero
      for term in terms {
        guard let next = sum(of: term, lower, upper) else { return nil }
        total = total.adding(next)
      }
      return total
    default:
      return geometricSum(of: body, lower, upper)
    }
  }

  /// 1^p + … + n^p as the polynomial in n that it is; for p = 0 it is n.
  private static func sumOfPowers(_ power: Int, to count: Expression) -> Expression {
    // Horner's scheme from the highest coefficient on.
    let coefficients = faulhaber(power)
    return coefficients.reversed().reduce(Expression.zero) { $0.multiplied(by: count).adding(.number($1)) }
  }

  /// The coefficients of the sum of powers, that of n⁰ first.
  private static func faulhaber(_ power: Int) -> [Rational] { faulhaberTable[power] }

  private static let faulhaberTable: [[Rational]] = {
    // With B₁ = +1/2: S_p(n) = 1/(p+1) Σ_j binom(p+1, j) B_j n^(p+1-j).
    let bernoulli: [(Int, Int)] = [(1, 1), (1, 2), (1, 6), (0, 1), (-1, 30), (0, 1), (1, 42), (0, 1), (-1, 30)]
    return (0...Polynomial.maximumDegree).map { power in
      var coefficients = [Rational](repeating: Rational(0), count: power + 2)
      var binomial = 1
      for j in 0...power {
        let (numerator, denominator) = bernoulli[j]
        coefficients[power + 1 - j] = Rational(binomial * numerator, over: denominator * (power + 1)) ?? Rational(0)
        binomial = binomial * (power + 1 - j) / (j + 1)
      }
      return coefficients
    }
  }()

  /// c r^k summed: c (r^(upper+1) - r^lower) / (r - 1).
  private func geometricSum(of body: Expression, _ lower: Expression, _ upper: Expression) -> Expression? {
    guard let (factor, ratio) = geometric(body) else { return nil }
    if ratio.isOne { return factor.multiplied(by: upper.adding(.one).subtracting(lower)) }
    let difference = ratio.raised(to: upper.adding(.one)).subtracting(ratio.raised(to: lower))
    return factor.multiplied(by: difference).divided(by: ratio.subtracting(.one))
  }

  /// c and r of an expression that is c r^k.
  private func geometric(_ expression: Expression) -> (factor: Expression, ratio: Expression)? {
    guard expression.mentions(index) else { return (expression, .one) }
    switch expression {
    case .negation(let part):
      return geometric(part).map { ($0.factor.negated, $0.ratio) }
    case .product(let factors):
      var (factor, ratio) = (Expression.one, Expression.one)
      for part in factors {
        guard let next = geometric(part) else { return nil }
        (factor, ratio) = (factor.multiplied(by: next.factor), ratio.multiplied(by: next.ratio))
      }
      return (factor, ratio)
    case .quotient(let dividend, let divisor):
      guard let above = geometric(dividend), let below = geometric(divisor) else { return nil }
      return (above.factor.divided(by: below.factor), above.ratio.divided(by: below.ratio))
    case .power(let base, let exponent):
      if base.mentions(index) {
        guard let exponent = exponent.whole, exponent.magnitude <= Polynomial.maximumDegree, let base = geometric(base) else { return nil }
        return (base.factor.raised(to: .number(Rational(exponent))), base.ratio.raised(to: .number(Rational(exponent))))
      }
      guard let line = Polynomial(exponent, in: index), line.degree == 1 else { return nil }
      return (base.raised(to: line.coefficients[0]), base.raised(to: line.coefficients[1]))
    default:
      return nil
    }
  }

  // MARK: - Products

  /// Of c: c^count; of c k: c^count upper! / (lower - 1)!, for a lower bound that is 1 or more.
  private func product(_ lower: Expression, _ upper: Expression) -> Expression? {
    guard let line = Polynomial(body.folded(), in: index), line.degree <= 1 else { return nil }
    let count = upper.adding(.one).subtracting(lower)
    if line.degree == 0 { return line.coefficients[0].raised(to: count) }
    guard line.coefficients[0].isZero, let first = lower.whole, first > 0, first <= 20 else { return nil }
    let below = (1..<first).reduce(1, *)
    let factorial = Expression.function(.factorial, [upper]).divided(by: .number(Rational(below)))
    return line.coefficients[1].isOne ? factorial : line.coefficients[1].raised(to: count).multiplied(by: factorial)
  }
}
