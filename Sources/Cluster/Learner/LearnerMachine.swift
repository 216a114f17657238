public import Wire

/// The learner's side of the conversation: which worker samples which slot from which policy version, what is accepted, and
/// when a step is trained. Pure: events and the time go in, actions come out.
///
/// Invariants:
/// - a slot of a step is filled at most once, and only by a group of exactly the step's policy version; what was filled when
///   the learner started comes from the ledger, so this holds over restarts;
/// - steps are trained in order, each on all of its slots in slot order;
/// - a slot is under one lease, or under two while the update waits for a late one; a group counts for its step and slot whatever lease
///   it came under, because any two groups of the same task are the same bytes;
/// - nothing is acknowledged as accepted before it was persisted, and nothing that is audited before two workers agreed on it or
///   no second one could be had.
public struct LearnerMachine: Sendable {
  enum Phase: Equatable {
    case running
    /// Asked to stop: no leases, no new update.
    case stopping
    /// Every step is trained and checkpointed; workers are told until the time given.
    case complete(until: Milliseconds)
    case ended
  }

  struct Lease {
    var step: UInt32
    var slot: UInt32
    var worker: Peer
    var granted: Milliseconds
    var deadline: Milliseconds
  }

  let plan: LearnerPlan
  let incarnation: UInt64

  /// The newest policy version.
  public internal(set) var version: UInt32

  /// Versions that no step is sampled from any more, and that workers are still fetching.
  var held: Set<UInt32> = []

  var phase = Phase.running
  var steps: [UInt32: StepSlots] = [:]
  var leases: [UInt64: Lease] = [:]
  var nextLease: UInt64 = 1
  var leaseDeadlines = Deadlines<UInt64>()
  var groupTimes = GroupTimes()
  var nextWatch: Milliseconds = 0
  var wasAuditWaived = false

  /// The arithmetic of the first worker, where others may differ.
  var referenceFingerprint: String?
  var workers = WorkerRoster()
  var conduct = PeerConduct()

  /// Workers that hung and yielded their places, and have not come back.
  var dismissed: Set<Peer> = []
  var quarantine: Quarantine

  /// Groups of the ledger that belong to steps which are not open yet.
  var storedAhead: [UInt32: [GroupResult]] = [:]

  /// The step whose update runs.
  var stepInTraining: UInt32?
  var lastCheckpoint: UInt32
  var requestedCheckpoint: UInt32?
  var evaluationsRunning = 0
  private let isEvaluated: Bool

  var startTime: Milliseconds = 0
  var meter = StepMeter()
  var lastProgress: Milliseconds = 0
  var lastWaitNotice: Milliseconds = 0

  /// Creates the machine of a learner that starts, for the first time or again.
  ///
  /// - Parameters:
  ///   - plan: The run.
  ///   - incarnation: A number that no earlier learner of this run had.
  ///   - version: The version of the checkpoint that it starts from.
  ///   - retained: The versions whose weights it has.
  ///   - stored: The ledger's groups of steps from `version` on.
  ///   - isEvaluated: Whether the evaluation of `version` is done already.
  /// - Throws: ``ClusterError`` when the ledger disagrees with the plan, or a version that is needed is missing.
  public init(
    plan: LearnerPlan, incarnation: UInt64, version: UInt32 = 0, retained: Set<UInt32>, stored: [GroupResult] = [],
    isEvaluated: Bool = false
  ) throws(ClusterError) {
    guard version <= plan.steps else {
      throw ClusterError(.checkpoint, "the checkpoint is of version \(version), beyond the run's \(plan.steps) steps")
    }
    self.plan = plan
    self.incarnation = incarnation
    self.version = version
    self.isEvaluated = isEvaluated
    lastCheckpoint = version
    quarantine = Quarantine(period: plan.quarantine)
    for result in stored where result.step >= version && result.step < plan.steps {
      if let fault = plan.fault(in: result) {
        throw ClusterError(
          .ledger,
          "the ledger's group of step \(result.step) slot \(result.slot) does not fit the run's configuration: \(fault)")
      }
      storedAhead[result.step, default: []].append(result)
    }
    openSteps()
    for (step, slots) in steps.sorted(by: { $0.key < $1.key }) where slots.missing > 0 {
      let needed = plan.policyVersion(of: step)
      guard retained.contains(needed) else {
        throw ClusterError(
          .checkpoint,
          "step \(step) samples from policy version \(needed), which the checkpoint of version \(version) does not hold; it holds \(retained.sorted())"
        )
      }
    }
  }

  /// Takes an event and says what to do.
  public mutating func handle(_ event: Event, now: Milliseconds) -> [Action] {
    var actions: [Action] = []
    guard phase != .ended else { return actions }
    switch event {
    case .start: start(now: now, &actions)
    case .message(let message, let peer): receive(message, from: peer, now: now, &actions)
    case .malformed(let peer, let reason): answerMisconduct(of: peer, code: .malformed, reason: reason, now: now, &actions)
    case .access(let event): note(event, now: now, &actions)
    case .policyPublished(let version): publish(version, now: now, &actions)
    case .checkpointed(let version): noteCheckpoint(version, now: now, &actions)
    case .evaluated: evaluationsRunning -= 1
    case .tick: break
    case .stop: stop(now: now, &actions)
    }
    guard phase != .ended else { return actions }
    expire(now: now, &actions)
    handOut(now: now, &actions)
    watch(now: now, &actions)
    notifyWaiting(now: now, &actions)
    endIfDone(now: now, &actions)
    return actions
  }

  private mutating func start(now: Milliseconds, _ actions: inout [Action]) {
    startTime = now
    meter = StepMeter(now: now)
    lastProgress = now
    lastWaitNotice = now
    // The evaluation of the checkpoint's version may have been cut short. Where it was not, leases need not wait for it again.
    if !isEvaluated { evaluateIfDue(&actions) }
    if version == plan.steps { complete(now: now, &actions) }
    trainIfReady(now: now, &actions)
  }

  private mutating func receive(_ message: WorkerMessage, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    if case .hello(let hello) = message {
      welcome(hello, from: peer, now: now, &actions)
      return
    }
    guard workers.touch(peer, now: now) else {
      if case .goodbye = message { return }
      answerMisconduct(of: peer, code: .unknownWorker, reason: "say hello first", now: now, &actions)
      return
    }
    switch message {
    case .hello: break
    case .heartbeat(let heartbeat):
      note(heartbeat, from: peer, now: now, &actions)
      if case .complete = phase { actions.append(.send(.finish, to: peer)) }
    case .group(let result):
      guard workers[peer]?.isRelay != true else {
        return answerMisconduct(of: peer, code: .malformed, reason: "a relay has no tasks, and sends no groups", now: now, &actions)
      }
      take(result, from: peer, now: now, &actions)
    case .weightsRequest(let version, let base, let chunks):
      answerRequest(version: version, base: base, chunks: chunks, from: peer, now: now, &actions)
    case .decline(let leases): takeBack(leases, from: peer, now: now, &actions)
    case .goodbye: bid(peer, &actions)
    }
  }
}
