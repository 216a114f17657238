/// The value of an expression: exact as long as it comes about by rational operations, then known up to an error.
package enum Value<Real: RealNumber>: Sendable {
  case exact(Rational)
  case approximate(Approximation<Real>)

  /// Nil out of range.
  package var approximation: Approximation<Real>? {
    switch self {
    case .exact(let value): Approximation(value)
    case .approximate(let value): value
    }
  }

  /// The exact number, if it is one.
  var rational: Rational? {
    if case .exact(let value) = self { value } else { nil }
  }
}

/// The values of the variables at one of the points where expressions are compared.
///
/// A variable's value depends on its name and the point only: a hash of its own, the same in every process. All are positive at the first two
/// points, of either sign at the third and negative at the fourth; those of the second and fourth are large, so that what bends at a number of
/// one digit, as |x - 7| does, has shown it.
package struct SamplePoint: Sendable {
  /// The points at which an expression is looked at.
  package static let count = 4

  /// The points for an expression that jumps, which few points don't tell from another.
  static let atJumps = Array(0..<28)

  /// The points for an expression that bends far from 0.
  static let atBends = Array(0..<count) + [28, 29]

  package var index: Int
  /// A variable with a value of its own, and that value.
  var exception: (name: String, value: Rational)?

  /// One of ``count`` points.
  package init(index: Int) {
    self.index = index
  }

  init(index: Int, exception: (name: String, value: Rational)) {
    self.index = index
    self.exception = exception
  }

  func value(of name: String) -> Double {
    let random = Self.mixed(Self.hash(of: name) &+ UInt64(index) &* 0x9e37_79b9_7f4a_7c15)
    let fraction = Double(random >> 38) * 0x1p-26
    return switch index {
    case 0: 0.6 + 2 * fraction
    case 1: 11 + 5 * fraction
    case 2: (random & 1 == 0 ? 1 : -1) * (0.3 + 4 * fraction)
    case 3: -7.5 - 5 * fraction
    case 28: 4000 + 2000 * fraction
    case 29: -4000 - 2000 * fraction
    default: 3.1 * (Double(index - 4) + fraction) + 0.37
    }
  }

  /// FNV-1a.
  static func hash(of name: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }

  /// The mixing function of SplitMix64 (Steele, Lea, Flood, Fast splittable pseudorandom number generators, 2014).
  static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }
}
