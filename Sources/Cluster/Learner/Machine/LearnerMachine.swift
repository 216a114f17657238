public import EMPO
import Wire

/// The learner's side of the conversation: which worker does which work from which policy version, what is accepted and what is checked, and
/// when a step is trained. Pure: events and the time go in, actions come out.
///
/// Invariants:
/// - a slot of a step is filled at most once, and only by a group of exactly the step's policy version, which came with the seal of a lease
///   that this run gave to its sender; what was filled when the learner started comes from the ledger, so this holds over restarts;
/// - whatever can be computed from a group's tokens is computed here: the scores that count are the learner's;
/// - a result that was drawn to be checked is checked before its step is trained, and the draw is nobody's to foresee;
/// - steps are trained in order, each on all of its slots in slot order;
/// - a part of a gradient is in the sum at most once, is of the version that the step updates, and was computed for this learner's own lease;
/// - what a step asks follows from the groups of the steps before its policy version, see `QuestionSchedule`;
/// - a slot is under one lease, or under two while the update waits for a late one; a result counts whatever lease of the slot it came
///   under, because any two results of the same task are the same bytes;
/// - nothing is acknowledged as accepted before it was persisted.
public struct LearnerMachine: Sendable {
  /// How many versions are kept for nobody but workers that still fetch them. The oldest were begun first, and are done first.
  public static let maximumHeld = 2

  /// How often a look is taken at every worker and slot.
  private static let watchInterval: Milliseconds = 100

  /// The run. Its steps are fewer once its trainer ends it early.
  private(set) var plan: LearnerPlan
  let incarnation: UInt64
  private let unmeasured: [UInt32]

  var progress: RunProgress
  var assignments: Assignments
  var retained: RetainedVersions
  var admission: Admission
  var quarantine: Quarantine
  var conduct = PeerConduct()
  var meter = StepMeter()
  var draw: AuditDraw
  var parties: Parties
  var reliance: Reliance
  private var budget: TimeBudget?
  private var nextWatch: Milliseconds = 0

  /// The update that runs, where its gradient is spread over workers.
  var update: SpreadUpdate?

  /// When a part last came, or it was last said that none does.
  var partsAwaited: Milliseconds = 0
  var uncheckable = 0

  /// The newest policy version.
  public var version: UInt32 { progress.version }

  /// Creates the machine of a learner that starts, for the first time or again.
  ///
  /// - Parameters:
  ///   - plan: The run.
  ///   - order: The order of the run's questions.
  ///   - incarnation: A number that no earlier learner of this run had.
  ///   - secrets: What no worker is told.
  ///   - state: What the run has kept.
  ///   - end: When this learner's time is used up; nil for never.
  /// - Throws: ``ClusterError`` when the ledger disagrees with the plan, or a version that is needed is missing.
  public init(
    plan: LearnerPlan, order: QuestionOrder, incarnation: UInt64, secrets: LearnerSecrets, state: LearnerState, end: Milliseconds? = nil
  ) throws(ClusterError) {
    var plan = plan
    if let end = state.end { plan.steps = min(plan.steps, end) }
    let version = state.version
    guard version <= plan.steps else {
      throw ClusterError(.checkpoint, "the checkpoint is of version \(version), beyond the run's \(plan.steps) steps")
    }
    let open = state.groups.filter { $0.result.item.step >= version && $0.result.item.step < plan.steps }
    for group in open {
      guard let fault = plan.fault(in: group.result) else { continue }
      throw ClusterError(.ledger, "the ledger's group of \(group.result.item) does not fit the run's configuration: \(fault)")
    }
    self.plan = plan
    self.incarnation = incarnation
    unmeasured = state.retained.filter { plan.evaluates($0) && !state.evaluated.contains($0) }.sorted()
    progress = RunProgress(plan: plan, version: version)
    do {
      let schedule = try QuestionSchedule(
        order, questionsPerStep: Int(plan.questionsPerStep), lag: Int(plan.lag), skippedEpochs: Int(plan.skipUnanimous),
        step: Int(version), kept: state.questions)
      let seals = LeaseSeals(secrets: secrets, incarnation: incarnation)
      assignments = Assignments(plan: plan, seals: seals, questions: schedule, stored: open)
    } catch {
      throw ClusterError(.checkpoint, "the checkpoint of version \(version) is not of this run: \(error)", cause: error)
    }
    retained = RetainedVersions(plan: plan)
    admission = Admission(plan: plan)
    quarantine = Quarantine(period: plan.quarantine)
    draw = AuditDraw(share: plan.audit.share, secret: secrets.audits)
    parties = Parties(plan, expelled: state.expelled)
    reliance = Reliance(state.reliance)
    budget = end.map(TimeBudget.init)
    openSteps()
    for step in plan.openSteps(at: version) {
      let needed = plan.policyVersion(of: step)
      guard state.retained.contains(needed) || assignments.work[step]?.missing == 0 && !assignments.checks.hold(.sample, step: step) else {
        throw ClusterError(
          .checkpoint,
          "step \(step) samples from policy version \(needed), which the checkpoint of version \(version) does not hold; it holds \(state.retained.sorted())"
        )
      }
    }
  }

