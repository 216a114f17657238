/// The questions of a file, in the file's order.
public struct QuestionSet: Sendable, Equatable {
  /// Where the questions come from, for messages.
  public var source: String

  /// The questions; never empty.
  public var questions: [Question]

  /// How the file was read, in a few words, such as `JSON lines, questions under "prompt", answers under "answer"`.
  public var reading: String

  /// Creates a set of questions.
  public init(source: String, questions: [Question], reading: String = "") throws {
    guard !questions.isEmpty else {
      throw QuestionsError(.unusable, "\(source): found no question, expected at least one record with a question")
    }
    self.source = source
    self.questions = questions
    self.reading = reading
  }

  /// Throws, naming the first question without an answer, unless every question has one.
  public func requireAnswers(for purpose: String) throws {
    guard let missing = questions.first(where: { $0.answers.isEmpty }) else { return }
    throw QuestionsError(
      .unusable,
      "\(source): question \(missing.id) has no answer, but \(purpose) needs the answer of every question"
        + (reading.isEmpty ? "" : " (\(reading); answer_key names another key)"))
  }
}
