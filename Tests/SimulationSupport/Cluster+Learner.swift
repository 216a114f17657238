import Training
import Wire

/// A learner's process: what dies with it.
struct LearnerProcess {
  let life: Int
  let incarnation: UInt64
  var clock: SkewedClock

  /// Nil until the trainer is made.
  var machine: LearnerMachine?
  var trainer = SimulatedTrainer(.first)

  /// The versions that it can hand out.
  var published: [UInt32: [UInt8]] = [:]
  var watch: LeaseWatch
  var lastEvent: Milliseconds
  var stalledUntil: Milliseconds = 0
}

extension Cluster {
  func startLearner() {
    guard learner == nil, outcome != .complete else { return }
    lives += 1
    do throws(SimulatedDisk.Trouble) {
      try disk.append(.incarnation)
    } catch {
      return loseDisk(error)
    }
    let incarnation = UInt64(disk.ledger.count { if case .incarnation = $0 { true } else { false } })
    note(2, incarnation) { "learner starts as incarnation \(incarnation)" }
    learner = LearnerProcess(
      life: lives, incarnation: incarnation, clock: SkewedClock(&random, at: now), watch: LeaseWatch(plan: plan, incarnation: incarnation),
      lastEvent: now)
    agenda.plan(.learnerIsReady(life: lives), at: now + random.time(1...300))
  }

  /// The trainer is made: the learner goes on from the newest checkpoint and the ledger.
  func openLearner() {
    guard let process = learner else { return }
    let checkpoint: SimulatedCheckpoint
    do throws(SimulatedDisk.Trouble) {
      checkpoint = try disk.recover(keep: scenario.keptCheckpoints)
    } catch {
      return loseDisk(error)
    }
    if let fault = judge.restart(checkpoint, ledger: storedGroups) { return violate(fault) }
    var published = checkpoint.older
    published[checkpoint.version] = checkpoint.policy
    do {
      let stored = storedGroups.filter { $0.step >= checkpoint.version }
      let machine = try LearnerMachine(
        plan: plan, incarnation: process.incarnation, version: checkpoint.version, retained: Set(published.keys), stored: stored)
      learner?.machine = machine
    } catch {
      return violate("the learner does not start: \(error)")
    }
    note(3, UInt64(checkpoint.version)) { "learner listens at version \(checkpoint.version)" }
    learner?.trainer = SimulatedTrainer(checkpoint)
    learner?.published = published
    tellLearner(.start)
    agenda.plan(.learnerTick(life: process.life), at: now + Self.tick)
  }

  var storedGroups: [GroupResult] {
    disk.ledger.compactMap { entry in
      if case .group(let result) = entry { result } else { nil }
    }
  }

  func tickLearner() {
    guard let process = learner else { return }
    let due = process.lastEvent + Self.tick
    if due > now { return agenda.plan(.learnerTick(life: process.life), at: due) }
    tellLearner(.tick)
    if learner?.life == process.life { agenda.plan(.learnerTick(life: process.life), at: now + Self.tick) }
  }

  func tellLearner(_ told: LearnerMachine.Event) {
    guard let process = learner, process.machine != nil else { return }
    let life = process.life
    let event = bug == .ignoresVersions ? forgingVersion(of: told) : told
    let time = process.clock.now(at: now)
    let seenTime = bug == .renewsExpiredLeases ? min(time, max(process.watch.firstDeadline ?? time, time - plan.lease)) : time
    learner?.lastEvent = now
    learner?.watch.hear(event, now: time)
    guard let actions = learner?.machine?.handle(event, now: seenTime) else { return }
    if let fault = learner?.watch.observe(actions, now: time) { return violate(fault) }
    for action in bug == .acknowledgesBeforeTheLedger ? acknowledgingFirst(actions) : actions {
      guard learner?.life == life, violation == nil else { return }
      if !isCalm, random.happens(scenario.deathWithinEvents) {
        tally.count(.learnerKilledWithinAnEvent)
        return killLearner(isPowerCut: random.happens(0.5))
      }
      do throws(SimulatedDisk.Trouble) {
        try perform(action)
      } catch {
        return loseDisk(error)
      }
    }
  }

  private func perform(_ action: LearnerMachine.Action) throws(SimulatedDisk.Trouble) {
    switch action {
    case .send(let message, let peer): send(message, to: peer)
    case .welcome(let peer, let version): send(.welcome(welcome(version: version)), to: peer)
    case .lease(let grants, let peer): send(.tasks(grants.map(task)), to: peer)
    case .persist(let result, let worker):
      note(4, UInt64(result.step) << 16 | UInt64(result.slot)) { "step \(result.step) slot \(result.slot) of \(worker) goes to the ledger" }
      if storedGroups.contains(where: { $0.step == result.step && $0.slot == result.slot }) {
        violate("step \(result.step) slot \(result.slot) is accepted twice")
      }
      try disk.append(.group(result))
    case .train(let step, let groups):
      note(5, UInt64(step)) { "step \(step) is trained" }
      if let fault = judge.training(step, groups: groups, expected: self.groups[Int(step)], ledger: storedGroups) { violate(fault) }
      post(.train(step: step, groups: groups))
    case .publish(let version): publish(version)
    case .release(let version):
      let retained = learner?.published.filter { $0.key >= version } ?? [:]
      learner?.published = retained
      if retained.count > Int(plan.lag) + 1 { violate("\(retained.count) versions are retained") }
    case .sendWeights(let version, _, let chunks, let peer): sendWeights(version, chunks: chunks, to: peer)
    case .checkpoint(let version): post(.checkpoint(older: learner?.published.filter { $0.key < version } ?? [:]))
    case .evaluate: post(.evaluate)
    case .record: try disk.append(.record)
    case .notify(let notice): try hear(notice)
    case .end(let outcome): end(outcome)
    }
  }

