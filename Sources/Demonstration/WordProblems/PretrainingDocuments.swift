/// The documents of a pre-training corpus. Document `i` depends on (seed, i) alone and is made anew each time it is read.
public struct PretrainingDocuments: RandomAccessCollection, Sendable {
  /// In how many of a hundred documents arithmetic facts stand in place of a question.
  static let factsPercent = 25

  private let seed: UInt64

  /// The index of the first document.
  public let startIndex = 0

  /// The number of documents.
  public let endIndex: Int

  init(seed: UInt64, count: Int) {
    precondition(count >= 0 && count <= Int(UInt32.max), "a corpus has at most 2³² - 1 documents")
    self.seed = seed
    self.endIndex = count
  }

  /// The text of one document, without the end token. Complexity: O(length of the document).
  public subscript(position: Int) -> String {
    precondition(indices.contains(position), "the corpus has \(endIndex) documents")
    var random = RandomWords(seed: seed, purpose: .pretraining, index: UInt32(position))
    if random.chance(percent: Self.factsPercent) { return ArithmeticFacts.document(random: &random) }
    let problem = Problem(split: .pretraining, random: &random)
    let habit = Habit.allCases[random.index(weights: problem.family.habits.tilted(by: problem.suffix))]
    return Phrases.prompt(problem.question) + habit.response(to: problem, random: &random)
  }
}
