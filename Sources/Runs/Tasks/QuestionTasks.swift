public import Cluster
internal import Digests
package import Questions
internal import Random
internal import Synchronization

/// A run's questions as tasks: which question each slot asks, rendered and tokenised once.
public final class QuestionTasks: TaskSource {
  /// SHA-256 over everything that the questions bring into the run: identifiers, texts, prompts, answers.
  public let digest: String

  private let contents: [TaskContent]
  private let order: Mutex<QuestionOrder>

  /// The tasks of a run.
  ///
  /// - Parameters:
  ///   - questions: the questions that fit, in the order of their file.
  ///   - carriesAnswers: whether tasks bring the reference answers along; only the accuracy reward needs them.
  package init(_ questions: [PromptedQuestion], seed: UInt64, questionsPerStep: Int, carriesAnswers: Bool) {
    contents = questions.map { prompted in
      TaskContent(
        questionID: prompted.question.id, question: prompted.question.text, promptTokens: prompted.tokens,
        answers: carriesAnswers ? prompted.question.answers : [])
    }
    digest = Self.digest(of: contents)
    order = Mutex(
      QuestionOrder(count: contents.count, questionsPerStep: questionsPerStep) { epoch, draw in
        Philox(seed: seed, stream: .init(step: Self.orderStream, slot: epoch, sample: 0)).uniform(at: draw)
      })
  }

  /// What a slot of a step asks.
  public func content(step: UInt32, slot: UInt32) throws -> TaskContent {
    let index = order.withLock { $0.index(ofStep: Int(step), slot: Int(slot)) }
    return contents[index]
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
