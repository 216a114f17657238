/// SplitMix64, with ranges and chances of its own, so that a seed means the same under every release of the standard library.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The sequence of a state: those of neighbouring states overlap.
  public init(state: UInt64) { self.state = state }

  /// The sequence of a seed, which has nothing in common with its neighbour's.
  public init(seed: UInt64) { state = Self.mix(seed) &+ Self.increment }

  /// The next number.
  public mutating func next() -> UInt64 {
    defer { state &+= Self.increment }
    return Self.mix(state)
  }

  /// From 0 to less than `bound`; the chances differ by less than bound / 2^64.
  public mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

  /// A number of a range.
  public mutating func within<Number: FixedWidthInteger>(_ range: ClosedRange<Number>) -> Number {
    range.lowerBound + Number(below(Int(range.upperBound - range.lowerBound) + 1))
  }

  /// Whether something of this probability happens.
  public mutating func happens(_ share: Double) -> Bool { Double(next() >> 11) * 0x1p-53 < share }

  /// Whether something of a chance of 1 in `count` happens.
  public mutating func once(in count: Int) -> Bool { below(count) == 0 }

  /// One of some elements.
  public mutating func element<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }

  private static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

  /// The first number of a state's sequence.
  public static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ increment
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
