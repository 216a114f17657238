public import Cluster
internal import Digests
public import EMPO
public import Questions
internal import Random

/// A run's questions as tasks, rendered and tokenised once.
public struct QuestionTasks: TaskSource {
  /// SHA-256 over everything that the questions bring into the run: identifiers, texts, prompts, answers.
  public let digest: String

  /// The order of the questions in each epoch.
  public let order: QuestionOrder

  private let contents: [TaskContent]

  /// The tasks of a run.
  ///
  /// - Parameters:
  ///   - questions: the questions, in the order of their file.
  ///   - encode: renders and tokenises a question; what it throws is told with the question's name.
  ///   - carriesAnswers: whether tasks bring the reference answer along; only the accuracy reward needs it.
  ///   - maximumPromptTokens: a longer prompt is an error that names its question.
  public init(
    _ questions: QuestionSet, seed: UInt64, carriesAnswers: Bool, maximumPromptTokens: Int,
    encode: (Question) throws -> [Int32]
  ) throws(RunsError) {
    var contents: [TaskContent] = []
    contents.reserveCapacity(questions.questions.count)
    for question in questions.questions {
      let tokens: [Int32]
      do {
        tokens = try encode(question)
      } catch {
        throw RunsError(.questions, "\(questions.source): question \(question.id): \(error)", cause: error)
      }
      guard !tokens.isEmpty, tokens.count <= maximumPromptTokens else {
        throw RunsError(
          .questions,
          "\(questions.source): question \(question.id) takes \(tokens.count) tokens with its prompt, expected 1 to \(maximumPromptTokens); shorten it, or choose a model with more positions"
        )
      }
      contents.append(
        TaskContent(
          questionID: question.id, question: question.text, promptTokens: tokens, answer: carriesAnswers ? question.answer : nil))
    }
    self.contents = contents
    digest = Self.digest(of: contents)
    order = QuestionOrder(count: contents.count) { epoch, draw in
      Philox(seed: seed, stream: .init(step: Self.orderStream, slot: epoch, sample: 0)).uniform(at: draw)
    }
  }

  /// What a question asks.
  public func content(of question: Int) -> TaskContent { contents[question] }

  private static func digest(of contents: [TaskContent]) -> String {
    var digest = SHA256()
    for content in contents {
      let fields = [
        content.questionID, content.question, content.answer ?? "", content.promptTokens.map(String.init).joined(separator: ","),
      ]
      for field in fields { digest.update([UInt8]("\(field.utf8.count):\(field)".utf8)) }
    }
    return digest.hexadecimalDigest()
  }

  /// A step number that no run reaches: the order of questions shares no numbers with the rollouts.
  private static let orderStream: UInt32 = 0xFFFF_FF10
}
