import Evaluation
import Files
package import Questions

/// A question with its prompt.
package struct PromptedQuestion: Sendable {
  package var question: Question
  /// The prompt's tokens. Shape [T].
  package var tokens: [Int32]
  /// The question's place in its file, those included that are left out.
  package var place: Int

  package init(question: Question, tokens: [Int32], place: Int = 0) {
    self.question = question
    self.tokens = tokens
    self.place = place
  }
}

/// The questions of a set that fit the context with their prompts, in the set's order.
///
/// A question that is too long is left out and counted: in a data set of thousands, one is no reason not to begin. What is left out depends
/// on the configuration and the questions only, and the learner alone decides it.
package struct PromptedQuestions: Sendable {
  /// The questions that fit; never empty.
  package private(set) var questions: [PromptedQuestion] = []
  /// How many were left out.
  package private(set) var leftOutCount = 0
  /// Tokens of the longest prompt that fits.
  package private(set) var longest = 0
  /// Who is asked: "questions", or "held-out questions".
  private let name: String
  private let room: Int

  /// Renders and tokenises questions, and leaves out those whose prompts take more than `room` tokens.
  ///
  /// - Parameters:
  ///   - name: "questions", or what they are called beside others.
  ///   - encode: renders and tokenises a question; its error is reported with the question's name.
  package init(
    _ set: QuestionSet, name: String = "questions", room: Int, encode: (Question) throws -> [Int32]
  ) throws(RunsError) {
    self.name = name
    self.room = room
    var shortest = Int.max
    for (place, question) in set.questions.enumerated() {
      let tokens: [Int32]
      do {
        tokens = try encode(question)
      } catch {
        throw RunsError(.questions, "\(set.source): question \(question.id): \(error)", cause: error)
      }
      guard !tokens.isEmpty else {
        throw RunsError(.questions, "\(set.source): question \(question.id) takes no tokens with its prompt, expected at least one")
      }
      shortest = min(shortest, tokens.count)
      guard tokens.count <= room else {
        leftOutCount += 1
        continue
      }
      longest = max(longest, tokens.count)
      questions.append(PromptedQuestion(question: question, tokens: tokens, place: place))
    }
    guard !questions.isEmpty else {
      let count = leftOutCount == 1 ? "the only one is too long" : "all \(Figures.grouped(Double(leftOutCount))) are too long, the shortest"
      throw RunsError(
        .questions,
        "\(set.source): no \(name) fit the context: \(count) with \(counted(shortest, "token")) of prompt, expected at most \(room): shorten the "
          + "responses (--max-tokens), or choose a model with more positions")
    }
  }

  /// How many were left out and why, in one line; nil where all fit.
  package var notice: String? {
    guard leftOutCount > 0 else { return nil }
    let count = Figures.grouped(Double(leftOutCount))
    let verb = leftOutCount == 1 ? "is" : "are"
    return "\(count) of \(Figures.grouped(Double(leftOutCount + questions.count))) \(name) \(verb) longer than the context leaves room for "
      + "(\(Figures.grouped(Double(room))) tokens of prompt) and left out"
  }
}
