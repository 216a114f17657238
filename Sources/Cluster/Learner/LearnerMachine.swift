public import EMPO
public import Wire

/// The learner's side of the conversation: which worker samples which slot from which policy version, what is accepted, and
/// when a step is trained. Pure: events and the time go in, actions come out.
///
/// Invariants:
/// - a slot of a step is filled at most once, and only by a group of exactly the step's policy version; what was filled when
///   the learner started comes from the ledger, so this holds over restarts;
/// - steps are trained in order, each on all of its slots in slot order;
/// - what a step asks follows from the groups of the steps before its policy version, see `QuestionSchedule`;
/// - a slot is under one lease, or under two while the update waits for a late one; a group counts for its step and slot whatever lease
///   it came under, because any two groups of the same task are the same bytes;
/// - nothing is acknowledged as accepted before it was persisted, and nothing that is audited before two workers agreed on it or
///   no second one could be had.
public struct LearnerMachine: Sendable {
  /// How many versions are kept for nobody but workers that still fetch them. The oldest were begun first, and are done first.
  public static let maximumHeld = 2

  /// How often a look is taken at every worker and slot.
  private static let watchInterval: Milliseconds = 100

  private let plan: LearnerPlan
  private let incarnation: UInt64
  private let isEvaluated: Bool

  private var progress: RunProgress
  private var assignments: Assignments
  private var retained: RetainedVersions
  private var admission: Admission
  private var quarantine: Quarantine
  private var conduct = PeerConduct()
  private var meter = StepMeter()
  private var nextWatch: Milliseconds = 0
  private var wasAuditWaived = false

  /// The newest policy version.
  public var version: UInt32 { progress.version }