  /// Takes an event and says what to do.
  public mutating func handle(_ event: Event, now: Milliseconds) -> [Action] {
    var actions: [Action] = []
    guard !progress.hasEnded else { return actions }
    if budget?.left(now: now) == 0 { stopOutOfTime(now: now, &actions) }
    switch event {
    case .start: start(now: now, &actions)
    case .message(let message, let peer): receive(message, from: peer, now: now, &actions)
    case .malformed(let peer, let reason): conduct.answer(peer, Refusal(code: .malformed, reason: reason), now: now, &actions)
    case .access(let event): note(event, now: now, &actions)
    case .scored(let result, let peer, let own): settle(result, from: peer, own: own, now: now, &actions)
    case .checked(let item, let own): settle(item, own: .group(own), now: now, &actions)
    case .prepared(let step, let parts): notePrepared(step: step, parts: parts, now: now)
    case .computed(let part, let step, let tokens): noteComputed(part: part, step: step, tokens: tokens, now: now, &actions)
    case .added(let item): noteAdded(item, now: now, &actions)
    case .refuted(let item, let own): noteRefuted(item, own: own, now: now, &actions)
    case .recomputed(let item, let own): settle(item, own: .gradient(own), now: now, &actions)
    case .policyPublished(let version, let end): publish(version, end: end, now: now, &actions)
    case .checkpointed(let version): noteCheckpoint(of: version, now: now, &actions)
    case .evaluated(let version): noteEvaluation(of: version, now: now, &actions)
    case .tick: break
    case .stop: stop(.stopping, now: now, &actions)
    }
    guard !progress.hasEnded else { return actions }
    expire(now: now, &actions)
    advanceUpdate(now: now, &actions)
    if progress.isRunning { handOut(now: now, &actions) }
    watch(now: now, &actions)
    notifyWaiting(now: now, &actions)
    progress.endIfDone(workers: assignments.workers.count, now: now, &actions)
    return actions
  }

  private mutating func receive(_ message: WorkerMessage, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    if let refusal = parties.refusal(of: peer.description) { return conduct.refuse(peer, refusal, now: now, &actions) }
    if case .hello(let hello) = message { return welcome(hello, from: peer, now: now, &actions) }
    guard assignments.touch(peer, now: now) else { return answerStranger(message, from: peer, now: now, &actions) }
    switch message {
    case .hello: break
    case .heartbeat(let heartbeat):
      note(heartbeat, from: peer, now: now, &actions)
      if progress.isComplete { actions.append(.send(.finish, to: peer)) }
    case .result(let result):
      guard assignments.workers[peer]?.isRelay != true else {
        let refusal = Refusal(code: .malformed, reason: "a relay has no tasks, and sends no groups")
        return conduct.answer(peer, refusal, now: now, &actions)
      }
      take(result, from: peer, now: now, &actions)
    case .gradient(let chunk): take(chunk, from: peer, now: now, &actions)
    case .weightsRequest(BaseDescription.version, _, let chunks) where plan.hasBaseWeights:
      actions.append(.sendBase(chunks: chunks, to: peer))
    case .weightsRequest(let version, let base, let chunks):
      guard isRetained(version) else {
        actions.append(.send(.weightsGone(policyVersion: version, newest: self.version), to: peer))
        return
      }
      assignments.update(peer) { $0.fetching = (version, now) }
      actions.append(.sendWeights(version: version, base: base, chunks: chunks, to: peer))
    case .decline(let leases): report(assignments.takeBack(leases, from: peer, now: now), .declined, &actions)
    case .goodbye:
      guard let departure = assignments.remove(peer) else { return }
      report(departure.vacated, .workerGone, &actions)
      actions.append(.notify(.workerLeft(worker: peer.description, workers: assignments.workers.count)))
    }
  }

