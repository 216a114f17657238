import Cluster
import EMPO
import SimulationSupport
import Synchronization
import Wire

/// What a run keeps on disk, in memory: it outlives learners.
final class MemoryRun: Sendable {
  struct Disk {
    var ledger: [WorkItem: StoredGroup] = [:]
    var expelled: [String: String] = [:]
    var acceptedTwice = 0
    var workers: Set<String> = []
    var contributors: Set<String> = []
    var steps: [StepRecord] = []
    var evaluations: [EvaluationRecord] = []
    var version: UInt32 = 0
    var weights: [UInt32: [UInt8]] = [0: SimulatedRun.base]
    var questions: QuestionSchedule.State?
    var trained: [UInt32] = []
    var asked: [UInt32: [Int]] = [:]
    var incarnations: UInt64 = 0
    var lineage: UInt64 = 1
  }

  /// The parts of an update, where its gradient is spread.
  static let partCount: UInt32 = 4

  let disk = Mutex(Disk())

  /// A learner's parts.
  func parts(
    failsAt: UInt32? = nil, baseWeights: (any BaseWeights)? = nil, makeTransport: @escaping @Sendable () throws -> any LearnerTransport
  ) -> LearnerParts {
    LearnerParts(
      makeStore: { MemoryStore(self) }, makeTransport: makeTransport, makeTrainer: { MemoryTrainer(self, failsAt: failsAt) },
      makeJudge: { MemoryJudge() }, makeChecker: { MemorySampler() }, baseWeights: baseWeights, goBack: { self.goBack(upTo: $0) })
  }

  /// Goes back to the checkpoint where that is early enough, and else to the beginning.
  func goBack(upTo step: UInt32) -> UInt32 {
    disk.withLock { disk in
      if disk.version > step { (disk.version, disk.weights, disk.questions) = (0, [0: SimulatedRun.base], nil) }
      disk.evaluations.removeAll { $0.policyVersion > disk.version }
      disk.lineage = disk.incarnations + 1
      return disk.version
    }
  }

  var final: [UInt8]? { disk.withLock { $0.weights[$0.version] } }
}

final class MemoryStore: GroupStore {
  let run: MemoryRun

  init(_ run: MemoryRun) { self.run = run }

  func beginIncarnation() throws -> UInt64 {
    run.disk.withLock { disk in
      disk.incarnations += 1
      return disk.incarnations
    }
  }

  func firstTrustedIncarnation() throws -> UInt64 { run.disk.withLock(\.lineage) }

  func leaseKey() throws -> [UInt8] { Array(repeating: 5, count: 32) }

  func groups(from step: UInt32) throws -> [StoredGroup] {
    run.disk.withLock { disk in disk.ledger.values.filter { $0.result.item.step >= step } }
  }

  func reliance(before version: UInt32) throws -> [String: UInt32] {
    run.disk.withLock { disk in
      let trained = disk.ledger.values.filter { $0.result.item.step < version && $0.checker == nil }
      return Dictionary(trained.map { ($0.worker, $0.result.item.step) }, uniquingKeysWith: min)
    }
  }

  func expelled() throws -> [String: String] { run.disk.withLock(\.expelled) }

  func confirm(step: UInt32, slot: UInt32, checker: String?) throws {
    run.disk.withLock { $0.ledger[WorkItem(step: step, slot: slot)]?.checker = checker }
  }

  func void(step: UInt32, slot: UInt32, reason: String) throws {
    run.disk.withLock { $0.ledger[WorkItem(step: step, slot: slot)] = nil }
  }

  func void(sampledAfter version: UInt32, reason: String) throws {
    run.disk.withLock { $0.ledger = $0.ledger.filter { $0.value.result.policyVersion <= version } }
  }

  func reach() throws -> LedgerReach {
    run.disk.withLock { LedgerReach(run: "memory", entries: UInt64($0.ledger.count), link: "", incarnation: $0.incarnations) }
  }

  func expel(_ party: String, reason: String) throws { run.disk.withLock { $0.expelled[party] = reason } }

  func isEvaluated(_ version: UInt32) throws -> Bool {
    run.disk.withLock { disk in disk.evaluations.contains { $0.policyVersion == version } }
  }

  func persist(_ groups: [AcceptedGroup]) throws {
    run.disk.withLock { disk in
      for group in groups {
        disk.contributors.insert(group.worker)
        let stored = StoredGroup(result: group.result, worker: group.worker)
        if disk.ledger.updateValue(stored, forKey: group.result.item) != nil { disk.acceptedTwice += 1 }
      }
    }
  }

  func record(_ worker: WorkerRecord) throws { run.disk.withLock { _ = $0.workers.insert(worker.name) } }

  func record(_ step: StepRecord) throws { run.disk.withLock { $0.steps.append(step) } }

  func record(_ evaluation: EvaluationRecord) throws { run.disk.withLock { $0.evaluations.append(evaluation) } }
}

final class MemoryTrainer: StepTrainer {
  let run: MemoryRun
  private(set) var version: UInt32
  let manifest = SimulatedRun.manifest
  private var policy: [UInt8]
  private let older: [UInt32: [UInt8]]
  let questions: QuestionSchedule.State?
  private let failsAt: UInt32?

