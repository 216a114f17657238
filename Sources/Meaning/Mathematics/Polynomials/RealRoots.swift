/// The real roots of a polynomial with rational coefficients: the rational ones, and those of a quadratic that is left over.
struct RealRoots {
  /// The roots, each once, and whether the polynomial changes its sign there. In no order.
  private(set) var roots: [(value: Expression, isOdd: Bool)] = []

  /// The largest coefficients: their divisors are tried.
  private static let maximumCoefficient = 10_000

  /// The constant coefficient first. Nil for a constant, for large coefficients, and where more is left over than a quadratic.
  init?(_ coefficients: [Rational]) {
    guard coefficients.count > 1, var rest = Self.wholeCoefficients(coefficients) else { return nil }
    var found: [Rational] = []
    while rest.count > 3 || rest.count == 2 {
      guard let (root, quotient) = Self.rationalRoot(of: rest) else { return nil }
      found.append(root)
      rest = quotient
    }
    if rest.count == 3 {
      let (c, b, a) = (rest[0], rest[1], rest[2])
      let discriminant = b * b - 4 * a * c
      if let root = Self.squareRoot(discriminant) {
        for sign in [-1, 1] { found.append(Rational(-b + sign * root, over: 2 * a) ?? Rational(0)) }
      } else if discriminant > 0 {
        for sign in [-1, 1] {
          let root = Expression.root(degree: .number(Rational(2)), radicand: .number(Rational(discriminant)))
          let numerator = Expression.sum([.number(Rational(-b)), sign < 0 ? .negation(root) : root])
          roots.append((.quotient(numerator, .number(Rational(2 * a))), true))
        }
      }
    }
    for root in Set(found) { roots.append((.number(root), !found.count { $0 == root }.isMultiple(of: 2))) }
  }

  /// Whole multiples of the coefficients; nil where one is large.
  private static func wholeCoefficients(_ coefficients: [Rational]) -> [Int]? {
    var multiple = 1
    for coefficient in coefficients {
      guard let (_, denominator) = coefficient.parts, denominator <= maximumCoefficient else { return nil }
      multiple *= denominator / Int(greatestCommonDivisor(multiple.magnitude, denominator.magnitude))
      guard multiple <= maximumCoefficient else { return nil }
    }
    var wholes: [Int] = []
    for coefficient in coefficients {
      guard let whole = (coefficient * Rational(multiple))?.integer, whole.magnitude <= maximumCoefficient else { return nil }
      wholes.append(whole)
    }
    return wholes
  }

  /// A rational root p/q, where p divides the constant coefficient and q the leading one, and the polynomial over q x - p.
  private static func rationalRoot(of coefficients: [Int]) -> (Rational, [Int])? {
    if coefficients[0] == 0 { return (Rational(0), Array(coefficients.dropFirst())) }
    let numerators = divisors(of: coefficients[0].magnitude)
    for q in divisors(of: coefficients[coefficients.count - 1].magnitude) {
      for magnitude in numerators {
        for p in [magnitude, -magnitude] {
          guard let quotient = divided(coefficients, q, p), let root = Rational(p, over: q) else { continue }
          return (root, quotient)
        }
      }
    }
    return nil
  }

  private static func divisors(of number: UInt) -> [Int] {
    var divisors: [Int] = []
    var small: UInt = 1
    while small * small <= number {
      if number.isMultiple(of: small) {
        divisors.append(Int(small))
        if small * small < number { divisors.append(Int(number / small)) }
      }
      small += 1
    }
    return divisors
  }

  /// The coefficients over q x - p; nil where there is a remainder, or a number is too large.
  private static func divided(_ coefficients: [Int], _ q: Int, _ p: Int) -> [Int]? {
    var quotient = [Int](repeating: 0, count: coefficients.count - 1)
    var carry = 0
    for power in stride(from: coefficients.count - 1, through: 0, by: -1) {
      let (sum, overflows) = coefficients[power].addingReportingOverflow(carry)
      if overflows { return nil }
      if power == 0 { return sum == 0 ? quotient : nil }
      guard sum.isMultiple(of: q) else { return nil }
      quotient[power - 1] = sum / q
      let (next, isTooLarge) = (sum / q).multipliedReportingOverflow(by: p)
      if isTooLarge || abs(sum / q) > 1 << 30 { return nil }
      carry = next
    }
    return nil
  }

  private static func squareRoot(_ number: Int) -> Int? {
    guard number >= 0 else { return nil }
    let root = Int(Double(number).squareRoot().rounded())
    return root * root == number ? root : nil
  }
}
