import Cluster
import EMPO
import TestSupport
import Wire

/// A learner's process: what dies with it.
struct LearnerProcess {
  let life: Int
  let incarnation: UInt64
  var clock: SkewedClock

  /// Nil until the trainer is made.
  var machine: LearnerMachine?
  var trainer = SimulatedTrainer(.first)

  /// What has come of gradients.
  var gathered: [WorkItem: [UInt8]] = [:]

  /// The versions that it can hand out.
  var published = PublishedWeights(manifest: SimulatedRun.manifest)
  var watch: LeaseWatch
  var lastEvent: Milliseconds

  /// What has come and is not yet looked at.
  var inbox: [LearnerMachine.Event] = []

  /// When the threads that judge and check are free.
  var judgeFreeAt: Milliseconds = 0
  var checkerFreeAt: Milliseconds = 0
  var stalledUntil: Milliseconds = 0
}

extension Cluster {
  func startLearner() {
    guard learner == nil, outcome != .complete else { return }
    lives += 1
    do throws(SimulatedDisk.Trouble) {
      try disk.append([.incarnation])
    } catch {
      return loseDisk(error)
    }
    let incarnation = ledger.incarnations
    note(.learnerStarts, incarnation) { "learner starts as incarnation \(incarnation)" }
    learner = LearnerProcess(
      life: lives, incarnation: incarnation, clock: SkewedClock(&random, at: now), watch: LeaseWatch(plan: plan, incarnation: incarnation),
      lastEvent: now)
    agenda.plan(.learnerIsReady(life: lives), at: now + random.within(1...300))
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
    let ledger = ledger
    if let fault = judge.restart(checkpoint, ledger: ledger) { return violate(fault) }
    let versions = checkpoint.older.merging([checkpoint.version: checkpoint.policy]) { $1 }
    do {
      var questions = checkpoint.questions
      if bug == .forgetsUnanimousQuestions { questions?.unanimous = [:] }
      let state = LearnerState(
        version: checkpoint.version, questions: questions, retained: Set(versions.keys), evaluated: ledger.evaluated,
        groups: ledger.groups.values.filter { $0.result.item.step >= checkpoint.version }.sorted { $0.result.item < $1.result.item },
        reliance: ledger.reliance(before: checkpoint.version), expelled: ledger.expelled, end: decidedEnd(at: checkpoint.version))
      let secrets = secrets(of: process.incarnation, lineage: ledger.lineage)
      let isBounded = scenario.boundsTime && !isCalm && random.happens(0.5)
      let end = isBounded ? process.clock.now(at: now) + random.within(0...4_000) : nil
      var planned = plan
      planned.steps = scenario.earlyEnd?.planned ?? plan.steps
      let machine = try LearnerMachine(
        plan: planned, order: SimulatedRun.order(of: scenario.questions), incarnation: process.incarnation, secrets: secrets, state: state,
        end: end)
      learner?.machine = machine
    } catch {
      return violate("the learner does not start: \(error)")
    }
    note(.learnerListens, UInt64(checkpoint.version)) { "learner listens at version \(checkpoint.version)" }
    learner?.trainer = SimulatedTrainer(checkpoint)
    learner?.published = PublishedWeights(restored: versions.mapValues { WeightBytes($0) }, manifest: SimulatedRun.manifest)
    tellLearner(.start)
    agenda.plan(.learnerTick(life: process.life), at: now + Self.tick)
  }

  /// The version with which the run ends early, as far as its trainer has decided that at a version.
  func decidedEnd(at version: UInt32) -> UInt32? {
    scenario.earlyEnd.flatMap { version >= $0.decided ? plan.steps : nil }
  }

  var ledger: SimulatedLedger { SimulatedLedger(disk.ledger.joined()) }

  func secrets(of incarnation: UInt64, lineage: UInt64) -> LearnerSecrets {
    var state = SeededRandom(seed: scenario.secret &+ incarnation)
    let auditKey = (0..<32).map { _ in UInt8(truncatingIfNeeded: state.next()) }
    return LearnerSecrets(leaseKey: Array(repeating: 9, count: 32), auditKey: auditKey, firstTrustedIncarnation: lineage)
  }

