import Cluster
import EMPO
import TestSupport
import Wire

/// A learner, its workers and their relays on one seed: the state machines of production, driven as their loops drive them, over a simulated
/// network, disk, trainer, sampler and clocks. One thread, one time.
final class Cluster {
  enum Event {
    case up(WorkerMessage, link: Int, connection: Int)
    case down(LearnerMessage, link: Int, connection: Int)
    case chunk(WeightChunk, link: Int, connection: Int)
    case unreadable(worker: Int)
    case startLearner
    case learnerIsReady(life: Int)
    case training(life: Int)
    case learnerTick(life: Int)
    case learnerTurn(life: Int)
    case learnersThread(LearnerMachine.Event, life: Int)
    case startWorker(Int)
    case engine(WorkerMachine.Event, worker: Int, life: Int)
    case workerTick(Int, life: Int)
    case baseOrder(BaseOrder, BaseSeat)
    case startRelay(Int)
    case relayTick(Int, life: Int)
    case fault
    case calm
  }

  /// What the history is made of. The numbers go into its digest: a seed has the history that it always had as long as they stay.
  enum Note: UInt64 {
    case violation = 1
    case learnerStarts = 2
    case learnerListens = 3
    case groupPersisted = 4
    case stepTrained = 5
    case leaseGranted = 6
    case versionPublished = 7
    case learnerNotice = 8
    case learnerEnds = 9
    case learnerDies = 10
    case diskTrouble = 11
    case wentBack = 12
    case lieSent = 13

    case workerStarts = 20
    case workerLoads = 21
    case workerNotice = 22
    case groupSent = 23
    case workerEnds = 24
    case workerDies = 25

    case fault = 30
    case calm = 31

    case relayStarts = 40
    case relayNotice = 41
    case relayEnds = 42
    case relayDies = 43
    case weightRouteNotice = 44
  }

  /// How long the loops wait before they look at their clocks.
  static let tick: Milliseconds = 100

  /// How many messages the learner takes at once.
  static let messagesAtOnce = 64

  /// How long a run may take once nothing goes wrong any more: ten of the longest times that a group was seen to take, after which a
  /// worker that still hangs is found out, and then some.
  static let patience: Milliseconds = 600_000

  let scenario: Scenario
  let plan: LearnerPlan
  let bug: PlantedBug?
  let isTracing: Bool

  /// What an undisturbed run computes: the policy's versions, the groups that each step is trained on, and their questions.
  let versions: [[UInt8]]
  let groups: [[ScoredGroup]]
  let questions: [[Int]]
  let skipped: [Int]

  var random: SeededRandom
  var now: Milliseconds = 0
  var agenda = Agenda<Event>()
  var lives = 0

  var disk: SimulatedDisk
  var learner: LearnerProcess?
  var workers: [WorkerSeat]
  var relays: [RelaySeat] = []

  /// The base weights that each host keeps, whatever becomes of its processes.
  var hosts: [[UInt8]?]

  /// A worker's link to the learner has the worker's number; those of relays follow, and those between workers and relays.
  var links: [Link]

  // What the run is judged by.
  var judge: Judge
  var tally = Tally()
  var outcome: LearnerOutcome?
  var violation: String?
  var events = 0

  /// The lies that were told.
  var lies = Lies()

  /// A digest of everything that happened, in order.
  var history: UInt64 = 0
  var trace: [String] = []

  init(seed: UInt64, bug: PlantedBug?, isTracing: Bool) {
    random = SeededRandom(seed: seed)
    scenario = Scenario(&random)
    plan = scenario.plan
    self.bug = bug
    self.isTracing = isTracing
    let undisturbed = UndisturbedRun(plan, order: SimulatedRun.order(of: scenario.questions))
    (versions, groups) = (undisturbed.versions, undisturbed.groups)
    (questions, skipped) = (undisturbed.questions, undisturbed.skipped)
    disk = SimulatedDisk(random: SeededRandom(seed: random.next()), forgetsToSync: bug == .forgetsToSyncTheLedger)
    workers = (0..<scenario.workers).map { [scenario] in
      WorkerSeat(peer: Peer(scenario.name(ofWorker: $0, isMistaken: bug == .checksByTheSameKey)))
    }
    hosts = Array(repeating: nil, count: Self.hostCount(scenario))
    links = (0..<scenario.workers).map { Link(.worker($0)) }
    judge = Judge(plan: plan)
    seatRelays()
    if undisturbed.hasLeftOutNone { tally.count(.allQuestionsUnanimous) }
  }

  /// Lets the run happen.
  func run() {
    agenda.plan(.startLearner, at: random.within(0...500))
    for index in workers.indices {
      let isLate = random.happens(0.2)
      if isLate { tally.count(.workerJoinedLate) }
      agenda.plan(.startWorker(index), at: random.within(isLate ? 1_000...scenario.calm : 0...800))
    }
    for index in relays.indices { agenda.plan(.startRelay(index), at: random.within(random.happens(0.3) ? 0...scenario.calm : 0...800)) }
    agenda.plan(.fault, at: random.within(scenario.faultInterval))
    agenda.plan(.calm, at: scenario.calm)
    disk.death = scenario.deathWithinDiskOperations
    while outcome != .complete, violation == nil, let (time, event) = agenda.next() {
      now = time
      guard now < scenario.calm + Self.patience else {
        violate("the run has not ended \(Self.patience / 1_000) s after the last fault")
        break
      }
      events += 1
      handle(event)
    }
    if violation == nil { judgeEnd() }
    tally.add(disk.tally)
  }

  var isCalm: Bool { now >= scenario.calm }

  private func handle(_ event: Event) {
    switch event {
    case .up(let message, let link, let connection): arrive(message, over: link, connection: connection)
    case .down(let message, let link, let connection): arrive(message, over: link, connection: connection)
    case .chunk(let chunk, let link, let connection): arrive(chunk, over: link, connection: connection)
    case .unreadable(let worker): hearUnreadable(from: worker)
    case .startLearner: startLearner()
    case .learnerIsReady(let life): if learner?.life == life { openLearner() }
    case .training(let life): if learner?.life == life, !isLearnerStalled(event) { train() }
    case .learnerTick(let life): if learner?.life == life, !isLearnerStalled(event) { tickLearner() }
    case .learnerTurn(let life): if learner?.life == life, !isLearnerStalled(event) { takeLearnersTurn() }
    case .learnersThread(let told, let life): if learner?.life == life, !isLearnerStalled(event) { hearThread(told) }
    case .startWorker(let worker): startWorker(worker)
    case .engine(let report, let worker, let life): hear(report, worker: worker, life: life)
    case .workerTick(let worker, let life): tickWorker(worker, life: life)
    case .baseOrder(let order, let seat): obey(order, at: seat)
    case .startRelay(let relay): startRelay(relay)
    case .relayTick(let relay, let life): tickRelay(relay, life: life)
    case .fault: fault()
    case .calm: calmDown()
    }
  }

  func violate(_ what: String) {
    if violation == nil { violation = "at \(now) ms: \(what)" }
    note(.violation, 0) { "VIOLATION: \(what)" }
  }

  /// Folds what happens into the history, and prints it where somebody looks on.
  func note(_ kind: Note, _ detail: UInt64, _ line: () -> String) {
    history = SeededRandom.mix(history ^ kind.rawValue &* 0x9e37_79b9 ^ detail &<< 20 ^ UInt64(truncatingIfNeeded: now) &<< 40)
    if isTracing { trace.append("\(now) ms: \(line())") }
  }
}
