public import Wire

/// What a learner tells whoever watches it.
public enum LearnerNotice: Sendable, Equatable {
  /// A worker was taken in; `workers` counts it. `isReturn` says that a worker of that name was known already.
  case workerJoined(worker: String, software: String, fingerprint: String, workers: Int, isReturn: Bool)
  /// A worker was taken in although it computes differently from the first one.
  case mixedArithmetic(worker: String, fingerprint: String, reference: String)
  /// A worker or relay was taken in although it is another build than this learner.
  case otherBuild(worker: String, software: String, learner: String)
  /// A worker said goodbye.
  case workerLeft(worker: String, workers: Int)
  /// A worker was given up with this many leases in hand.
  case workerLost(worker: String, reason: String, leases: Int)
  /// A worker showed that it lives but answered nothing for so long; `median` is how long a group usually takes, if that
  /// is known.
  case workerHung(worker: String, milliseconds: Milliseconds, median: Milliseconds?)
  /// A worker that hung answered again.
  case workerRecovered(worker: String)
  /// A slot that takes its worker long was given to a second one.
  case leaseDoubled(item: WorkItem, worker: String, second: String, milliseconds: Milliseconds)
  /// Work is to be handed out again.
  case leaseReassigned(item: WorkItem, worker: String, reason: ReassignmentReason)
  /// A result was accepted; so many slots of its step or evaluation are still missing.
  case accepted(item: WorkItem, worker: String, missing: Int)
  /// A second copy of a result was dropped.
  case duplicateDropped(item: WorkItem, worker: String)
  /// A result that nobody waits for any more, or of another policy version, was dropped.
  case staleDropped(item: WorkItem, policyVersion: UInt32, worker: String)
  /// A result that contradicts its task, or has none, was dropped.
  case groupRejected(item: WorkItem, worker: String, reason: String)
  /// The scores that came with a group are not those that its tokens have; the learner's own count.
  case scoresReplaced(item: WorkItem, worker: String, difference: ResultDifference)
  /// A result was checked, and is what its seed gives.
  case checkPassed(item: WorkItem, worker: String, checker: String)
  /// A worker was found to be wrong.
  case lieFound(Lie)
  /// A result was drawn to be checked, and comes from another kind of arithmetic than the learner's; `count` such results so far.
  case uncheckable(item: WorkItem, worker: String, count: Int)
  /// The run goes back to the last checkpoint of a version up to `step`, because trained steps rest on the word of a party that lied.
  case goingBack(party: String, step: UInt32)
  /// A version is measured; so many of the held-out questions are answered.
  case measuring(version: UInt32, answered: Int, questions: Int)
  /// A worker gets no tasks for a while, because of what it sent.
  case quarantined(worker: String, milliseconds: Milliseconds, reason: String)
  /// A worker may get tasks again; so many groups from it were not looked at meanwhile.
  case quarantineEnded(worker: String, dropped: Int)
  /// A peer misbehaved; `count` is how often so far.
  case misbehaved(peer: String, reason: String, count: Int)
  /// A worker was turned away.
  case refused(peer: String, reason: String)
  /// So many notices of peers that misbehaved or were turned away were left out before this one.
  case untold(count: Int)
  /// The allow-list was read again, or could not be.
  case accessChanged(String)
  /// A part of a step's gradient is in the sum, for which a worker or the learner has taken so many tokens through the model; so many are missing.
  case partAdded(item: WorkItem, worker: String, tokens: Int, missing: Int)
  /// A part of a gradient that a worker had computed cannot be had, and is handed out again.
  case partLost(item: WorkItem, reason: String)
  /// A party that lied has contributed to a step's gradient, which is summed anew.
  case updateBegunAgain(step: UInt32)
  /// Nothing came of a step's gradient for a while.
  case waitingForParts(step: UInt32, missing: Int, leased: Int, workers: Int, takers: Int)
  /// Every slot of a step is in.
  case stepReady(step: UInt32)
  /// A step is trained and its version published.
  case stepFinished(StepTiming)
  /// A checkpoint is durable.
  case checkpointed(version: UInt32)
  /// The learner waits.
  case waiting(LearnerWait)
  /// The learner was asked to stop.
  case stopping
  /// The learner's time is used up, or what is `left` is less than another `step` takes.
  case outOfTime(left: Milliseconds, step: Milliseconds?)
  /// Every step is trained; the workers are told so.
  case complete
}

/// Why a slot is handed out again.
public enum ReassignmentReason: String, Sendable {
  /// The worker left or was lost.
  case workerGone = "worker gone"
  /// The lease's deadline passed.
  case expired
  /// The worker gave the task back.
  case declined
  /// The worker came back without it.
  case forgotten
  /// The worker lives but makes no progress.
  case hung
  /// The worker is in quarantine.
  case quarantined
  /// What the worker sent for it cannot be used.
  case rejected
}

/// What a learner waits for.
public struct LearnerWait: Sendable, Equatable {
  /// The step that cannot be trained yet.
  public var step: UInt32

  /// How many of its slots are missing.
  public var missing: Int

  /// How many of those are leased to somebody.
  public var leased: Int

  /// How many results are to be checked before the run goes on.
  public var checks: Int

  /// How many workers there are.
  public var workers: Int

  /// How many of them are given tasks.
  public var takers: Int

  /// How many of them have no base weights yet.
  public var unready: Int

  /// How long nothing has come.
  public var milliseconds: Milliseconds

  /// Creates a description of a wait.
  public init(
    step: UInt32, missing: Int, leased: Int, checks: Int = 0, workers: Int, takers: Int, unready: Int = 0, milliseconds: Milliseconds
  ) {
    self.step = step
    self.missing = missing
    self.leased = leased
    self.checks = checks
    self.workers = workers
    self.takers = takers
    self.unready = unready
    self.milliseconds = milliseconds
  }
}

