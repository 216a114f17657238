import Cluster
import EMPO
import Foundation
import Logging
import Runs
import Synchronization
import Wire

/// A learner whose update takes no time, so that a benchmark measures the conversation with its workers.
struct BenchLearner {
  /// Questions of a step.
  var questionsPerStep: Int
  /// Responses of a group.
  var groupSize: Int
  /// Tokens of a response.
  var length: Int

  /// Arbitrary tokens lie below this.
  static let vocabularySize: UInt32 = 1 << 17

  /// The learner as a service on a free port of this host.
  ///
  /// - Parameter store: Where groups go; nowhere if nil.
  func service(
    store: (@Sendable () throws -> any GroupStore)?, watch: @escaping @Sendable (LearnerReport) -> Void
  ) -> LearnerService {
    let plan = LearnerPlan(
      steps: 100_000_000, questionsPerStep: UInt32(questionsPerStep), groupSize: UInt32(groupSize),
      maximumResponseTokens: UInt32(length), vocabularySize: Self.vocabularySize, checkpointEvery: 100_000_000)
    return LearnerService(
      plan: plan, run: RunDescription(name: "bench", seed: 0, files: []), tasks: BenchTasks(),
      logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() },
      makeStore: { try store?() ?? ForgetfulStore() }, makeTrainer: { IdleTrainer() },
      makeTransport: { try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*") }, watch: watch)
  }

  /// A group of arbitrary responses in full length.
  static func group(size: Int, length: Int) -> ScoredGroup {
    let responses = (0..<size).map { sample in
      ScoredResponse(
        tokens: BenchModel.tokens(0..<length, index: sample, vocabularySize: Int(vocabularySize)),
        tokenLogProbabilities: (0..<length).map { -Float($0 % 7) / 3 }, isTruncated: false, answer: "\(sample % 2)", cluster: sample % 2,
        reward: 0.5)
    }
    return ScoredGroup(responses: responses, semanticEntropy: log(2), isKept: true)
  }
}

/// Every slot asks the same.
private struct BenchTasks: TaskSource {
  private static let prompt: [Int32] = Array(1...64)

  let order = QuestionOrder(count: 1) { _, _ in 0 }

  func content(of question: Int) throws -> TaskContent {
    TaskContent(questionID: "\(question)", question: "?", promptTokens: Self.prompt)
  }
}

/// Keeps nothing.
private final class ForgetfulStore: GroupStore {
  func beginIncarnation() throws -> UInt64 { 1 }
  func isEvaluated(_ version: UInt32) throws -> Bool { false }
  func groups(from step: UInt32) throws -> [StoredGroup] { [] }
  func reliance(before version: UInt32) throws -> [String: UInt32] { [:] }
  func persist(_ groups: [AcceptedGroup]) throws {}
  func confirm(step: UInt32, slot: UInt32, checker: String) throws {}
  func void(step: UInt32, slot: UInt32, reason: String) throws {}
  func void(sampledAfter version: UInt32, reason: String) throws {}
  func expel(_ party: String, reason: String) throws {}
  func expelled() throws -> [String: String] { [:] }
  func rewind(to version: UInt32) throws {}
  func firstTrustedIncarnation() throws -> UInt64 { 1 }
  func leaseKey() throws -> [UInt8] { Array(repeating: 0, count: 32) }
  func reach() throws -> LedgerReach { LedgerReach(run: "bench", entries: 0, link: "", incarnation: 1) }
  func record(_ worker: WorkerRecord) throws {}
  func record(_ step: StepRecord) throws {}
  func record(_ evaluation: EvaluationRecord) throws {}
}

/// Updates a policy of a few bytes by counting.
private final class IdleTrainer: StepTrainer {
  private(set) var version: UInt32 = 0
  let manifest = WeightManifest(parameters: [.init(name: "none", shape: [16], offset: 0)], totalBytes: 64)

  func weights() throws -> [UInt8] { Array(repeating: UInt8(truncatingIfNeeded: version), count: 64) }
  func olderWeights() throws -> [UInt32: [UInt8]] { [:] }

  func train(step: UInt32, groups: [PromptedGroup]) throws -> UpdateReport {
    version = step + 1
    return UpdateReport()
  }

  var questions: QuestionSchedule.State? { nil }
  func checkpoint(olderWeights: [UInt32: [UInt8]], questions: QuestionSchedule.State?, ledger: LedgerReach) throws {}
  func evaluate() throws -> EvaluationFigures { EvaluationFigures(greedy: 0) }
}

/// Counts accepted groups and workers on a learner's socket thread, for others to read.
final class AcceptedGroups: Sendable {
  private let groups = Atomic(0)
  private let present = Atomic(0)

  /// Groups so far.
  var count: Int { groups.load(ordering: .relaxed) }

  /// Workers at present.
  var workers: Int {
    get { present.load(ordering: .relaxed) }
    set { present.store(newValue, ordering: .relaxed) }
  }

  func add() { groups.add(1, ordering: .relaxed) }
}
