import Cluster
import EMPO
import SimulationSupport
import Synchronization
import Wire

/// What a run keeps on disk, in memory: it outlives learners.
final class MemoryRun: Sendable {
  struct Disk {
    var ledger: [[UInt32]: StoredGroup] = [:]
    var expelled: [String: String] = [:]
    var firstTrustedIncarnation: UInt64 = 1
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
  }

  let disk = Mutex(Disk())

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

  func groups(from step: UInt32) throws -> [StoredGroup] {
    run.disk.withLock { disk in disk.ledger.values.filter { $0.result.step >= step } }
  }

  func reliance(before version: UInt32) throws -> [String: UInt32] {
    run.disk.withLock { disk in
      disk.ledger.values.filter { $0.result.step < version }
        .reduce(into: [:]) { first, group in
          let party = group.checker ?? group.worker
          first[party] = min(first[party] ?? .max, group.result.step)
        }
    }
  }

  func confirm(step: UInt32, slot: UInt32, checker: String) throws {
    run.disk.withLock { $0.ledger[[step, slot]]?.checker = checker }
  }

  func void(step: UInt32, slot: UInt32, reason: String) throws {
    run.disk.withLock { _ = $0.ledger.removeValue(forKey: [step, slot]) }
  }

  func void(sampledAfter version: UInt32, reason: String) throws {
    run.disk.withLock { disk in disk.ledger = disk.ledger.filter { $0.value.result.policyVersion <= version } }
  }

  func expel(_ party: String, reason: String) throws {
    run.disk.withLock { disk in disk.expelled[party] = disk.expelled[party] ?? reason }
  }

  func expelled() throws -> [String: String] { run.disk.withLock { $0.expelled } }

  func rewind(to version: UInt32) throws {
    run.disk.withLock { disk in
      disk.steps.removeAll { $0.step >= version }
      disk.evaluations.removeAll { $0.policyVersion > version }
      disk.firstTrustedIncarnation = disk.incarnations + 1
    }
  }

  func firstTrustedIncarnation() throws -> UInt64 { run.disk.withLock { $0.firstTrustedIncarnation } }

  func leaseKey() throws -> [UInt8] { Array(0..<32) }

  func reach() throws -> LedgerReach {
    run.disk.withLock { LedgerReach(run: "memory", entries: UInt64($0.ledger.count), link: "", incarnation: $0.incarnations) }
  }

  func isEvaluated(_ version: UInt32) throws -> Bool {
    run.disk.withLock { disk in disk.evaluations.contains { $0.policyVersion == version } }
  }

  func persist(_ groups: [AcceptedGroup]) throws {
    run.disk.withLock { disk in
      for group in groups {
        disk.contributors.insert(group.worker)
        let place = [group.result.step, group.result.slot]
        if disk.ledger.updateValue(StoredGroup(group.result, worker: group.worker), forKey: place) != nil { disk.acceptedTwice += 1 }
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

  func weights() throws -> [UInt8] { policy }

  func olderWeights() throws -> [UInt32: [UInt8]] { older }

  func train(step: UInt32, groups: [PromptedGroup]) throws -> UpdateReport {
    if step == failsAt { throw ClusterError(.checkpoint, "the trainer died") }
    policy = SimulatedRun.update(policy, groups: groups.map(\.group))
    version = step + 1
    run.disk.withLock { disk in
      disk.trained.append(step)
      disk.asked[step] = groups.map { Int($0.promptTokens[0]) }
    }
    return UpdateReport(describing: groups.map(\.group))
  }

  func checkpoint(olderWeights: [UInt32: [UInt8]], questions: QuestionSchedule.State?, ledger: LedgerReach) throws {
    run.disk.withLock { disk in
      disk.questions = questions
      disk.version = version
      disk.weights = olderWeights
      disk.weights[version] = policy
    }
  }

  func evaluate() throws -> EvaluationFigures { EvaluationFigures(greedy: 0.5) }
}

struct SimulatedTasks: TaskSource {
  let order = SimulatedRun.order(of: SimulatedRun.questionCount)

  func content(of question: Int) throws -> TaskContent { SimulatedRun.content(of: question) }
}

/// Samples up to two tasks at a time, as a batch that tasks enter while it runs.
final class MemorySampler: GroupSampler {
  private var weights: [UInt8] = []
  private let failsAt: UInt32?

  init(failsAt: UInt32? = nil) { self.failsAt = failsAt }

  func load(version: UInt32, weights: [UInt8]) throws { self.weights = weights }

  func sample(from feed: any TaskFeed) throws {
    var batch: [TicketedTask] = []
    while true {
      while batch.count < 2, let task = feed.next() { batch.append(task) }
      guard !batch.isEmpty else { return }
      let done = batch.removeLast()
      if feed.isCancelled(done.ticket) { continue }
      if done.task.step == failsAt { throw ClusterError(.checkpoint, "the sampler died") }
      let question = Int(done.task.promptTokens[0])
      feed.deliver(
        SimulatedRun.group(step: done.task.step, slot: done.task.slot, question: question, weights: weights), for: done.ticket)
    }
  }
}
