internal import Random

/// The random choices of one document or question, a function of (seed, purpose, index) alone, so that any of them can be made
/// without the ones before it.
struct RandomWords: Sendable {
  /// What a stream is for. The numbers lie at the far end of the step axis, where no run's rollouts come, so that a corpus and a run
  /// of the same seed share no numbers.
  enum Purpose: UInt32 {
    case pretraining = 0xFFFF_FF01
    case questions = 0xFFFF_FF02
    case heldOut = 0xFFFF_FF03
  }

  private var sequence: PhiloxSequence

  init(seed: UInt64, purpose: Purpose, index: UInt32) {
    sequence = PhiloxSequence(seed: seed, stream: Philox.Stream(step: purpose.rawValue, slot: 0, sample: index))
  }

  mutating func below(_ bound: Int) -> Int {
    sequence.next(below: bound)
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
