/// An endless stream of 32-bit random words that depends on nothing but (seed, purpose, index): Philox4x32-10 in counter mode.
///
/// Every document and every question draws from a stream of its own, so any of them can be made without the ones before it.
struct RandomWords: Sendable {
  /// What a stream is for; streams of different purposes never overlap.
  enum Purpose: UInt32 {
    case pretraining = 1
    case questions = 2
    case heldOut = 3
  }

  private let key: SIMD2<UInt32>
  private var counter: SIMD4<UInt32>
  private var block = SIMD4<UInt32>()
  private var used = 4

  init(seed: UInt64, purpose: Purpose, index: UInt32) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = SIMD4(0, index, purpose.rawValue, 0)
  }

  /// The next word.
  mutating func next() -> UInt32 {
    if used == 4 {
      block = Philox4x32.block(counter: counter, key: key)
      counter[0] &+= 1
      used = 0
    }
    defer { used += 1 }
    return block[used]
  }
}

extension RandomWords {
  /// A number from `0..<bound`. The bias of the multiply-high method is at most `bound / 2³²`, far below what a corpus shows.
  mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0 && bound <= Int(UInt32.max), "a bound must fit into 32 bits")
    return Int((UInt64(next()) * UInt64(bound)) >> 32)
  }

  mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  mutating func element<Element>(of elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// An index drawn with the given weights.
  mutating func index(weights: [Int]) -> Int {
    var remaining = below(weights.reduce(0, +))
    for (index, weight) in weights.enumerated() {
      if remaining < weight { return index }
      remaining -= weight
    }
    preconditionFailure("the draw lies below the sum of the weights")
  }

  mutating func chance(percent: Int) -> Bool {
    below(100) < percent
  }
}
