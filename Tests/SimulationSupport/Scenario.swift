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

  let plan: LearnerPlan
  let workers: Int

  /// How many questions there are.
  let questions: Int

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

  init(_ random: inout SeededRandom) {
    let size = random.below(200)
    workers = random.within(size < 120 ? 1...4 : size < 180 ? 5...8 : size < 197 ? 9...20 : 21...64)
    let relays = random.happens(0.4) ? random.within(1...min(3, workers)) : 0
    self.relays = relays
    // Drawn apart, so that they change no other choice.
    var state = random
    var apart = SeededRandom(seed: state.next())
    questions = apart.happens(0.5) ? apart.within(1...8) : apart.within(9...40)
    let skipUnanimous: UInt32 = apart.happens(0.4) ? apart.within(1...3) : 0
    let audited = [0, 0, 0, 0.1, 0.3, 1]
    plan = LearnerPlan(
      steps: UInt32(random.within(3...6)),
      questionsPerStep: UInt32(workers <= 8 ? random.within(4...8) : workers <= 20 ? random.within(6...16) : random.within(16...40)),
      groupSize: 2, lag: UInt32(random.within(0...2)), skipUnanimous: skipUnanimous, maximumResponseTokens: 3, vocabularySize: 100,
      checkpointEvery: UInt32(random.happens(0.5) ? 1 : random.within(2...4)), evaluateEvery: UInt32(random.within(0...2)), heartbeat: 250,
      lease: random.within(800...1_600),
      audit: AuditPlan(share: random.element(of: audited), seed: 7), quarantine: random.within(200...2_000),
      maximumWorkers: workers > 2 && random.happens(0.05) ? workers - 1 + relays : 100, farewell: random.within(300...1_000))
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