extension LearnerNotice: CustomStringConvertible {
  /// One line.
  public var description: String {
    switch self {
    case .workerJoined(let worker, let software, let fingerprint, let workers, let isReturn):
      "\(worker) \(isReturn ? "came back" : "joined") (\(software), arithmetic \(fingerprint)); workers: \(workers)"
    case .mixedArithmetic(let worker, let fingerprint, let reference):
      "\(worker) computes with \(fingerprint), the first worker with \(reference): the run is no longer a function of its configuration"
    case .otherBuild(let worker, let software, let learner):
      "\(worker) is \(software), this learner \(learner): only protocol and arithmetic are compared; install the same build on both"
    case .workerLeft(let worker, let workers): "\(worker) left; workers: \(workers)"
    case .workerLost(let worker, let reason, let leases): "\(worker) is lost: \(reason); leases handed out again: \(leases)"
    case .workerHung(let worker, let milliseconds, let median):
      "\(worker) hangs: it lives but answered nothing for \(milliseconds / 1000) s"
        + (median.map { ", where a group takes \($0) ms" } ?? "") + "; its tasks go to others"
    case .workerRecovered(let worker): "\(worker) works again"
    case .leaseDoubled(let item, let worker, let second, let milliseconds):
      "\(item) is late (\(worker), \(milliseconds) ms): given to \(second) as well"
    case .leaseReassigned(let item, let worker, let reason): "\(item) is handed out again (\(worker): \(reason.rawValue))"
    case .accepted(let item, let worker, let missing): "\(item) accepted from \(worker); missing: \(missing)"
    case .duplicateDropped(let item, let worker): "\(item) from \(worker) was there already; dropped"
    case .staleDropped(let item, let policyVersion, let worker):
      "\(item) of policy version \(policyVersion) from \(worker) is stale; dropped"
    case .groupRejected(let item, let worker, let reason): "\(item) from \(worker) dropped: \(reason)"
    case .scoresReplaced(let item, let worker, let difference):
      "\(item): \(worker) scored its tokens wrongly (\(difference)); the learner's own scores count"
    case .checkPassed(let item, let worker, let checker): "\(item) from \(worker) is what its seed gives, as \(checker) finds"
    case .lieFound(let lie): "\(lie)"
    case .uncheckable(let item, let worker, let count):
      "\(item) was to be checked, but \(worker) computes otherwise than this learner: nobody checks it (\(count) so far)"
    case .goingBack(let party, let step):
      "a lie was found, and nobody but \(party) vouches for a part of step \(step): the run goes back to the last checkpoint before, checks "
        + "that part and trains again"
    case .measuring(let version, let answered, let questions):
      "measuring version \(version): \(answered) of \(questions) held-out questions answered"
    case .quarantined(let worker, let milliseconds, let reason):
      "\(worker) is in quarantine for \(milliseconds / 1000) s: \(reason)"
    case .quarantineEnded(let worker, let dropped):
      "\(worker) is out of quarantine and may get tasks again; groups dropped meanwhile: \(dropped)"
    case .misbehaved(let peer, let reason, let count): "\(peer): \(reason) (\(count) so far)"
    case .refused(let peer, let reason): "\(peer) refused: \(reason)"
    case .untold(let count): "\(count) more lines about peers that misbehave or are refused were left out"
    case .accessChanged(let line): line
    case .partAdded(let item, let worker, let tokens, let missing):
      "\(item) added, from \(worker): \(tokens) \(tokens == 1 ? "token" : "tokens"); missing: \(missing)"
    case .partLost(let item, let reason): "\(item) is handed out again: \(reason)"
    case .updateBegunAgain(let step): "the gradient of step \(step) is summed anew: a party that lied has contributed to it"
    case .waitingForParts(let step, let missing, let leased, let workers, let takers):
      "waiting for \(missing) \(missing == 1 ? "part" : "parts") of step \(step)'s gradient, \(leased) of them leased; workers: \(workers), of which \(takers) are given tasks"
        + (takers == 0 ? ": start one, or set learner.works: auto" : "")
    case .stepReady(let step): "step \(step) is ready to train"
    case .stepFinished(let timing): "\(timing)"
    case .checkpointed(let version): "checkpoint of version \(version) written"
    case .waiting(let wait): "\(wait)"
    case .stopping: "stopping: no more tasks are handed out; a running update is finished and checkpointed"
    case .outOfTime(0, _): "the time is used up: no more tasks are handed out; a running update is finished and checkpointed"
    case .outOfTime(let left, let step):
      "a step takes about \((step ?? 0) / 1000) s and \(left / 1000) s are left: no step is begun any more, and the policy is checkpointed"
    case .complete: "every step is trained; telling the workers"
    }
  }
}

extension LearnerWait: CustomStringConvertible {
  /// One line.
  public var description: String {
    let what =
      missing > 0
      ? "waiting for \(missing) groups of step \(step), \(leased) of them leased, for \(milliseconds / 1000) s"
      : "waiting for \(checks) checks before step \(step), for \(milliseconds / 1000) s"
    if unready > 0 { return what + "; workers: \(workers), of which \(takers) are given tasks and \(unready) get the base weights" }
    return switch (workers, takers) {
    case (0, _): what + "; no worker is connected: start one"
    case (_, 0): what + "; workers: \(workers), none of which is given tasks (they hang, leave or are in quarantine): start another"
    case (_, workers): what + "; workers: \(workers)"
    default: what + "; workers: \(workers), of which \(takers) are given tasks"
    }
  }
}
