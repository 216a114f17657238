import Cluster
import TestSupport

/// What a seed decides before anything happens: the run, its workers, and which faults it meets how often.
///
/// A seed has about half of the faults, each: where all happen at once, none gets far.
struct Scenario {
  enum Fault: CaseIterable {
    case killLearner, cutPower, stopLearner, stallLearner, killWorker, drainWorker, stallWorker, hangEngine, slowEngine, partition
    case breakConnection, fillDisk, failDisk, jumpLearnerClock, jumpWorkerClock, killRelay, stopRelay, stallRelay, jumpRelayClock
    case garbage

    /// Whether it befalls relays only.
    var isOfRelays: Bool { [.killRelay, .stopRelay, .stallRelay, .jumpRelayClock].contains(self) }
  }

  /// The run as it comes to be, with the steps that are trained.
  let plan: LearnerPlan

  /// Where a trainer ends the run before the last planned step: the version at which it decides so, and the steps that were planned.
  let earlyEnd: (decided: UInt32, planned: UInt32)?

  let workers: Int

  /// Which workers lie, and how.
  let liars: Liars

  /// Whether scores take a model, so that the learner does not compute them where it accepts a group.
  let judgesByModel: Bool

  /// How many questions there are.
  let questions: Int

  /// What the learner's secrets are made of.
  let secret: UInt64

  /// The name of a worker.
  ///
  /// - Parameter isMistaken: Whether the workers of a pool pass for holders of keys of their own.
  func name(ofWorker index: Int, isMistaken: Bool = false) -> String {
    !liars.arePooled || index == 0 ? "w\(index)" : isMistaken ? "p-w\(index)" : "p/w\(index)"
  }

  /// Whether the run has base weights.
  let hasBase: Bool

  /// The share of chunks of base weights that leave damaged, and eight times that of writes to hosts' disks that fail.
  let baseTrouble: Double

  /// Relays, behind which most workers are where there are any.
  let relays: Int

  /// Faults end here.
  let calm: Milliseconds

  let faults: [Fault]
  let faultInterval: ClosedRange<Milliseconds>

  // Shares of messages, chunks, deeds and disk operations.
  let loss: Double
  let doubling: Double
  let chunkLoss: Double
  let deathWithinEvents: Double
  let deathWithinDiskOperations: Double
  let diskFailure: Double

  /// Whether messages keep their order.
  let isOrdered: Bool
  let delay: ClosedRange<Milliseconds>

  /// How long a link takes for a chunk of weights, or one of a relay to the learner alone; 0 for no time.
  let chunkTime: Milliseconds
  let onlyRelaysAreSlow: Bool

  /// How many messages may be under way in a direction of a link.
  let queueCapacity: Int

  // How long groups, updates and checkpoints take.
  let sampling: ClosedRange<Milliseconds>
  let training: ClosedRange<Milliseconds>
  let keptCheckpoints: Int
  let clocksStepBack: Bool

  /// Whether learners may have a bounded time.
  let boundsTime: Bool

  init(_ random: inout SeededRandom) {
    let size = random.below(200)
    workers = random.within(size < 120 ? 1...4 : size < 180 ? 5...8 : size < 197 ? 9...20 : 21...64)
    let relays = random.happens(0.4) ? random.within(1...min(3, workers)) : 0
    self.relays = relays
    // Drawn apart, so that they change no other choice.
    var state = random
    var apart = SeededRandom(seed: state.next())
    questions = apart.happens(0.5) ? apart.within(1...8) : apart.within(9...40)
    secret = apart.next()
    let skipUnanimous: UInt32 = apart.happens(0.4) ? apart.within(1...3) : 0
    let liars = Liars(&apart, workers: workers)
    self.liars = liars
    judgesByModel = apart.happens(0.2) && (liars.workers.isEmpty || liars.audit == 1)
    let heldOut: UInt32 = apart.happens(0.5) ? apart.within(1...6) : 0
    let hasKeys = liars.arePooled || apart.happens(0.6)
    let audited = [0, 0, 0, 0.1, 0.3, 1]
    let audit = random.element(of: audited)
    let isLenient = liars.isLenient
    var ofBase = SeededRandom(seed: secret ^ 0x6261_7365)
    hasBase = ofBase.happens(0.35)
    var ofParts = SeededRandom(seed: secret ^ 0x7061_7274)
    let works = ofParts.element(of: GradientPlan.LearnerWork.allCases)
    let gradients =
      ofParts.happens(0.4) ? GradientPlan(parts: UInt32(ofParts.within(1...8)), totalBytes: 160, learnerWork: works) : nil
    baseTrouble = ofBase.happens(0.5) ? Double(ofBase.within(1...80)) / 1_000 : 0
    plan = LearnerPlan(
      steps: UInt32(isLenient ? 6 : random.within(3...6)),
      questionsPerStep: UInt32(
        isLenient ? 28 : workers <= 8 ? random.within(4...8) : workers <= 20 ? random.within(6...16) : random.within(16...40)),
      groupSize: 2, lag: UInt32(random.within(0...2)), skipUnanimous: isLenient ? 0 : skipUnanimous, maximumResponseTokens: 3,
      vocabularySize: 100, endTokens: [SimulatedRun.endToken], checkpointEvery: UInt32(random.happens(0.5) ? 1 : random.within(2...4)),
      evaluateEvery: UInt32(random.within(0...2)), evaluatesBefore: apart.happens(0.7), heldOut: heldOut,
      evaluationSamples: apart.within(0...2), hasBaseWeights: hasBase, heartbeat: 250, lease: random.within(800...1_600),
      audit: AuditPlan(share: liars.audit ?? audit), gradients: gradients, hasKeys: hasKeys, ownWorkers: ["w0"],
      quarantine: random.within(200...2_000),
      maximumWorkers: workers > 2 && random.happens(0.05) ? workers - 1 + relays : 100, farewell: random.within(300...1_000))
    var ofEnd = SeededRandom(seed: secret ^ 0x656e_6400)
    let (steps, lag) = (plan.steps, plan.lag)
    earlyEnd = steps > lag && ofEnd.happens(0.3) ? (ofEnd.within(1...(steps - lag)), steps + ofEnd.within(1...3)) : nil
    boundsTime = apart.happens(0.2)
    calm = random.within(2_000...8_000)
    let possible = Fault.allCases.filter { relays > 0 || !$0.isOfRelays }
    var faults = possible.filter { _ in random.happens(0.5) }
    if faults.isEmpty { faults = [random.element(of: possible)] }
    self.faults = faults
    faultInterval = 20...(random.happens(0.4) ? random.within(60...600) : random.within(600...2_500))
    func sometimes(_ most: Double, _ random: inout SeededRandom) -> Double {
      random.happens(0.5) ? most * Double(random.within(1...100)) / 100 : 0
    }
    loss = sometimes(0.1, &random)
    doubling = sometimes(0.1, &random)
    chunkLoss = sometimes(0.3, &random)
    deathWithinEvents = sometimes(0.01, &random)
    deathWithinDiskOperations = sometimes(0.04, &random)
    diskFailure = sometimes(0.3, &random)
    isOrdered = random.happens(0.3)
    delay = 1...random.within(2...80)
    chunkTime = random.happens(0.25) ? random.within(5...300) : 0
    onlyRelaysAreSlow = random.happens(0.5)
    queueCapacity = random.happens(0.2) ? random.within(2...8) : random.within(16...256)
    sampling = 5...random.within(20...500)
    training = 1...random.within(50...600)
    keptCheckpoints = random.within(1...3)
    clocksStepBack = random.happens(0.1)
  }
}