  func tickLearner() {
    guard let process = learner else { return }
    let due = process.lastEvent + Self.tick
    if due > now { return agenda.plan(.learnerTick(life: process.life), at: due) }
    tellLearner(.tick)
    if learner?.life == process.life { agenda.plan(.learnerTick(life: process.life), at: now + Self.tick) }
  }

  /// A message comes, which waits until the learner has done what it is at.
  func deliver(_ event: LearnerMachine.Event) {
    guard let life = learner?.life, learner?.machine != nil else { return }
    learner?.inbox.append(event)
    let isBusy = random.happens(0.3)
    if learner?.inbox.count == 1 { agenda.plan(.learnerTurn(life: life), at: now + (isBusy ? random.within(1...30) : 0)) }
  }

  /// The learner takes the messages that have come by then at once: their groups share a transaction.
  func takeLearnersTurn() {
    guard let life = learner?.life, let inbox = learner?.inbox.prefix(Self.messagesAtOnce) else { return }
    learner?.inbox.removeFirst(inbox.count)
    if inbox.count > 1 { tally.count(.messagesTakenTogether) }
    var actions: [LearnerMachine.Action] = []
    for event in inbox { actions += handle(event) }
    if learner?.inbox.isEmpty == true {
      actions += handle(.tick)
    } else {
      agenda.plan(.learnerTurn(life: life), at: now)
    }
    perform(actions)
  }

  func tellLearner(_ event: LearnerMachine.Event) { perform(handle(event)) }

  private func handle(_ told: LearnerMachine.Event) -> [LearnerMachine.Action] {
    guard let process = learner, process.machine != nil, violation == nil else { return [] }
    let event = altering(told)
    let time = process.clock.now(at: now)
    let seenTime = bug == .renewsExpiredLeases ? min(time, max(process.watch.firstDeadline ?? time, time - plan.lease)) : time
    learner?.lastEvent = now
    learner?.watch.hear(event, now: time)
    let actions = learner?.machine?.handle(event, now: seenTime) ?? []
    if let fault = learner?.watch.observe(actions, now: time) { violate(fault) }
    return actions
  }

  private func perform(_ actions: [LearnerMachine.Action]) {
    guard let life = learner?.life else { return }
    for deed in deeds(actions) {
      guard learner?.life == life, violation == nil else { return }
      if !isCalm, random.happens(scenario.deathWithinEvents) {
        tally.count(.learnerKilledWithinAnEvent)
        return killLearner(isPowerCut: random.happens(0.5))
      }
      do throws(SimulatedDisk.Trouble) {
        switch deed {
        case .persist(let results): try persist(results)
        case .act(let action): try perform(action)
        }
      } catch {
        return loseDisk(error)
      }
    }
  }

  private enum Deed {
    case persist([StoredGroup])
    case act(LearnerMachine.Action)
  }

  /// What is done, in order: first the groups are made durable, then comes whatever may rely on that.
  private func deeds(_ actions: [LearnerMachine.Action]) -> [Deed] {
    var (results, others, early) = ([StoredGroup](), [Deed](), [Deed]())
    for action in actions {
      switch action {
      case .persist(let result, let worker, let question):
        check(question, result.item)
        results.append(StoredGroup(result: result, worker: worker))
      case .send(.acknowledge, _) where bug == .acknowledgesBeforeTheLedger: early.append(.act(action))
      default: others.append(.act(action))
      }
    }
    return results.isEmpty ? early + others : early + [.persist(results)] + others
  }

