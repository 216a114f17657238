/// A question, and its answer where one is known.
public struct Question: Sendable, Equatable {
  /// What names the question in ledgers and reports: its own `id`, else its line's number.
  public var id: String

  /// The question's text, as it goes into the prompt template.
  public var text: String

  /// The known answer; only measurements and the accuracy reward look at it.
  public var answer: String?

  /// Creates a question.
  public init(id: String, text: String, answer: String? = nil) {
    self.id = id
    self.text = text
    self.answer = answer
  }
}

/// The questions of a file, in the file's order.
public struct QuestionSet: Sendable, Equatable {
  /// Where the questions come from, for messages.
  public var source: String

  /// The questions; never empty.
  public var questions: [Question]

  /// Creates a set of questions.
  public init(source: String, questions: [Question]) throws(TrainingError) {
    guard !questions.isEmpty else {
      throw TrainingError(.questions, "\(source): found no question, expected at least one line with a JSON object")
    }
    self.source = source
    self.questions = questions
  }

  /// Whether every question has an answer.
  public var hasAnswers: Bool { questions.allSatisfy { $0.answer != nil } }

  /// Throws, naming the first question without an answer, unless every question has one.
  public func requireAnswers(for purpose: String) throws(TrainingError) {
    guard let missing = questions.first(where: { $0.answer == nil }) else { return }
    throw TrainingError(.questions, "\(source): question \(missing.id) has no answer, but \(purpose) needs the answer of every question")
  }
}
