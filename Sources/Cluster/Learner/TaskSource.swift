public import EMPO
public import Wire

/// What a question asks.
public struct TaskContent: Sendable, Equatable {
  /// The question's identifier.
  public var questionID: String

  /// The question as a judge of meaning sees it.
  public var question: String

  /// The prompt's tokens. Shape [T].
  public var promptTokens: [Int32]

  /// The reference answers, of which any is right; only where the reward needs them.
  public var answers: [String]

  /// Creates a question's content.
  public init(questionID: String, question: String, promptTokens: [Int32], answers: [String] = []) {
    self.questionID = questionID
    self.question = question
    self.promptTokens = promptTokens
    self.answers = answers
  }
}

/// The questions of a run: a function of the run's seed and data, and of nothing else. Which slot asks which of them decides
/// `QuestionSchedule`.
public protocol TaskSource: Sendable {
  /// How many questions there are, and in which order each epoch asks them.
  var order: QuestionOrder { get }

  /// What a question asks.
  func content(of question: Int) throws -> TaskContent

  /// What a held-out question asks, by its place; without its answers, which workers are not told.
  func heldOutContent(of place: Int) throws -> TaskContent
}

/// What a learner hands to its workers beside tasks.
public struct RunDescription: Sendable, Equatable {
  /// The run's name.
  public var name: String

  /// The run's seed.
  public var seed: UInt64

  /// The run's files: configuration, model configuration, tokenizer.
  public var files: [NamedBytes]

  /// Creates a description.
  public init(name: String, seed: UInt64, files: [NamedBytes]) {
    self.name = name
    self.seed = seed
    self.files = files
  }
}
