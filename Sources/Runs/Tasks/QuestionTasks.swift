public import Cluster
internal import Digests
public import EMPO
internal import Questions
internal import Random

/// A run's questions as tasks, rendered and tokenised once.
public struct QuestionTasks: TaskSource {
  /// SHA-256 over everything that the questions bring into the run: identifiers, texts, prompts, answers.
  public let digest: String

  /// SHA-256 over the held-out questions in the same way.
  public let heldOutDigest: String

  /// The order of the questions in each epoch.
  public let order: QuestionOrder

  private let contents: [TaskContent]
  private let heldOut: [TaskContent]

  /// The tasks of a run.
  ///
  /// - Parameters:
  ///   - questions: the questions that fit, in the order of their file.
  ///   - heldOut: the held-out questions that fit, in the order of theirs.
  ///   - carriesAnswers: whether tasks bring the reference answers along; only the accuracy reward needs them.
  package init(_ questions: [PromptedQuestion], heldOut: [PromptedQuestion] = [], seed: UInt64, carriesAnswers: Bool) {
    contents = questions.map { Self.content(of: $0, carriesAnswers: carriesAnswers) }
    self.heldOut = heldOut.map { Self.content(of: $0, carriesAnswers: false) }
    digest = Self.digest(of: contents)
    heldOutDigest = Self.digest(of: self.heldOut)
    order = QuestionOrder(count: contents.count) { epoch, draw in
      Philox(seed: seed, stream: .init(step: Self.orderStream, slot: epoch, sample: 0)).uniform(at: draw)
    }
  }

  /// What a question asks.
  public func content(of question: Int) -> TaskContent { contents[question] }

  /// What a held-out question asks, without its answers.
  public func heldOutContent(of place: Int) -> TaskContent { heldOut[place] }

  private static func content(of prompted: PromptedQuestion, carriesAnswers: Bool) -> TaskContent {
    TaskContent(
      questionID: prompted.question.id, question: prompted.question.text, promptTokens: prompted.tokens,
      answers: carriesAnswers ? prompted.question.answers : [])
  }

  private static func digest(of contents: [TaskContent]) -> String {
    var digest = SHA256()
    for content in contents {
      let fields =
        [content.questionID, content.question, content.promptTokens.map(String.init).joined(separator: ","), "\(content.answers.count)"]
        + content.answers
      for field in fields { digest.update([UInt8]("\(field.utf8.count):\(field)".utf8)) }
    }
    return digest.hexadecimalDigest()
  }

  /// A step number that no run reaches: the order of questions shares no numbers with the rollouts.
  private static let orderStream: UInt32 = 0xFFFF_FF10
}