  private func perform(_ action: LearnerMachine.Action) throws(SimulatedDisk.Trouble) {
    switch action {
    case .persist: break
    case .send(let message, let peer): send(message, to: peer)
    case .welcome(let peer, let version): send(.welcome(welcome(version: version)), to: peer)
    case .lease(let grants, let peer):
      if relays.contains(where: { $0.peer == peer }) { violate("\(peer) is given tasks") }
      send(.tasks(grants.map(task)), to: peer)
    case .train(let step, let groups, let questions):
      if questions != self.questions[Int(step)] { violate("step \(step) is trained on questions \(questions)") }
      let expected = scenario.liars.isLenient ? nil : self.groups[Int(step)]
      note(.stepTrained, UInt64(step)) { "step \(step) is trained" }
      if let fault = judge.training(step, groups: groups, expected: expected, ledger: ledger) { violate(fault) }
      post(.train(step: step, groups: groups))
    case .prepare(let step, let groups, let questions):
      if questions != self.questions[Int(step)] { violate("step \(step) is trained on questions \(questions)") }
      let expected = scenario.liars.isLenient ? nil : self.groups[Int(step)]
      note(.stepTrained, UInt64(step)) { "step \(step) is trained in parts" }
      if let fault = judge.training(step, groups: groups, expected: expected, ledger: ledger) { violate(fault) }
      learner?.gathered = [:]
      post(.prepare(step: step, groups: groups, questions: questions))
    case .compute(let part, let step): post(.compute(part: part, step: step))
    case .recompute(let part, let step): post(.recompute(part: part, step: step))
    case .gather(let item, let totalBytes):
      learner?.gathered[item] = Array(repeating: 0, count: Int(totalBytes))
      if learner?.gathered.count ?? 0 > 4 { violate("\(learner?.gathered.count ?? 0) parts are on the way") }
    case .keep(let chunk):
      guard let total = learner?.gathered[chunk.item]?.count else { return violate("a chunk is kept that nobody waits for") }
      learner?.gathered[chunk.item]?.replaceSubrange(GradientChunk.range(of: Int(chunk.index), in: UInt64(total)), with: chunk.bytes)
    case .drop(let item): learner?.gathered[item] = nil
    case .add(let result):
      guard let bytes = learner?.gathered.removeValue(forKey: result.item) else { return violate("\(result.item) is added and not there") }
      post(.add(result, bytes))
    case .finishUpdate(let step): post(.finish(step: step))
    case .publish(let version): publish(version)
    case .release(let version, let held):
      learner?.published.release(below: version, keeping: held)
      let count = learner?.published.versions.count ?? 0
      if count > Int(plan.lag) + 3 + LearnerMachine.maximumHeld { violate("\(count) versions are retained") }
    case .sendWeights(let version, let base, let chunks, let peer): sendWeights(version, base: base, chunks: chunks, to: peer)
    case .sendBase(let chunks, let peer):
      tally.count(.baseFromTheLearner)
      for chunk in baseChunks(chunks, of: SimulatedBase(), to: peer) { send(.weights(chunk), to: peer) }
    case .checkpoint(let version, let oldest, let questions):
      let older = learner?.published.versions(from: oldest, below: version).mapValues { $0.array() } ?? [:]
      post(.checkpoint(older: older, questions: questions))
    case .score(let result, let peer, let question):
      check(question, result.item)
      let own = scenario.judgesByModel || bug == .believesScores ? nil : SimulatedRun.score(result.group)
      judge(.scored(result, from: peer, own: own))
    case .evaluate(let version, let groups): evaluate(version, groups)
    case .noteAnswer: break
    case .check(let result, let question):
      guard let weights = learner?.published.versions[result.policyVersion]?.bytes.array() else {
        return violate("\(result.item) is to be checked, and its weights are not there")
      }
      let own = SimulatedRun.follow(result.group.responses.map(\.tokens), result.item.check, question: question, weights: weights)
      check(.checked(result.item, own: own))
    case .confirm(let step, let slot, let checker): try disk.append([.confirm(step: step, slot: slot, checker: checker)])
    case .void(let step, let slot, _):
      tally.count(.lieVoided)
      try disk.append([.void(step: step, slot: slot)])
    case .voidLater(let version, _): try disk.append([.voidLater(sampledAfter: version)])
    case .expel(let party, let reason):
      tally.count(.workerExpelled)
      if !scenario.liars.workers.contains(where: { partyOfWorker($0) == party }) { violate("\(party) is expelled and did not lie") }
      try disk.append([.expel(party, reason: reason)])
    case .record(let timing):
      try disk.append([.record])
      let skipped = plan.skipUnanimous > 0 ? skipped[Int(timing.step)] : nil
      if timing.skippedQuestions != skipped { violate("step \(timing.step) says that \(timing.skippedQuestions ?? 0) were skipped") }
      if skipped ?? 0 > 0 { tally.count(.questionsSkipped) }
    case .notify(let notice): try hear(notice)
    case .end(let outcome): end(outcome)
    }
  }