  /// Somebody speaks who has not said hello.
  private mutating func answerStranger(_ message: WorkerMessage, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    if case .goodbye = message { return }
    if progress.isComplete {
      actions.append(.send(.finish, to: peer))
    } else {
      conduct.answer(peer, Refusal(code: .unknownWorker, reason: "say hello first"), now: now, &actions)
    }
  }

  // MARK: Steps

  private mutating func start(now: Milliseconds, _ actions: inout [Action]) {
    progress.begin(now: now)
    meter = StepMeter(now: now)
    // A learner may have died between the finding of a lie and the return to a checkpoint.
    goBackIfNeeded(&actions)
    // Evaluations may have been cut short. Where they were not, leases need not wait for them again.
    for version in unmeasured { openEvaluation(of: version, now: now, &actions) }
    completeIfDone(now: now, &actions)
    trainIfReady(now: now, &actions)
  }

  /// Opens what can be sampled now. What the ledger has of it and nobody has checked is drawn anew, and what rests on the word of one that
  /// lied is checked.
  mutating func openSteps() {
    for (item, filling) in assignments.openSteps(at: version) {
      if parties.doubts(filling.checker ?? filling.worker) {
        assignments.unconfirm(item)
        beginCheck(of: item, by: filling.worker, fingerprint: nil)
      } else if filling.checker == nil, draw.next(), plan.requiresSameBits || plan.fingerprint == nil {
        // Where workers compute differently, the arithmetic of one that is not there is not known.
        beginCheck(of: item, by: filling.worker, fingerprint: nil)
      }
    }
  }

  /// Starts the update of the next step if all of its groups are in, those that are to be checked are checked, and no older version is
  /// still measured.
  mutating func trainIfReady(now: Milliseconds, _ actions: inout [Action]) {
    guard progress.isReadyToTrain, let groups = assignments.work[version]?.groups, !assignments.checks.hold(.sample, step: version),
      assignments.work.evaluated.allSatisfy({ $0 >= version })
    else { return }
    beginUpdate(groups, now: now, &actions)
  }

  private mutating func publish(_ newVersion: UInt32, end: UInt32?, now: Milliseconds, _ actions: inout [Action]) {
    let step = progress.finishUpdate(making: newVersion, now: now)
    if let end { shorten(to: end) }
    reliance.add(assignments.work[step]?.filled.map(\.filling) ?? [], step: step)
    reliance.add(assignments.work.parts?.filled.map(\.filling) ?? [], step: step)
    endUpdate(&actions)
    // A lie that was found meanwhile may be in what the update was built on.
    goBackIfNeeded(&actions)
    guard !progress.isGoingBack else { return }
    let skipped = assignments.work.questions.kept == nil ? nil : assignments.work.questions[Int(step)]?.skipped
    var timing = meter.finish(step: step, workers: assignments.workers.count, now: now)
    timing.skippedQuestions = skipped
    budget?.noteStep(seconds: timing.pace.seconds)
    let isLast = version < plan.steps && budget?.hasRoom(now: now) == false
    assignments.close(step)
    openSteps()
    actions.append(.publish(version: version))
    if plan.evaluates(version), progress.isRunning, !isLast { openEvaluation(of: version, now: now, &actions) }
    retained.advance(to: version, fetches: assignments.workers.fetches, now: now)
    release(&actions)
    actions.append(.record(timing))
    actions.append(.notify(.stepFinished(timing)))
    if isLast { stopOutOfTime(now: now, &actions) }
    progress.followUp(assignments.work.questions.kept, oldest: oldestNeeded, &actions)
    trainIfReady(now: now, &actions)
  }

