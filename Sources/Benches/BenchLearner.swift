import Cluster
import EMPO
import Foundation
import Logging
import Operations
import Runs
import Synchronization
import Tensors
import Wire

/// A learner whose update takes no time, so that a benchmark measures the conversation with its workers.
struct BenchLearner {
  /// Questions of a step.
  var questionsPerStep: Int
  /// Responses of a group.
  var groupSize: Int
  /// Tokens of a response.
  var length: Int
  /// An update in parts; nil for one that takes no time.
  var gradients: GradientPlan?

  /// The learner as a service on a free port of this host.
  ///
  /// - Parameters:
  ///   - store: Where groups go; nowhere if nil.
  ///   - scoring: Takes the time that scoring groups takes.
  func service(
    store: (@Sendable () throws -> any GroupStore)?, scoring: ScoringTime = ScoringTime(),
    watch: @escaping @Sendable (LearnerReport) -> Void
  ) throws -> LearnerService {
    let groups = try BenchGroups(size: groupSize, length: length)
    let plan = LearnerPlan(
      steps: 100_000_000, questionsPerStep: UInt32(questionsPerStep), groupSize: UInt32(groupSize),
      maximumResponseTokens: UInt32(length), vocabularySize: groups.vocabularySize, endTokens: groups.endTokens,
      checkpointEvery: 100_000_000, gradients: gradients)
    return LearnerService(
      plan: plan, run: RunDescription(name: "bench", seed: 0, files: []), tasks: BenchTasks(),
      logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() },
      parts: LearnerParts(
        makeStore: { try store?() ?? PassingStore() }, makeTransport: { try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*") },
        makeTrainer: { [gradients] in IdleTrainer(gradients) },
        makeJudge: { TimedJudge(RunJudge(seed: 0, scorer: groups.scorer), scoring) },
        makeChecker: { throw OperationsError(.process, "nothing is checked in a benchmark") },
        goBack: { _ in throw OperationsError(.process, "a benchmark does not go back") }),
      watch: watch)
  }
}

/// The time that a learner's judge takes, for others to read.
final class ScoringTime: Sendable {
  private let nanoseconds = Atomic(0)
  private let groups = Atomic(0)

  func add(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    nanoseconds.add(Int(seconds * 1_000_000_000 + attoseconds / 1_000_000_000), ordering: .relaxed)
    groups.add(1, ordering: .relaxed)
  }

  /// Microseconds that a group takes in the mean: its tokens to text, answers, clusters and rewards.
  var microsecondsPerGroup: Double {
    Double(nanoseconds.load(ordering: .relaxed)) / 1e3 / Double(max(1, groups.load(ordering: .relaxed)))
  }
}

/// A run's judge with a clock beside it.
private final class TimedJudge: LearnerJudge {
  private let judge: RunJudge
  private let time: ScoringTime

  init(_ judge: RunJudge, _ time: ScoringTime) {
    self.judge = judge
    self.time = time
  }

  func score(_ group: ScoredGroup, of item: WorkItem, answering question: TaskContent) throws -> ScoredGroup? {
    let start = ContinuousClock.now
    defer { time.add(ContinuousClock.now - start) }
    return try judge.score(group, of: item, answering: question)
  }

  func figures(version: UInt32, groups: [ScoredGroup]) throws -> EvaluationFigures {
    try judge.figures(version: version, groups: groups)
  }
}

/// Every slot asks the same.
private struct BenchTasks: TaskSource {
  private static let prompt: [Int32] = Array(1...64)

  let order = QuestionOrder(count: 1) { _, _ in 0 }

  func content(of question: Int) throws -> TaskContent {
    TaskContent(questionID: "\(question)", question: "?", promptTokens: Self.prompt)
  }

  func heldOutContent(of place: Int) throws -> TaskContent { try content(of: place) }
}

/// Updates a policy by counting, and adds up parts of gradients as a run does.
private final class IdleTrainer: StepTrainer {
  private(set) var version: UInt32 = 0
  let manifest: WeightManifest
  private let parts: Int
  private let lanes = Lanes(count: 1)
  private var tree = PartTree<FloatStorage>(count: 1)
  private var idle: [FloatStorage] = []
  private var random = UInt64(1)
  private var policy: [UInt8]

  init(_ gradients: GradientPlan?) {
    let bytes = Int(gradients?.totalBytes ?? 64)
    manifest = WeightManifest(parameters: [.init(name: "none", shape: [UInt32(bytes / 4)], offset: 0)], totalBytes: UInt64(bytes))
    parts = Int(gradients?.parts ?? 1)
    policy = Array(repeating: 0, count: bytes)
  }

  func weights() throws -> WeightBytes { WeightBytes(policy) }
  func olderWeights() throws -> [UInt32: WeightBytes] { [:] }

  func train(step: UInt32, groups: [PromptedGroup]) throws -> UpdateReport {
    version = step + 1
    policy[0] = UInt8(truncatingIfNeeded: version)
    return UpdateReport()
  }

  func begin(step: UInt32, groups: [PromptedGroup]) throws -> [GradientPart] {
    idle += tree.values
    tree = PartTree(count: parts)
    let response = GradientResponse(sample: 0, tokens: [1], samplingLogProbabilities: [0], advantage: 1)
    let group = GradientGroup(slot: 0, promptTokens: [1], responses: [response])
    return Array(repeating: GradientPart(responseCount: 1, tokenCount: 1, groups: [group]), count: parts)
  }

  func compute(part: Int) throws -> Int { throw OperationsError(.process, "a benchmark's learner computes no gradient") }

  func gradient(ofPart part: Int) throws -> ComputedGradient {
    throw OperationsError(.process, "a benchmark's learner computes no gradient")
  }

  func isUsual(_ gradient: ComputedGradient) -> Bool { true }

  func add(part: Int, _ gradient: ComputedGradient) throws {
    let buffer = idle.popLast() ?? FloatStorage(count: gradient.bytes.count / 4)
    buffer.replace(with: gradient.bytes)
    _ = ParameterLoops.squareSum(buffer, lanes: lanes)
    tree.insert(buffer, at: part) { first, second in
      ParameterLoops.add(second, to: first, lanes: lanes)
      idle.append(second)
      return first
    }
  }

  func finish(step: UInt32) throws -> UpdateReport {
    // Every weight changes as an update changes it: in its lower bits.
    for offset in stride(from: 0, to: policy.count, by: 4) {
      random = random &* 6_364_136_223_846_793_005 &+ 1
      policy[offset] = UInt8(truncatingIfNeeded: random >> 56)
    }
    return try train(step: step, groups: [])
  }

  var questions: QuestionSchedule.State? { nil }
  func checkpoint(olderWeights: [UInt32: WeightBytes], questions: QuestionSchedule.State?, ledger: LedgerReach) throws {}
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
