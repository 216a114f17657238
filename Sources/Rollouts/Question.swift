/// A question, and its answer where one is known and meant to be seen.
public struct Question: Sendable, Equatable {
  /// What names the question in ledgers and reports.
  public var id: String

  /// The question as a person would ask it, without the prompt around it.
  public var text: String

  /// The right answer; only measurements and the accuracy reward look at it.
  public var answer: String?

  /// Creates a question.
  public init(id: String, text: String, answer: String? = nil) {
    self.id = id
    self.text = text
    self.answer = answer
  }
}
