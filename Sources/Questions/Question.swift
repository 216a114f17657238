public import ChatTemplates

/// A question, with its answer where one is known and may be read.
public struct Question: Sendable, Equatable {
  /// The question's name in ledgers and reports.
  public var id: String

  /// The question as a person would ask it, without the prompt around it; in a conversation, the user's last turn.
  public var text: String

  /// The conversation that ends in the question, where it came as one; empty for a question that is a text alone.
  public var messages: [ChatMessage]

  /// The accepted answers, of which any is right; empty where none is known. Only measurements and the accuracy reward look at them.
  public var answers: [String]

  /// The options of a multiple-choice question whose record has them; 0 for any other. The text lists them, and answers are their letters.
  public var optionCount = 0

  /// Creates a question.
  public init(id: String, text: String, messages: [ChatMessage] = [], answers: [String] = []) {
    self.id = id
    self.text = text
    self.messages = messages
    self.answers = answers
  }
}