  init(_ run: MemoryRun, failsAt: UInt32? = nil) {
    self.run = run
    self.failsAt = failsAt
    let (version, weights, questions) = run.disk.withLock { ($0.version, $0.weights, $0.questions) }
    self.version = version
    self.questions = questions
    policy = weights[version] ?? []
    older = weights.filter { $0.key < version }
  }

  func weights() throws -> WeightBytes { WeightBytes(policy) }

  func olderWeights() throws -> [UInt32: WeightBytes] { older.mapValues { WeightBytes($0) } }

  func train(step: UInt32, groups: [PromptedGroup]) throws -> UpdateReport {
    if step == failsAt { throw ClusterError(.checkpoint, "the trainer died") }
    policy = SimulatedRun.update(policy, groups: groups.map(\.group))
    return note(step, groups)
  }

  private var parts: [GradientPart] = []
  private var sum = PartTree<[UInt8]>(count: 1)
  private var begun: [PromptedGroup] = []

  func begin(step: UInt32, groups: [PromptedGroup]) throws -> [GradientPart] {
    begun = groups
    parts = SimulatedRun.parts(groups.map(\.group), questions: groups.map { Int($0.promptTokens[0]) }, count: MemoryRun.partCount)
    sum = PartTree(count: Int(MemoryRun.partCount))
    for index in 0..<Int(MemoryRun.partCount) where parts.isEmpty || parts[index].isEmpty {
      sum.insert(nil, at: index, add: SimulatedRun.sum)
    }
    return parts
  }

  func compute(part: Int) throws -> Int {
    let own = try gradient(ofPart: part)
    try add(part: part, own)
    return own.statistics.processedTokens
  }

  func gradient(ofPart part: Int) throws -> ComputedGradient { SimulatedRun.gradient(of: parts[part], weights: policy) }

  func isUsual(_ gradient: ComputedGradient) -> Bool { true }

  func add(part: Int, _ gradient: ComputedGradient) throws { sum.insert(gradient.bytes, at: part, add: SimulatedRun.sum) }

  func finish(step: UInt32) throws -> UpdateReport {
    policy = SimulatedRun.update(policy, gradient: sum.total)
    return note(step, begun)
  }

  private func note(_ step: UInt32, _ groups: [PromptedGroup]) -> UpdateReport {
    version = step + 1
    run.disk.withLock { disk in
      disk.trained.append(step)
      disk.asked[step] = groups.map { Int($0.promptTokens[0]) }
    }
    return UpdateReport(describing: groups.map(\.group))
  }

  func checkpoint(olderWeights: [UInt32: WeightBytes], questions: QuestionSchedule.State?, ledger: LedgerReach) throws {
    run.disk.withLock { disk in
      disk.questions = questions
      disk.version = version
      disk.weights = olderWeights.mapValues { $0.array() }
      disk.weights[version] = policy
    }
  }
}

/// Scores as the samplers do.
final class MemoryJudge: LearnerJudge {
  func score(_ group: ScoredGroup, of item: WorkItem, answering question: TaskContent) throws -> ScoredGroup? { SimulatedRun.score(group) }

  func figures(version: UInt32, groups: [ScoredGroup]) throws -> EvaluationFigures { EvaluationFigures(greedy: 0.5) }
}

struct SimulatedTasks: TaskSource {
  let order = SimulatedRun.order(of: SimulatedRun.questionCount)

  func content(of question: Int) throws -> TaskContent { SimulatedRun.content(of: question) }

  func heldOutContent(of place: Int) throws -> TaskContent { SimulatedRun.heldOutContent(of: place) }
}

/// Samples up to two tasks at a time, as a batch that tasks enter while it runs.
final class MemorySampler: GroupSampler {
  private var weights: [UInt8] = []
  private let failsAt: UInt32?
  private let lies: Bool

  init(failsAt: UInt32? = nil, lies: Bool = false) {
    self.failsAt = failsAt
    self.lies = lies
  }

  func load(version: UInt32, weights: WeightBytes) throws { self.weights = weights.array() }

  func sample(from feed: any TaskFeed) throws {
    var batch: [TicketedTask] = []
    while true {
      while let next = feed.nextPart() {
        guard let part = next.task.part else { preconditionFailure("a part is asked for") }
        var gradient = SimulatedRun.gradient(of: part, weights: weights)
        if lies, next.task.item.kind == .gradient { gradient.bytes[0] ^= 1 }
        feed.deliver(gradient, for: next.ticket)
      }
      while batch.count < 2, let task = feed.next() { batch.append(task) }
      guard !batch.isEmpty else { return }
      let done = batch.removeLast()
      if feed.isCancelled(done.ticket) { continue }
      let task = done.task
      if task.item.kind == .sample, task.item.step == failsAt { throw ClusterError(.checkpoint, "the sampler died") }
      let question = Int(task.promptTokens[0])
      var group =
        task.item.kind.isCheck
        ? SimulatedRun.follow(task.given, task.item, question: question, weights: weights)
        : SimulatedRun.group(task.item, question: question, size: Int(task.groupSize), weights: weights)
      if lies, task.item.kind == .sample, task.item.slot.isMultiple(of: 2) { Mutation.apply(33, to: &group) }
      feed.deliver(group, for: done.ticket)
    }
  }
}
