internal import BigInt

/// An element a + bi of the field with p² elements, for a prime p that leaves 3 when divided by 4, so that -1 has no root among the a.
///
/// p = 2r + 1 for a prime r, so that every element a has one root of every odd degree but r. And it is the largest such prime below 2^62 for
/// which all primes up to 71 are squares, so that the roots of small numbers are among the a.
struct Residue: Hashable, Sendable {
  static let modulus: UInt64 = 4_611_686_018_146_440_119

  /// Both below the modulus.
  let real: UInt64
  let imaginary: UInt64

  init(real: UInt64, imaginary: UInt64 = 0) {
    self.real = real
    self.imaginary = imaginary
  }

  init(_ value: Int) {
    let size = UInt64(value.magnitude) % Self.modulus
    real = value < 0 && size > 0 ? Self.modulus - size : size
    imaginary = 0
  }

  /// Nil for a fraction whose denominator is a multiple of p.
  init?(_ value: Rational) {
    if let integer = value.integer {
      self.init(integer)
      return
    }
    let modulus = BigInt(Self.modulus)
    let parts = [value.numerator, value.denominator].map { Residue(real: UInt64($0.modulus(modulus))) }
    guard let inverse = parts[1].inverse else { return nil }
    self = parts[0] * inverse
  }

  static let zero = Residue(real: 0)
  static let one = Residue(real: 1)
  static let i = Residue(real: 0, imaginary: 1)

  var isZero: Bool { real == 0 && imaginary == 0 }
  /// Whether it is one of the a.
  var isReal: Bool { imaginary == 0 }

  static func + (left: Residue, right: Residue) -> Residue {
    Residue(real: sum(left.real, right.real), imaginary: sum(left.imaginary, right.imaginary))
  }

  static prefix func - (value: Residue) -> Residue {
    Residue(real: opposite(value.real), imaginary: opposite(value.imaginary))
  }

  static func * (left: Residue, right: Residue) -> Residue {
    if left.isReal && right.isReal { return Residue(real: product(left.real, right.real)) }
    return Residue(
      real: sum(product(left.real, right.real), opposite(product(left.imaginary, right.imaginary))),
      imaginary: sum(product(left.real, right.imaginary), product(left.imaginary, right.real)))
  }

  /// One over it; nil for 0.
  var inverse: Residue? {
    if isZero { return nil }
    let norm = isReal ? real : Self.sum(Self.product(real, real), Self.product(imaginary, imaginary))
    guard let scale = Self.inverse(of: norm, modulo: Self.modulus) else { return nil }
    if isReal { return Residue(real: scale) }
    return Residue(real: Self.product(real, scale), imaginary: Self.product(Self.opposite(imaginary), scale))
  }

  /// To the power of a whole number; nil for 0 to a negative power.
  func power(_ exponent: Int) -> Residue? {
    guard exponent >= 0 else { return inverse?.power(magnitude: exponent.magnitude) }
    return power(magnitude: exponent.magnitude)
  }

  private func power(magnitude exponent: UInt) -> Residue {
    var (result, square, rest) = (Residue.one, self, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = result * square }
      square = square * square
      rest >>= 1
    }
    return result
  }

  /// The only root of an odd degree; nil beyond the a, and where it isn't the only one.
  func root(_ degree: UInt64) -> Residue? {
    let order = Self.modulus - 1
    guard isReal, degree & 1 == 1, let inverse = Self.inverse(of: degree % order, modulo: order) else { return nil }
    return Residue(real: Self.power(real, inverse))
  }

  /// The root that is itself a square; nil for what is no square among the a.
  var squareRoot: Residue? {
    guard isReal else { return nil }
    let root = Residue(real: Self.power(real, (Self.modulus + 1) / 4))
    return root * root == self ? root : nil
  }

  /// An element of the a that depends on the seed only, and is a square.
  static func pseudorandom(_ seed: UInt64) -> Residue {
    let bits = SamplePoint.mixed(SamplePoint.mixed(seed &+ 0x2545_f491_4f6c_dd1d) &+ 1)
    let element = Residue(real: bits % modulus)
    return element * element
  }

  private static func sum(_ first: UInt64, _ second: UInt64) -> UInt64 {
    let sum = first + second
    return sum >= modulus ? sum - modulus : sum
  }

  private static func opposite(_ value: UInt64) -> UInt64 { value == 0 ? 0 : modulus - value }

  private static func product(_ first: UInt64, _ second: UInt64) -> UInt64 {
    modulus.dividingFullWidth(first.multipliedFullWidth(by: second)).remainder
  }

  private static func power(_ base: UInt64, _ exponent: UInt64) -> UInt64 {
    var (result, square, rest): (UInt64, UInt64, UInt64) = (1, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = product(result, square) }
      square = product(square, square)
      rest >>= 1
    }
    return result
  }

  /// By Euclid's algorithm; nil if the two have a divisor in common.
  private static func inverse(of value: UInt64, modulo modulus: UInt64) -> UInt64? {
    // All below 2^62, and so are the cofactors.
    var (first, second) = (Int64(modulus), Int64(value))
    var (firstFactor, secondFactor): (Int64, Int64) = (0, 1)
    while second != 0 {
      let quotient = first / second
      (first, second) = (second, first - quotient * second)
      (firstFactor, secondFactor) = (secondFactor, firstFactor - quotient * secondFactor)
    }
    guard first == 1 else { return nil }
    return UInt64(firstFactor < 0 ? firstFactor + Int64(modulus) : firstFactor)
  }
}