  /// Creates the machine of a learner that starts, for the first time or again.
  ///
  /// - Parameters:
  ///   - plan: The run.
  ///   - incarnation: A number that no earlier learner of this run had.
  ///   - order: The order of the run's questions.
  ///   - questions: What the checkpoint kept of the questions to ask.
  ///   - version: The version of the checkpoint that it starts from.
  ///   - retained: The versions whose weights it has.
  ///   - stored: The ledger's groups of steps from `version` on.
  ///   - isEvaluated: Whether the evaluation of `version` is done already.
  /// - Throws: ``ClusterError`` when the ledger disagrees with the plan, or a version that is needed is missing.
  public init(
    plan: LearnerPlan, order: QuestionOrder, incarnation: UInt64, version: UInt32 = 0, questions: QuestionSchedule.State? = nil,
    retained: Set<UInt32>, stored: [GroupResult] = [], isEvaluated: Bool = false
  ) throws(ClusterError) {
    guard version <= plan.steps else {
      throw ClusterError(.checkpoint, "the checkpoint is of version \(version), beyond the run's \(plan.steps) steps")
    }
    let open = stored.filter { $0.step >= version && $0.step < plan.steps }
    for result in open {
      guard let fault = plan.fault(in: result) else { continue }
      throw ClusterError(
        .ledger,
        "the ledger's group of step \(result.step) slot \(result.slot) does not fit the run's configuration: \(fault)")
    }
    self.plan = plan
    self.incarnation = incarnation
    self.isEvaluated = isEvaluated
    progress = RunProgress(plan: plan, version: version)
    do {
      let schedule = try QuestionSchedule(
        order, questionsPerStep: Int(plan.questionsPerStep), lag: Int(plan.lag), skippedEpochs: Int(plan.skipUnanimous),
        step: Int(version), kept: questions)
      assignments = Assignments(plan: plan, questions: schedule, stored: open)
    } catch {
      throw ClusterError(.checkpoint, "the checkpoint of version \(version) is not of this run: \(error)", cause: error)
    }
    self.retained = RetainedVersions(plan: plan)
    admission = Admission(plan: plan)
    quarantine = Quarantine(period: plan.quarantine)
    assignments.openSteps(at: version)
    for step in plan.openSteps(at: version) where assignments[step].map({ $0.missing > 0 }) == true {
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
    guard !progress.hasEnded else { return actions }
    switch event {
    case .start: start(now: now, &actions)
    case .message(let message, let peer): receive(message, from: peer, now: now, &actions)
    case .malformed(let peer, let reason): conduct.answer(peer, Refusal(code: .malformed, reason: reason), now: now, &actions)
    case .access(let event): note(event, now: now, &actions)
    case .policyPublished(let version): publish(version, now: now, &actions)
    case .checkpointed(let version): noteCheckpoint(of: version, now: now, &actions)
    case .evaluated: progress.noteEvaluation()
    case .tick: break
    case .stop: progress.stop(assignments.questions.kept, now: now, &actions)
    }
    guard !progress.hasEnded else { return actions }
    expire(now: now, &actions)
    if progress.isRunning { actions += assignments.handOut(at: version, now: now).actions }
    watch(now: now, &actions)
    notifyWaiting(now: now, &actions)
    progress.endIfDone(workers: assignments.workers.count, now: now, &actions)
    return actions
  }

  private mutating func receive(_ message: WorkerMessage, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    if case .hello(let hello) = message { return welcome(hello, from: peer, now: now, &actions) }
    guard assignments.touch(peer, now: now) else { return answerStranger(message, from: peer, now: now, &actions) }
    switch message {
    case .hello: break
    case .heartbeat(let heartbeat):
      note(heartbeat, from: peer, now: now, &actions)
      if progress.isComplete { actions.append(.send(.finish, to: peer)) }
    case .group(let result):
      guard assignments.workers[peer]?.isRelay != true else {
        let refusal = Refusal(code: .malformed, reason: "a relay has no tasks, and sends no groups")
        return conduct.answer(peer, refusal, now: now, &actions)
      }
      take(result, from: peer, now: now, &actions)
    case .weightsRequest(let version, let base, let chunks):
      guard retained.contains(version, at: self.version) else {
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
    // The evaluation of the checkpoint's version may have been cut short. Where it was not, leases need not wait for it again.
    if !isEvaluated { progress.evaluateIfDue(&actions) }
    if version == plan.steps { complete(now: now, &actions) }
    trainIfReady(now: now, &actions)
  }

  /// Starts the update of the next step if all of its groups are in.
  private mutating func trainIfReady(now: Milliseconds, _ actions: inout [Action]) {
    guard progress.isReadyToTrain, let groups = assignments[version]?.groups else { return }
    progress.beginUpdate()
    meter.beginUpdate(now: now)
    actions.append(.notify(.stepReady(step: version)))
    actions.append(.train(step: version, groups: groups, questions: assignments.questions(of: version)))
  }

  private mutating func publish(_ newVersion: UInt32, now: Milliseconds, _ actions: inout [Action]) {
    let step = progress.finishUpdate(making: newVersion, now: now)
    let skipped = assignments.questions.kept == nil ? nil : assignments.questions[Int(step)]?.skipped
    assignments.close(step)
    assignments.openSteps(at: version)
    actions.append(.publish(version: version))
    retained.advance(to: version, fetches: assignments.workers.fetches, now: now)
    actions.append(.release(below: plan.oldestRetained(at: version), keeping: retained.held))
    var timing = meter.finish(step: step, workers: assignments.workers.count, now: now)
    timing.skippedQuestions = skipped
    actions.append(.record(timing))
    actions.append(.notify(.stepFinished(timing)))
    progress.followUp(assignments.questions.kept, &actions)
    trainIfReady(now: now, &actions)
  }

  private mutating func noteCheckpoint(of version: UInt32, now: Milliseconds, _ actions: inout [Action]) {
    progress.noteCheckpoint(of: version)
    actions.append(.notify(.checkpointed(version: version)))
    if version == plan.steps { complete(now: now, &actions) }
  }

  /// The run is over: workers are told, and told again whenever one that had not heard speaks.
  private mutating func complete(now: Milliseconds, _ actions: inout [Action]) {
    guard progress.complete(now: now) else { return }
    actions.append(.notify(.complete))
    for peer in assignments.workers.peers { actions.append(.send(.finish, to: peer)) }
  }

  /// Says every so often what the learner waits for, while nothing comes.
  private mutating func notifyWaiting(now: Milliseconds, _ actions: inout [Action]) {
    guard progress.isReadyToTrain, let slots = assignments[version], slots.missing > 0 else { return }
    guard let milliseconds = progress.takeWait(now: now) else { return }
    let wait = LearnerWait(
      step: version, missing: slots.missing, leased: slots.leased, workers: assignments.workers.count,
      takers: assignments.workers.takers, milliseconds: milliseconds)
    actions.append(.notify(.waiting(wait)))
  }

  // MARK: Workers

  private mutating func welcome(_ hello: Hello, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    if progress.isComplete {
      actions.append(.send(.finish, to: peer))
      return
    }
    if let refusal = admission.refusal(of: hello, from: peer) { return conduct.refuse(peer, refusal, now: now, &actions) }
    let known = assignments.workers[peer]
    if let known, now - known.lastWelcome < Admission.welcomeInterval { return }
    guard known != nil || assignments.workers.count < plan.maximumWorkers || yieldPlace(to: peer, &actions) else {
      let refusal = Refusal(code: .full, reason: "the run takes \(plan.maximumWorkers) workers and has them")
      return conduct.refuse(peer, refusal, now: now, &actions)
    }
    assignments.welcome(hello, from: peer, isQuarantined: quarantine.holds(peer), now: now)
    actions.append(.welcome(peer, policyVersion: version))
    let joined = LearnerNotice.workerJoined(
      worker: hello.worker, software: hello.software, fingerprint: hello.fingerprint, workers: assignments.workers.count,
      isReturn: known != nil)
    actions.append(.notify(joined))
    if known == nil, let software = plan.software, software != hello.software {
      // Results are not refused for it: the protocol's version and the fingerprint are what they depend on.
      actions.append(.notify(.otherBuild(worker: hello.worker, software: hello.software, learner: software)))
    }
    if known == nil, let notice = admission.compare(hello) { actions.append(.notify(notice)) }
  }

  /// Makes room for a worker where there is one that hangs: the run must not wait for it while others could work.
  private mutating func yieldPlace(to peer: Peer, _ actions: inout [Action]) -> Bool {
    guard let departure = assignments.dismissHung() else { return false }
    report(departure, .hung, because: "hangs, and \(peer) takes its place", &actions)
    return true
  }

  private mutating func note(_ heartbeat: Heartbeat, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    actions.append(.send(.heartbeatReply(incarnation: incarnation), to: peer))
    // Leases are numbered anew by every incarnation: those of another one mean nothing here.
    guard heartbeat.incarnation == incarnation else { return }
    let news = assignments.hear(heartbeat, from: peer, now: now)
    meter.note(busySeconds: news.busySeconds, waitingSeconds: news.waitingSeconds)
    if news.hasRecovered { actions.append(.notify(.workerRecovered(worker: peer.description))) }
    report(news.vacated, .forgotten, &actions)
  }

  /// Acts on what the transport has seen to at the door.
  private mutating func note(_ event: AccessEvent, now: Milliseconds, _ actions: inout [Action]) {
    switch event {
    case .denied(let peer, let reason): conduct.noteDenial(of: peer, reason: reason, now: now, &actions)
    case .revoked(let peer, let reason):
      if let departure = assignments.remove(peer) { report(departure, .workerGone, because: reason, &actions) }
    case .list(let line): actions.append(.notify(.accessChanged(line)))
    }
  }

  /// Gives up workers that were silent for as long as a lease holds, and leases that nobody extended.
  private mutating func expire(now: Milliseconds, _ actions: inout [Action]) {
    for departure in assignments.removeSilent(now: now) {
      report(departure, .workerGone, because: "silent for \((now - departure.record.lastSeen) / 1000) s", &actions)
    }
    report(assignments.releasePassed(now: now), .expired, &actions)
  }

  private mutating func report(
    _ departure: Assignments.Departure, _ reason: ReassignmentReason, because words: String, _ actions: inout [Action]
  ) {
    report(departure.vacated, reason, &actions)
    let leases = departure.record.leases.count
    actions.append(.notify(.workerLost(worker: departure.peer.description, reason: words, leases: leases)))
  }

  /// Counts leases whose slots are to be handed out again, and says so.
  private mutating func report(_ vacated: [Lease], _ reason: ReassignmentReason, _ actions: inout [Action]) {
    meter.noteReassigned(vacated.count)
    for lease in vacated {
      actions.append(
        .notify(.leaseReassigned(step: lease.step, slot: lease.slot, worker: lease.worker.description, reason: reason)))
    }
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
    leaseLateSlotsAgain(now: now, &actions)
    waiveUnconfirmable(now: now, &actions)
  }

  /// Where the update waits on few slots and workers have nothing to do, slots that take long are leased a second time.
  private mutating func leaseLateSlotsAgain(now: Milliseconds, _ actions: inout [Action]) {
    let late = assignments.groupTimes.threshold(factor: plan.stragglerFactor, least: 2 * plan.heartbeat, otherwise: plan.lease)
    guard let late, progress.isReadyToTrain, let slots = assignments[version], slots.missing > 0,
      slots.missing <= max(1, Int(plan.questionsPerStep) / 4)
    else { return }
    var grants = Grants()
    for (lease, second) in assignments.doubleLate(step: version, after: late, now: now, &grants) {
      let doubled = LearnerNotice.leaseDoubled(
        step: lease.step, slot: lease.slot, worker: lease.worker.description, second: second.description,
        milliseconds: now - lease.granted)
      actions.append(.notify(doubled))
    }
    actions += grants.actions
  }

  /// Accepts held answers that nobody can confirm any more.
  private mutating func waiveUnconfirmable(now: Milliseconds, _ actions: inout [Action]) {
    for step in plan.openSteps(at: version) {
      for slot in (assignments[step]?.unconfirmed ?? []).sorted() { waiveIfUnconfirmable(step: step, slot: slot, now: now, &actions) }
    }
  }

  // MARK: Groups

  /// Decides on a group: accepted, a second copy, stale, or of no use. Every one is answered, so that the worker forgets it.
  private mutating func take(_ result: GroupResult, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    let (step, slot, worker) = (result.step, result.slot, peer.description)
    guard !quarantine.holds(peer) else {
      quarantine.drop(from: peer)
      return answer(result, from: peer, .stale, &actions)
    }
    guard step < plan.steps, slot < plan.questionsPerStep else {
      return reject(result, from: peer, fault: plan.fault(in: result) ?? "out of range", now: now, &actions)
    }
    if assignments.noteAnswer(result, from: peer, now: now) { actions.append(.notify(.workerRecovered(worker: worker))) }
    // What is trained was filled before, by this or an earlier incarnation.
    if step < version || assignments[step]?.isFilled(slot) == true {
      meter.noteDuplicate()
      answer(result, from: peer, .duplicate, &actions)
      actions.append(.notify(.duplicateDropped(step: step, slot: slot, worker: worker)))
      return
    }
    // A step that is not open can only come from the leases of an earlier incarnation that had got further.
    guard let slots = assignments[step], result.policyVersion == plan.policyVersion(of: step) else {
      meter.noteStale()
      answer(result, from: peer, .stale, &actions)
      actions.append(.notify(.staleDropped(step: step, slot: slot, policyVersion: result.policyVersion, worker: worker)))
      return
    }
    if let fault = plan.fault(in: result) { return reject(result, from: peer, fault: fault, now: now, &actions) }
    if slots.unconfirmed.contains(slot) {
      audit(result, from: peer, now: now, &actions)
    } else {
      accept(result, from: peer, now: now, &actions)
    }
  }

  /// Keeps a group, which fills its slot.
  private mutating func accept(_ result: GroupResult, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    let (step, slot, worker) = (result.step, result.slot, peer.description)
    actions.append(.persist(result, worker: worker, question: assignments.questions(of: step)[Int(slot)]))
    assignments.fill(with: result, from: peer)
    actions.append(.send(.acknowledge(step: step, slot: slot, disposition: .accepted), to: peer))
    meter.accept(step: step, responseTokens: result.group.responses.reduce(0) { $0 + $1.tokens.count }, now: now)
    progress.noteGroup(now: now)
    actions.append(.notify(.groupAccepted(step: step, slot: slot, worker: worker, missing: assignments[step]?.missing ?? 0)))
    trainIfReady(now: now, &actions)
  }

  /// The worker may forget a group that is not accepted, and has no more to say on the lease that it answered: its slot waits again
  /// unless it is filled.
  private mutating func answer(
    _ result: GroupResult, from peer: Peer, _ disposition: Disposition, reason: ReassignmentReason = .rejected, _ actions: inout [Action]
  ) {
    if let vacated = assignments.settle(result, from: peer) { report([vacated], reason, &actions) }
    actions.append(.send(.acknowledge(step: result.step, slot: result.slot, disposition: disposition), to: peer))
  }

  private mutating func reject(
    _ result: GroupResult, from peer: Peer, fault: String, now: Milliseconds, _ actions: inout [Action]
  ) {
    answer(result, from: peer, .stale, &actions)
    actions.append(
      .notify(.groupRejected(step: result.step, slot: result.slot, worker: peer.description, reason: fault)))
    guard quarantine.noteFault(fault, of: peer, now: now, &actions) else { return }
    // It gets no more until its quarantine is over.
    assignments.update(peer) { $0.isQuarantined = true }
    report(assignments.release(assignments.workers[peer]?.leases ?? []), .quarantined, &actions)
  }

  // MARK: Audits

  /// Takes an answer to an audited task: the first is held in memory, neither accepted nor in the ledger, until a second worker has
  /// confirmed it. So nothing that is audited is trained on unconfirmed, and a run that stops over a mismatch has kept neither answer.
  private mutating func audit(_ result: GroupResult, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    let (step, slot) = (result.step, result.slot)
    switch assignments.confirmation(by: result, from: peer) {
    case .first:
      assignments.hold(result, from: peer)
      // The worker need not keep it: whatever becomes of it is decided here.
      actions.append(.send(.acknowledge(step: step, slot: slot, disposition: .duplicate), to: peer))
      actions.append(.notify(.auditHeld(step: step, slot: slot, worker: peer.description)))
      waiveIfUnconfirmable(step: step, slot: slot, now: now, &actions)
    case .nothing: answer(result, from: peer, .duplicate, reason: .unconfirming, &actions)
    case .agreement(let held):
      actions.append(.notify(.auditPassed(step: step, slot: slot, first: held.peer.description, second: peer.description)))
      accept(result, from: peer, now: now, &actions)
    case .contradiction(let held, let difference):
      let mismatch = AuditMismatch(
        step: step, slot: slot, first: held.peer.description, second: peer.description, difference: difference,
        action: plan.audit.action)
      actions.append(.notify(.auditFailed(mismatch)))
      switch plan.audit.action {
      case .stop: progress.end(.failed(reason: mismatch.description), &actions)
      case .log:
        // First, so that the slot is not told to wait for somebody again.
        accept(held.result, from: held.peer, now: now, &actions)
        answer(result, from: peer, .duplicate, &actions)
      }
    }
  }

  /// Where no second worker can be had, the audit is waived.
  private mutating func waiveIfUnconfirmable(step: UInt32, slot: UInt32, now: Milliseconds, _ actions: inout [Action]) {
    guard let held = assignments.unconfirmable(step: step, slot: slot) else { return }
    actions.append(.notify(.auditWaived(step: step, slot: slot, worker: held.peer.description, isFirst: !wasAuditWaived)))
    wasAuditWaived = true
    accept(held.result, from: held.peer, now: now, &actions)
  }
}
