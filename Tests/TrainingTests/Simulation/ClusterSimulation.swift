import EMPO
import Training
import Wire

/// A learner and several workers on a network that delays, reorders, duplicates and loses messages, and in which processes die.
///
/// Faults stop at `faultsUntil`, so that every run can end.
struct ClusterSimulation {
  struct Checkpoint {
    var version: UInt32
    var weights: [UInt32: [UInt8]]
  }

  struct Learner {
    var machine: LearnerMachine
    var weights: [UInt32: [UInt8]]
    var generation: Int
    var busyUntil: Milliseconds = 0
  }

  struct Worker {
    var machine: WorkerMachine
    var generation: Int
    var loaded: [UInt8]?
    var isSubscribed = false
  }

  enum Event {
    case toLearner(WorkerMessage, from: String)
    case toWorker(LearnerMessage, name: String)
    case chunk(WeightChunk, name: String)
    case worker(WorkerMachine.Event, name: String, generation: Int)
    case learner(LearnerMachine.Event, generation: Int)
    case trained(step: UInt32, weights: [UInt8], generation: Int)
    case saved(Checkpoint, generation: Int)
    case tick
    case startLearner
    case startWorker(String)
    case fault
  }

  let plan: LearnerPlan
  let names: [String]
  let faultsUntil: Milliseconds = 6_000
  var random: SplitMix
  var now: Milliseconds = 0
  var agenda = Agenda<Event>()

  // What outlives processes.
  var ledger: [[UInt32]: GroupResult] = [:]
  var checkpoint = Checkpoint(version: 0, weights: [0: SimulatedRun.base])

  var learner: Learner?
  var workers: [String: Worker] = [:]
  var generations = 0

  // What the run is judged by.
  var outcome: LearnerOutcome?
  var violations: [String] = []
  var counts: [String: Int] = [:]
  let expected: [[UInt8]]

  init(seed: UInt64) {
    random = SplitMix(seed: seed)
    plan = LearnerPlan(
      steps: 5, questionsPerStep: UInt32.random(in: 1...6, using: &random), groupSize: 2, lag: UInt32.random(in: 0...2, using: &random),
      maximumResponseTokens: 3, vocabularySize: 100, checkpointEvery: UInt32.random(in: 1...4, using: &random),
      evaluateEvery: UInt32.random(in: 0...2, using: &random),
      heartbeat: 200, lease: 1_000, farewell: 2_000)
    names = (0..<Int.random(in: 1...4, using: &random)).map { "w\($0)" }
    expected = SimulatedRun.versions(plan)
  }

  /// Runs until the learner is done or `limit` has passed.
  mutating func run(limit: Milliseconds = 300_000) {
    agenda.plan(.startLearner, at: random.time(0...500))
    for name in names { agenda.plan(.startWorker(name), at: random.time(0...1_500)) }
    agenda.plan(.tick, at: 0)
    agenda.plan(.fault, at: random.time(100...1_000))
    while outcome != .complete, let (time, event) = agenda.next(), time < limit {
      now = time
      handle(event)
    }
  }

  private mutating func handle(_ event: Event) {
    switch event {
    case .toLearner(let message, let name): tellLearner(.message(message, from: Peer(name)))
    case .toWorker(let message, let name): tellWorker(name, .message(message))
    case .chunk(let chunk, let name):
      if workers[name]?.isSubscribed == true { tellWorker(name, .broadcast(chunk)) }
    case .worker(let event, let name, let generation):
      if workers[name]?.generation == generation { tellWorker(name, event) }
    case .learner(let event, let generation):
      if learner?.generation == generation { tellLearner(event) }
    case .trained(let step, let weights, let generation):
      guard learner?.generation == generation else { return }
      learner?.weights[step + 1] = weights
      tellLearner(.policyPublished(version: step + 1))
    case .saved(let saved, let generation):
      guard learner?.generation == generation else { return }
      checkpoint = saved
      tellLearner(.checkpointed(version: saved.version))
    case .tick:
      tellLearner(.tick)
      for name in names { tellWorker(name, .tick) }
      agenda.plan(.tick, at: now + 50)
    case .startLearner: startLearner()
    case .startWorker(let name): startWorker(name)
    case .fault: fault()
    }
  }

  private mutating func startLearner() {
    guard learner == nil else { return }
    generations += 1
    do {
      let stored = ledger.values.filter { $0.step >= checkpoint.version }
      let machine = try LearnerMachine(
        plan: plan, incarnation: UInt64(generations), version: checkpoint.version, retained: Set(checkpoint.weights.keys), stored: stored)
      learner = Learner(machine: machine, weights: checkpoint.weights, generation: generations)
      tellLearner(.start)
    } catch {
      violations.append("the learner does not start: \(error)")
    }
  }

  private mutating func startWorker(_ name: String) {
    guard workers[name] == nil else { return }
    generations += 1
    let plan = WorkerPlan(
      name: name, software: "sim", fingerprint: "f", credits: UInt32.random(in: 1...4, using: &random), helloRetry: 200,
      repairAfter: 200, chunksPerRequest: 2, drain: 500, patience: 1_000)
    workers[name] = Worker(machine: WorkerMachine(plan: plan), generation: generations)
    tellWorker(name, .start)
  }

  /// Something goes wrong: a process dies, leaves, or is stopped.
  private mutating func fault() {
    guard now < faultsUntil else { return }
    agenda.plan(.fault, at: now + random.time(50...1_200))
    let name = names[Int.random(in: 0..<names.count, using: &random)]
    switch Int.random(in: 0..<6, using: &random) {
    case 0, 1:
      workers[name] = nil
      agenda.plan(.startWorker(name), at: now + random.time(10...2_000))
      count("worker killed")
    case 2:
      tellWorker(name, .drain)
      count("worker drained")
    case 3, 4:
      learner = nil
      agenda.plan(.startLearner, at: now + random.time(10...1_500))
      count("learner killed")
    default:
      tellLearner(.stop)
      count("learner stopped")
    }
  }

  mutating func count(_ what: String) { counts[what, default: 0] += 1 }
}