  private func persist(_ results: [StoredGroup]) throws(SimulatedDisk.Trouble) {
    for stored in results {
      let item = stored.result.item
      note(.groupPersisted, UInt64(item.step) << 16 | UInt64(item.slot)) { "\(item) goes to the ledger" }
      if isLie(stored.result) { tally.count(.lieAccepted) }
    }
    try disk.append(results.map { .group($0) })
  }

  /// The judging thread says something, in a while.
  private func judge(_ event: LearnerMachine.Event) {
    guard let process = learner else { return }
    let time = max(now, process.judgeFreeAt) + random.within(0...20)
    learner?.judgeFreeAt = time
    agenda.plan(.learnersThread(event, life: process.life), at: time)
  }

  /// The checking thread says something, in a while.
  private func check(_ event: LearnerMachine.Event) {
    guard let process = learner else { return }
    let time = max(now, process.checkerFreeAt) + random.within(scenario.sampling) / 4
    learner?.checkerFreeAt = time
    agenda.plan(.learnersThread(event, life: process.life), at: time)
  }

  /// A thread of the learner has something to say.
  func hearThread(_ event: LearnerMachine.Event) {
    if case .evaluated(let version) = event {
      do throws(SimulatedDisk.Trouble) {
        try disk.append([.evaluated(version)])
      } catch {
        return loseDisk(error)
      }
      tally.count(.evaluationDone)
    }
    tellLearner(event)
  }

  private func evaluate(_ version: UInt32, _ groups: [WorkResult]) {
    let items = (0..<plan.heldOut).map { WorkItem(.evaluation, step: version, slot: $0) }
    if groups.map(\.item) != items { violate("version \(version) is judged by \(groups.map(\.item))") }
    if !scenario.liars.isLenient {
      for result in groups where isLie(result) { violate("\(result.item) is a lie, and is judged") }
    }
    judge(.evaluated(version: version))
  }

  private func send(_ message: LearnerMessage, to peer: Peer) {
    guard let link = workers.firstIndex(where: { $0.peer == peer }) ?? relays.first(where: { $0.peer == peer })?.link else { return }
    if case .acknowledge(let item, .accepted) = message, item.kind == .sample { judge.acknowledge(step: item.step, slot: item.slot) }
    transmit(message, over: link)
  }

  private func welcome(version: UInt32) -> Welcome {
    Welcome(
      incarnation: learner?.incarnation ?? 0, lineage: ledger.lineage, run: "simulation", heartbeatMilliseconds: UInt32(plan.heartbeat),
      leaseMilliseconds: UInt32(plan.lease), publisher: "learner", policyVersion: version, manifest: SimulatedRun.manifest,
      baseWeights: scenario.hasBase ? SimulatedBase.described : nil, files: [], timeOfDay: 0)
  }

  /// Whoever leases, crashes or comes first: a slot asks what it asks in an undisturbed run.
  private func check(_ question: Int, _ item: WorkItem) {
    if item.kind.checked == .gradient { return }
    let expected = item.kind.checked == .evaluation ? Int(item.slot) : questions[Int(item.step)][Int(item.slot)]
    if question != expected { violate("\(item) asks question \(question)") }
  }

  private func task(_ grant: LeaseGrant) -> Task {
    check(grant.question, grant.item)
    if grant.item.kind.checked == .gradient {
      note(.leaseGranted, grant.lease) { "lease \(grant.lease) is \(grant.item)" }
      guard let part = learner?.trainer.parts[Int(grant.item.slot)] else { preconditionFailure("a learner leases") }
      return Task(
        lease: grant.lease, seal: grant.seal, item: grant.item, policyVersion: grant.policyVersion, seed: SimulatedRun.seed, groupSize: 0,
        questionID: "", question: "", promptTokens: [], part: part, deadlineMilliseconds: UInt32(plan.lease))
    }
    let isHeldOut = grant.item.kind.checked == .evaluation
    let content = isHeldOut ? SimulatedRun.heldOutContent(of: grant.question) : SimulatedRun.content(of: grant.question)
    note(.leaseGranted, grant.lease) { "lease \(grant.lease) is \(grant.item)" }
    return Task(
      lease: grant.lease, seal: grant.seal, item: grant.item, policyVersion: grant.policyVersion, seed: SimulatedRun.seed,
      groupSize: grant.groupSize, given: grant.given, questionID: content.questionID, question: content.question,
      promptTokens: content.promptTokens, deadlineMilliseconds: UInt32(plan.lease))
  }

