/// In which order each epoch asks the questions: a pure function of the seed, the number of questions and the epoch.
///
/// Every epoch has a permutation of its own (Fisher and Yates, in Durstenfeld's form), drawn from a counter-based generator, so any
/// epoch's order is known without those before it.
public struct QuestionOrder: Sendable {
  /// A uniform number in [0, 1) from a counter-based generator that is keyed by the run's seed: the same for the same
  /// epoch and draw, always.
  public typealias Uniform = @Sendable (_ epoch: UInt32, _ draw: UInt32) -> Float

  /// The number of questions.
  public let count: Int

  private let uniform: Uniform

  /// The permutations of at most two epochs: a step reaches into a second one where an epoch ends.
  private var permutations: [(epoch: Int, permutation: [Int32])] = []

  /// Creates the order of a run.
  public init(count: Int, uniform: @escaping Uniform) {
    precondition(count > 0 && count < Int(Int32.max), "the number of questions is from 1 to 2^31 - 2")
    self.count = count
    self.uniform = uniform
  }

  /// The question at a place of an epoch: an index into the question set. Linear in the number of questions at an epoch's first,
  /// constant else.
  public mutating func question(epoch: Int, place: Int) -> Int {
    precondition(epoch >= 0 && (0..<count).contains(place), "epochs and places count from 0")
    return Int(permutation(ofEpoch: epoch)[place])
  }

  private mutating func permutation(ofEpoch epoch: Int) -> [Int32] {
    if let known = permutations.first(where: { $0.epoch == epoch }) { return known.permutation }
    var permutation = (0..<Int32(count)).map { $0 }
    for last in stride(from: count - 1, to: 0, by: -1) {
      permutation.swapAt(last, choice(below: last + 1, epoch: UInt32(truncatingIfNeeded: epoch), draw: UInt32(last)))
    }
    permutations = permutations.suffix(1) + [(epoch, permutation)]
    return permutation
  }

  /// A `Float` has 24 random bits, too few for many questions: two make one number with 48.
  private func choice(below bound: Int, epoch: UInt32, draw: UInt32) -> Int {
    let coarse = Double(uniform(epoch, 2 &* draw))
    let fine = Double(uniform(epoch, 2 &* draw &+ 1))
    let fraction = (coarse * 0x1p24).rounded(.down) * 0x1p-24 + fine * 0x1p-24
    return min(bound - 1, Int(fraction * Double(bound)))
  }
}