  private func send(_ message: LearnerMessage, to peer: Peer) {
    guard let worker = workers.firstIndex(where: { $0.peer == peer }) else { return }
    if case .acknowledge(let step, let slot, .accepted) = message { judge.acknowledge(step: step, slot: slot) }
    transmit(message, to: worker)
  }

  private func welcome(version: UInt32) -> Welcome {
    Welcome(
      incarnation: learner?.incarnation ?? 0, run: "simulation", heartbeatMilliseconds: UInt32(plan.heartbeat),
      leaseMilliseconds: UInt32(plan.lease), publisher: "learner", policyVersion: version, manifest: SimulatedWeights.manifest, files: [])
  }

  private func task(_ grant: LeaseGrant) -> Task {
    note(6, grant.lease) { "lease \(grant.lease) is step \(grant.step) slot \(grant.slot)" }
    return Task(
      lease: grant.lease, step: grant.step, slot: grant.slot, policyVersion: grant.policyVersion, seed: SimulatedRun.seed,
      groupSize: plan.groupSize, questionID: "q", question: "?", promptTokens: [1], deadlineMilliseconds: UInt32(plan.lease))
  }

  private func publish(_ version: UInt32) {
    note(7, UInt64(version)) { "version \(version) is published" }
    guard let bytes = learner?.published[version] else { return violate("version \(version) is published and not there") }
    for chunk in SimulatedWeights.chunks(of: bytes, version: version) {
      for worker in workers.indices where workers[worker].process?.isSubscribed == true { broadcast(chunk, to: worker) }
    }
  }

  private func sendWeights(_ version: UInt32, chunks: [UInt32], to peer: Peer) {
    guard let bytes = learner?.published[version] else { return violate("version \(version) is to be sent and not there") }
    let all = SimulatedWeights.chunks(of: bytes, version: version)
    for chunk in all where chunks.isEmpty || chunks.contains(chunk.index) { send(.weights(chunk), to: peer) }
  }

  private func hear(_ notice: LearnerNotice) throws(SimulatedDisk.Trouble) {
    note(8, 0) { "learner: \(notice)" }
    switch notice {
    case .workerJoined: try disk.append(.record)
    case .duplicateDropped: tally.count(.duplicateDropped)
    case .staleDropped: tally.count(.staleDropped)
    case .groupRejected: tally.count(.groupRejected)
    case .leaseReassigned(_, _, _, .expired): tally.count(.leaseExpired)
    case .leaseReassigned(_, _, _, .forgotten): tally.count(.leaseForgotten)
    case .leaseReassigned(_, _, _, .declined): tally.count(.leaseDeclined)
    case .workerLost: tally.count(.workerLost)
    case .checkpointed(let version): judge.report(checkpoint: version)
    case .complete: judge.isComplete = true
    case .leaseDoubled: tally.count(.leaseDoubled)
    case .workerHung: tally.count(.workerFoundHung)
    case .quarantined: tally.count(.workerQuarantined)
    case .auditPassed: tally.count(.auditPassed)
    case .auditWaived: tally.count(.auditWaived)
    case .auditFailed(let mismatch): violate("\(mismatch)")
    default: break
    }
  }

  private func end(_ outcome: LearnerOutcome) {
    note(9, 0) { "learner ends: \(outcome)" }
    checkBounds()
    self.outcome = outcome
    learner = nil
    if outcome != .complete { agenda.plan(.startLearner, at: now + random.time(10...1_000)) }
  }

  /// The process dies, with its host where the power is cut, and comes back.
  func killLearner(isPowerCut: Bool) {
    note(10, 0) { isPowerCut ? "the learner's host loses its power" : "learner dies" }
    if learner?.trainer.isUpdating == true { tally.count(.learnerKilledDuringAnUpdate) }
    if isPowerCut {
      tally.count(.powerCut)
      disk.cutPower()
    }
    learner = nil
    agenda.plan(.startLearner, at: now + random.time(10...1_500))
  }

  /// The learner cannot go on for its disk.
  func loseDisk(_ trouble: SimulatedDisk.Trouble) {
    note(11, 0) { "disk: \(trouble)" }
    switch trouble {
    case .failed:
      tally.count(.learnerDiedOfItsDisk)
      killLearner(isPowerCut: false)
    case .killed: killLearner(isPowerCut: false)
    case .powerCut: killLearner(isPowerCut: true)
    }
  }

  /// Whether the learner's process stands still; the event waits until it goes on.
  func isLearnerStalled(_ event: Event) -> Bool {
    guard let until = learner?.stalledUntil, until > now else { return false }
    agenda.plan(event, at: until)
    return true
  }
}
