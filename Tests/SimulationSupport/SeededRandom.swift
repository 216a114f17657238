import Training

/// SplitMix64, with ranges and chances of its own, so that a seed means the same under every release of the standard library.
struct SeededRandom {
  private var state: UInt64

  init(seed: UInt64) { state = SimulatedRun.mix(seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return SimulatedRun.mix(state)
  }

  /// From 0 to less than `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

  mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.upperBound - range.lowerBound + 1) }

  mutating func time(_ range: ClosedRange<Milliseconds>) -> Milliseconds {
    range.lowerBound + Milliseconds(below(Int(range.upperBound - range.lowerBound) + 1))
  }

  mutating func happens(_ share: Double) -> Bool { Double(next() >> 11) * 0x1p-53 < share }

  mutating func element<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }
}
