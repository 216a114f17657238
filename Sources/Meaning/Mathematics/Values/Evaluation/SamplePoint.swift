/// The values of the variables at one of the points where expressions are compared.
package struct SamplePoint: Sendable {
  /// The variables, first those that ``values`` are for.
  let names: [String]
  let values: [Double]
  /// A variable with a value of its own, and that value.
  var exception: (name: String, value: Rational)?

  /// A point; variables without a value stand at fixed places, each at another.
  package init(_ names: [String] = [], _ values: [Double] = [], exception: (name: String, value: Rational)? = nil) {
    self.names = names
    self.values = values
    self.exception = exception
  }

  func value(of name: String) -> Double {
    guard let rank = names.firstIndex(of: name) else { return Self.magnitude(of: 0, from: 1.6, to: 1.8) }
    return rank < values.count ? values[rank] : Self.magnitude(of: UInt64(rank) + 1, from: 0.9, to: 2.9)
  }

  /// A number between two others that has 26 random bits and depends on a seed only.
  static func magnitude(of seed: UInt64, from least: Double, to most: Double) -> Double {
    let random = mixed(mixed(seed &* 0x9e37_79b9_7f4a_7c15 &+ 0x2545_f491_4f6c_dd1d) &+ seed)
    return least + (most - least) * (Double(random >> 38) * 0x1p-26)
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
