internal import BigInt

/// An exact fraction in lowest terms with a positive denominator, so that equal numbers are equal values.
struct Rational: Hashable {
  let numerator: BigInt
  let denominator: BigInt

  /// The most bits of a numerator or denominator before it is reduced. Reducing takes time that grows with their square, and fractions of
  /// fractions of large powers grow fast.
  static let maximumBits = 2048

  /// The reduced fraction; nil for a denominator of 0, and where a part is too large.
  init?(_ numerator: BigInt, over denominator: BigInt = 1) {
    guard !denominator.isZero, max(numerator.bitWidth, denominator.bitWidth) <= Self.maximumBits else { return nil }
    let divisor = numerator.greatestCommonDivisor(with: denominator)
    let sign: BigInt = denominator.sign == .minus ? -1 : 1
    self.numerator = sign * numerator / divisor
    self.denominator = sign * denominator / divisor
  }

  /// A whole number.
  init(numerator: BigInt) {
    self.numerator = numerator
    denominator = 1
  }

  static func + (left: Rational, right: Rational) -> Rational? {
    Rational(left.numerator * right.denominator + right.numerator * left.denominator, over: left.denominator * right.denominator)
  }

  static func / (left: Rational, right: Rational) -> Rational? {
    Rational(left.numerator * right.denominator, over: left.denominator * right.numerator)
  }

  static prefix func - (value: Rational) -> Rational? {
    Rational(-value.numerator, over: value.denominator)
  }
}