  /// Lets the run end with a version. What is leased or stored is of steps before it.
  private mutating func shorten(to end: UInt32) {
    guard end < plan.steps else { return }
    precondition(end >= version + plan.lag, "a run ends beyond the steps that are leased")
    plan.steps = end
    progress.shorten(to: end)
    assignments.shorten(to: end)
  }

  /// Ends a learner that has no time for another step, with a checkpoint; does nothing where it ends already.
  private mutating func stopOutOfTime(now: Milliseconds, _ actions: inout [Action]) {
    guard progress.isRunning, let budget else { return }
    stop(.outOfTime(left: budget.left(now: now), step: budget.expectedStep), now: now, &actions)
  }

  private mutating func stop(_ notice: LearnerNotice, now: Milliseconds, _ actions: inout [Action]) {
    if progress.isRunning { abandonUpdate(&actions) }
    progress.stop(notice, assignments.work.questions.kept, oldest: oldestNeeded, now: now, &actions)
  }

  /// The oldest version that open work is done from.
  var oldestNeeded: UInt32 { min(plan.oldestRetained(at: version), assignments.work.evaluated.first ?? .max) }

  private func isRetained(_ version: UInt32) -> Bool {
    retained.contains(version, at: self.version) || assignments.work.evaluated.contains(version)
  }

  private func release(_ actions: inout [Action]) {
    actions.append(.release(below: plan.oldestRetained(at: version), keeping: retained.held.union(assignments.work.evaluated)))
  }

  private mutating func noteCheckpoint(of version: UInt32, now: Milliseconds, _ actions: inout [Action]) {
    progress.noteCheckpoint(of: version)
    actions.append(.notify(.checkpointed(version: version)))
    completeIfDone(now: now, &actions)
  }

  /// The run is over once its last version is durable and everything is measured: workers are told, and told again whenever one that had
  /// not heard speaks.
  private mutating func completeIfDone(now: Milliseconds, _ actions: inout [Action]) {
    guard progress.isTrained, assignments.work.evaluated.isEmpty, progress.complete(now: now) else { return }
    actions.append(.notify(.complete))
    for peer in assignments.workers.peers { actions.append(.send(.finish, to: peer)) }
  }

  // MARK: Evaluations

  private mutating func openEvaluation(of version: UInt32, now: Milliseconds, _ actions: inout [Action]) {
    let answered = (0..<plan.heldOutAnswered).map { ($0, answeredBefore(WorkItem(.evaluation, step: version, slot: $0))) }
    assignments.openEvaluation(of: version, answered: Dictionary(uniqueKeysWithValues: answered))
    progress.beginEvaluation(now: now)
    actions.append(.notify(.measuring(version: version, answered: Int(plan.heldOutAnswered), questions: Int(plan.heldOut))))
  }

  /// What stands for responses that somebody has already.
  private func answeredBefore(_ item: WorkItem) -> StepSlots.Filling {
    let result = WorkResult(
      lease: 0, seal: LeaseSeal(incarnation: incarnation, code: []), item: item, policyVersion: item.step,
      outcome: .group(ScoredGroup(responses: [], semanticEntropy: 0, isKept: false)), seconds: 0)
    return StepSlots.Filling(result: result, worker: Self.learnerName, checker: Self.learnerName)
  }

  /// Has an evaluation judged whose responses are all in and checked as far as they are to be.
  mutating func evaluateIfReady(_ version: UInt32, _ actions: inout [Action]) {
    let item = WorkItem(.evaluation, step: version, slot: 0)
    guard let groups = assignments.work.slots(of: item)?.groups, !assignments.checks.hold(.evaluation, step: version) else { return }
    actions.append(.evaluate(version: version, groups: groups))
  }

