internal import BigInt

/// An exact fraction in lowest terms with a positive denominator, so that equal numbers are equal values.
///
/// Numerator and denominator are machine words where both fit, and then no arithmetic allocates; anything longer is kept aside. Which of the
/// two it is depends on the value alone, never on how it was made.
package struct Rational: Sendable {
  /// The parts of a fraction too long for two words.
  final class LongParts: Sendable {
    let numerator: BigInt
    let denominator: BigInt

    init(_ numerator: BigInt, _ denominator: BigInt) {
      self.numerator = numerator
      self.denominator = denominator
    }
  }

  /// The parts, and 0/1 where they are long.
  let shortNumerator: Int
  let shortDenominator: Int
  let long: LongParts?

  /// The most bits of a whole number, or of a part of a fraction that needs no reducing: 100! and 3^2024 are exact.
  static let maximumBits = 4096

  /// The most bits of a numerator or denominator before it is reduced. Reducing takes time that grows with their square, and fractions of
  /// fractions of large powers grow fast.
  static let maximumReducibleBits = 3072

  /// A whole number.
  package init(_ value: Int) {
    shortNumerator = value
    shortDenominator = 1
    long = nil
  }

  /// A whole number.
  init(numerator: BigInt) {
    self.init(reduced: numerator, over: 1)
  }

  /// The reduced fraction; nil for a denominator of 0.
  package init?(_ numerator: Int, over denominator: Int) {
    guard denominator != 0 else { return nil }
    let divisor = greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
    // Both fit in a word unless they are the one number that has no opposite.
    guard let divisor = Int(exactly: divisor), denominator > 0 || (numerator > .min && denominator > .min) else {
      self.init(BigInt(numerator), over: BigInt(denominator))
      return
    }
    let sign = denominator < 0 ? -1 : 1
    self.init(short: sign * numerator / divisor, over: sign * denominator / divisor)
  }

  /// The reduced fraction; nil for a denominator of 0, and where a part is too large.
  init?(_ numerator: BigInt, over denominator: BigInt = 1) {
    if denominator == 1 {
      guard numerator.bitWidth <= Self.maximumBits else { return nil }
      self.init(reduced: numerator, over: 1)
      return
    }
    guard !denominator.isZero, max(numerator.bitWidth, denominator.bitWidth) <= Self.maximumReducibleBits else { return nil }
    let divisor = BigInt(LongDivisor.greatest(numerator.magnitude, denominator.magnitude))
    let sign: BigInt = denominator.sign == .minus ? -1 : 1
    self.init(reduced: sign * numerator / divisor, over: sign * denominator / divisor)
  }

  /// A fraction in lowest terms with a positive denominator.
  init(short numerator: Int, over denominator: Int) {
    shortNumerator = numerator
    shortDenominator = denominator
    long = nil
  }

  /// A fraction in lowest terms with a positive denominator.
  init(reduced numerator: BigInt, over denominator: BigInt) {
    if let numerator = Int(exactly: numerator), let denominator = Int(exactly: denominator) {
      self.init(short: numerator, over: denominator)
    } else {
      self.init(long: LongParts(numerator, denominator))
    }
  }

  private init(long: LongParts) {
    shortNumerator = 0
    shortDenominator = 1
    self.long = long
  }

  /// In lowest terms, with the number's sign.
  var numerator: BigInt { long?.numerator ?? BigInt(shortNumerator) }

  /// In lowest terms and positive.
  var denominator: BigInt { long?.denominator ?? BigInt(shortDenominator) }
}

extension Rational: Hashable {
  package static func == (left: Rational, right: Rational) -> Bool {
    switch (left.long, right.long) {
    case (nil, nil): left.shortNumerator == right.shortNumerator && left.shortDenominator == right.shortDenominator
    case (let left?, let right?): left.numerator == right.numerator && left.denominator == right.denominator
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    if let long {
      hasher.combine(long.numerator)
      hasher.combine(long.denominator)
    } else {
      hasher.combine(shortNumerator)
      hasher.combine(shortDenominator)
    }
  }
}

/// Of two numbers of which at least one isn't 0; by halving and subtracting.
func greatestCommonDivisor(_ first: UInt, _ second: UInt) -> UInt {
  if first == 0 || second == 0 { return first | second }
  if first == 1 || second == 1 { return 1 }
  let twos = (first | second).trailingZeroBitCount
  var smaller = first >> first.trailingZeroBitCount
  var larger = second >> second.trailingZeroBitCount
  while smaller != larger {
    if smaller > larger { swap(&smaller, &larger) }
    larger -= smaller
    larger >>= larger.trailingZeroBitCount
  }
  return smaller << twos
}