  private func publish(_ version: UInt32) {
    note(.versionPublished, UInt64(version)) { "version \(version) is published" }
    guard let frame = learner?.published.broadcast(of: version) else {
      return violate("version \(version) is published and not there")
    }
    tally.count(frame.base == nil ? .keyFramePublished : .deltaPublished)
    for index in 0..<frame.chunkCount {
      let chunk = frame.chunk(index)
      for link in links.indices where !links[link].isHop && isListening(link) { broadcast(chunk, over: link) }
    }
  }

  private func sendWeights(_ version: UInt32, base: UInt32?, chunks: [UInt32], to peer: Peer) {
    guard let frame = learner?.published.frame(towards: version, from: base) else {
      return violate("version \(version) is to be sent and not there")
    }
    tally.count(frame.base == nil ? .keyFrameRepaired : .deltaRepaired)
    for index in 0..<frame.chunkCount where chunks.isEmpty || chunks.contains(UInt32(index)) {
      send(.weights(frame.chunk(index)), to: peer)
    }
  }

  private func hear(_ notice: LearnerNotice) throws(SimulatedDisk.Trouble) {
    note(.learnerNotice, 0) { "learner: \(notice)" }
    switch notice {
    case .workerJoined: try disk.append([.record])
    case .duplicateDropped: tally.count(.duplicateDropped)
    case .staleDropped: tally.count(.staleDropped)
    case .groupRejected: tally.count(.groupRejected)
    case .leaseReassigned(_, _, .expired): tally.count(.leaseExpired)
    case .leaseReassigned(_, _, .forgotten): tally.count(.leaseForgotten)
    case .leaseReassigned(_, _, .declined): tally.count(.leaseDeclined)
    case .workerLost: tally.count(.workerLost)
    case .checkpointed(let version): judge.report(checkpoint: version)
    case .complete: judge.isComplete = true
    case .outOfTime: tally.count(.learnerOutOfTime)
    case .leaseDoubled: tally.count(.leaseDoubled)
    case .workerHung: tally.count(.workerFoundHung)
    case .quarantined: tally.count(.workerQuarantined)
    case .checkPassed(let item, _, let checker):
      tally.count(.checkPassed)
      if item.kind == .gradient { tally.count(.partChecked) }
      if checker != LearnerMachine.learnerName { tally.count(.checkedByAWorker) }
    case .scoresReplaced: tally.count(.scoresReplaced)
    case .lieFound(let lie):
      if !workers.indices.contains(where: { workers[$0].peer.description == lie.worker && maySpeakFalsely($0) }) { violate("\(lie)") }
    default: break
    }
  }

  private func end(_ outcome: LearnerOutcome) {
    note(.learnerEnds, 0) { "learner ends: \(outcome)" }
    checkBounds()
    self.outcome = outcome
    learner = nil
    if case .goBack(let step) = outcome { goBack(upTo: step) }
    if outcome != .complete { agenda.plan(.startLearner, at: now + random.within(10...1_000)) }
  }

  /// The run goes back to its last checkpoint of a version up to one.
  private func goBack(upTo step: UInt32) {
    let version = disk.newest(upTo: step)?.version ?? 0
    note(.wentBack, UInt64(version)) { "the run goes back to version \(version)" }
    tally.count(.wentBack)
    do throws(SimulatedDisk.Trouble) {
      try disk.append([.goBack(to: version)])
      judge.goBack(to: version)
      try disk.forgetCheckpoints(above: version)
    } catch {
      loseDisk(error)
    }
  }

  /// The process dies, with its host where the power is cut, and comes back.
  func killLearner(isPowerCut: Bool) {
    note(.learnerDies, 0) { isPowerCut ? "the learner's host loses its power" : "learner dies" }
    if learner?.trainer.isUpdating == true { tally.count(.learnerKilledDuringAnUpdate) }
    if isPowerCut {
      tally.count(.powerCut)
      disk.cutPower()
    }
    learner = nil
    agenda.plan(.startLearner, at: now + random.within(10...1_500))
  }

  /// The learner cannot go on for its disk.
  func loseDisk(_ trouble: SimulatedDisk.Trouble) {
    note(.diskTrouble, 0) { "disk: \(trouble)" }
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