  private mutating func noteEvaluation(of version: UInt32, now: Milliseconds, _ actions: inout [Action]) {
    assignments.closeEvaluation(of: version)
    release(&actions)
    completeIfDone(now: now, &actions)
    trainIfReady(now: now, &actions)
  }

  // MARK: Leases

  private mutating func handOut(now: Milliseconds, _ actions: inout [Action]) {
    takeOverChecks(&actions)
    actions += assignments.handOut(at: version, holdsSamples: holdsSamples, unfetched: unfetchedParts, parties: parties, now: now).actions
  }

  // MARK: Waiting

  /// Says every so often what the learner waits for, while nothing comes.
  private mutating func notifyWaiting(now: Milliseconds, _ actions: inout [Action]) {
    noteMeasuring(now: now, &actions)
    notifyWaitingForParts(now: now, &actions)
    guard progress.isReadyToTrain, let slots = assignments.work[version],
      slots.missing > 0 || assignments.checks.hold(.sample, step: version), let milliseconds = progress.takeWait(now: now)
    else { return }
    let wait = LearnerWait(
      step: version, missing: slots.missing, leased: slots.leased, checks: assignments.checks.open.count,
      workers: assignments.workers.count, takers: assignments.workers.takers, unready: assignments.workers.unready,
      milliseconds: milliseconds)
    actions.append(.notify(.waiting(wait)))
  }

  /// Says every so often how far an evaluation is.
  private mutating func noteMeasuring(now: Milliseconds, _ actions: inout [Action]) {
    guard let version = assignments.work.evaluated.first,
      let slots = assignments.work.slots(of: WorkItem(.evaluation, step: version, slot: 0)), progress.takeEvaluationNotice(now: now)
    else { return }
    actions.append(.notify(.measuring(version: version, answered: slots.count - slots.missing, questions: slots.count)))
  }

  // MARK: Watching

  /// What takes a look at every worker or slot, and is therefore done every so often and not at every event.
  private mutating func watch(now: Milliseconds, _ actions: inout [Action]) {
    guard progress.isRunning, now >= nextWatch else { return }
    nextWatch = now + Self.watchInterval
    for (peer, dropped) in quarantine.release(now: now) {
      assignments.update(peer) { $0.isQuarantined = false }
      actions.append(.notify(.quarantineEnded(worker: peer.description, dropped: dropped)))
    }
    assignments.endDrains(now: now)
    for (peer, milliseconds, vacated) in assignments.reclaimFromHung(now: now) {
      let hung = LearnerNotice.workerHung(worker: peer.description, milliseconds: milliseconds, median: assignments.groupTimes.median)
      actions.append(.notify(hung))
      report(vacated, .hung, &actions)
    }
    report(assignments.reclaimOld(now: now), .expired, &actions)
    leaseLateSlotsAgain(now: now, &actions)
    leaseLatePartsAgain(now: now, &actions)
    takeOverLateChecks(now: now, &actions)
  }

  /// Where the update waits on few slots and workers have nothing to do, slots that take long are leased a second time.
  private mutating func leaseLateSlotsAgain(now: Milliseconds, _ actions: inout [Action]) {
    let late = assignments.groupTimes.threshold(factor: plan.stragglerFactor, least: 2 * plan.heartbeat, otherwise: plan.lease)
    guard let late, progress.isReadyToTrain else { return }
    let awaited = assignments.work.evaluated.prefix(1).map { WorkItem(.evaluation, step: $0, slot: 0) } + [WorkItem(step: version, slot: 0)]
    var grants = Grants()
    for item in awaited {
      guard let slots = assignments.work.slots(of: item), slots.missing > 0, slots.missing <= max(1, slots.count / 4) else { continue }
      for (lease, second) in assignments.doubleLate(item.kind, step: item.step, after: late, now: now, &grants) {
        let doubled = LearnerNotice.leaseDoubled(
          item: lease.item, worker: lease.worker.description, second: second.description, milliseconds: now - lease.granted)
        actions.append(.notify(doubled))
      }
    }
    actions += grants.actions
  }
}
