import Digests
import EMPO
import Logging
import Wire

/// The learner's socket thread: turns inputs into events, and actions into deeds.
final class LearnerLoop {
  /// How long the loop waits before it looks at its clocks.
  static let tick = 100

  /// So many messages are taken at once at most. Their groups share a transaction of the ledger, whose price is a write to the disk.
  static let messagesAtOnce = 64

  /// So many response tokens are taken at once, or one group: what is taken is held in memory.
  static let tokensAtOnce = 1 << 20

  private let service: LearnerService
  private let transport: any LearnerTransport
  private let store: any GroupStore
  private let jobs: BoundedQueue<TrainingJob>
  private let reports: BoundedQueue<TrainingReport>
  private let judging: BoundedQueue<JudgingJob>
  private let checking: BoundedQueue<CheckingJob>
  private let findings: BoundedQueue<Finding>
  private let trainingEnd = Latch()
  private let checkingEnd = Latch()
  private let clock = MonotonicClock()

  /// Counted once the trainer is made, since the store is compared with the trainer's checkpoint before anything is added to it.
  private var incarnation: UInt64 = 0
  private var lineage: UInt64 = 1

  /// What the latest update found, and the digest of the policy that it made.
  private var update: (report: UpdateReport, policyDigest: String)?

  /// The parts of the update that was begun, and the bytes that come of them.
  private var parts: [GradientPart] = []
  private var gathered: [WorkItem: [UInt8]] = [:]
  private var outcome: LearnerOutcome?

  init(_ service: LearnerService) throws {
    self.service = service
    transport = try service.parts.makeTransport()
    let wake = transport.wake
    service.thread.attach(wake)
    store = try service.parts.makeStore()
    // An update and a checkpoint may be asked for at once, parts as far as they are on the way or checked; reports answer them.
    jobs = BoundedQueue(capacity: Int.max)
    reports = BoundedQueue(capacity: 16) { wake.signal() }
    // The socket thread must never wait for threads that wait for it. These jobs are bounded by the slots that are open.
    judging = BoundedQueue(capacity: Int.max)
    checking = BoundedQueue(capacity: Int.max)
    findings = BoundedQueue(capacity: 256) { wake.signal() }
  }

  func run() throws -> LearnerOutcome {
    startThreads()
    defer {
      // The threads end after the jobs they are at; what has to be durable was waited for.
      jobs.close()
      judging.close()
      checking.close()
      reports.close()
      findings.close()
      transport.close()
      if case .goBack? = outcome {
        // Nothing of them may come in between, nor take memory beside what follows.
        trainingEnd.wait()
        checkingEnd.wait()
      } else {
        service.pulse.end()
      }
    }
    guard case (let begun, var published)? = try awaitTrainer() else { return .stopped(version: nil) }
    let version = begun.version
    incarnation = try store.beginIncarnation()
    lineage = try store.firstTrustedIncarnation()
    let retained = Set(published.versions.keys)
    let state = LearnerState(
      version: version, questions: begun.questions, retained: retained, evaluated: try retained.filter(store.isEvaluated),
      groups: try store.groups(from: version), reliance: try store.reliance(before: version), expelled: try store.expelled(), end: begun.end
    )
    let secrets = LearnerSecrets(
      leaseKey: try store.leaseKey(), auditKey: KeyedHash.randomKey(), firstTrustedIncarnation: lineage)
    var machine = try LearnerMachine(
      plan: service.plan, order: service.tasks.order, incarnation: incarnation, secrets: secrets, state: state,
      end: service.end.map(clock.time(of:)))
    service.watch(.listening(endpoint: transport.endpoint, version: version))
    service.logger.info("learner listens", metadata: ["endpoint": "\(transport.endpoint)", "version": "\(version)"])

    try perform(machine.handle(.start, now: clock.now), &published)
    var wasStopping = false
    while outcome == nil {
      service.pulse.turn()
      if service.thread.isStopping, !wasStopping {
        wasStopping = true
        try perform(machine.handle(.stop, now: clock.now), &published)
      }
      for report in reports.drain() {
        guard let event = try take(report, &published) else { continue }
        try perform(machine.handle(event, now: clock.now), &published)
      }
      for finding in findings.drain() where outcome == nil {
        try perform(machine.handle(try take(finding), now: clock.now), &published)
      }
      guard outcome == nil else { break }
      try perform(try nextActions(&machine), &published)
    }
    return outcome ?? .stopped(version: machine.version)
  }

  private func startThreads() {
    let (jobs, reports, findings, parts) = (jobs, reports, findings, service.parts)
    let (judging, checking, trainingEnd, checkingEnd) = (judging, checking, trainingEnd, checkingEnd)
    startThread(named: "learner training") {
      serveTraining(jobs, reports: reports, makeTrainer: parts.makeTrainer)
      trainingEnd.open()
    }
    startThread(named: "learner judging") { serveJudging(judging, findings: findings, makeJudge: parts.makeJudge) }
    startThread(named: "learner checking") {
      serveChecking(checking, findings: findings, makeSampler: parts.makeChecker)
      checkingEnd.open()
    }
  }

  /// Waits until the trainer is made; nil when the learner is stopped before. Workers that come earlier say hello again.
  private func awaitTrainer() throws -> (TrainerState, PublishedWeights)? {
    while !service.thread.isStopping {
      service.pulse.turn()
      _ = try transport.receive(timeoutMilliseconds: Self.tick)
      for report in reports.drain() {
        switch report {
        case .ready(let state, let weights): return (state, weights)
        case .failed(let error): throw error
        case .trained, .prepared, .event, .checkpointed: preconditionFailure("the trainer is asked for nothing before it is ready")
        }
      }
    }
    return nil
  }

  /// Waits for a message, and takes those along that have come by then.
  private func nextActions(_ machine: inout LearnerMachine) throws -> [LearnerMachine.Action] {
    var actions: [LearnerMachine.Action] = []
    var tokens = 0
    for count in 0..<Self.messagesAtOnce {
      switch try transport.receive(timeoutMilliseconds: count == 0 ? Self.tick : 0) {
      case .message(let message, let peer):
        if case .result(let result) = message { tokens += result.group.responses.reduce(0) { $0 + $1.tokens.count } }
        actions += machine.handle(.message(message, from: peer), now: clock.now)
      case .malformed(let peer, let reason): actions += machine.handle(.malformed(peer, reason: reason), now: clock.now)
      case .access(let event): actions += machine.handle(.access(event), now: clock.now)
      case .wake, nil: return actions + machine.handle(.tick, now: clock.now)
      }
      if tokens >= Self.tokensAtOnce { break }
    }
    return actions
  }

  private func take(_ report: TrainingReport, _ published: inout PublishedWeights) throws -> LearnerMachine.Event? {
    switch report {
    case .ready: return nil
    case .trained(let update, let frame, let delta, let end):
      self.update = (update, frame.digest)
      published.add(frame, delta: delta)
      return .policyPublished(version: frame.policyVersion, end: end)
    case .prepared(let step, let parts):
      self.parts = parts
      return .prepared(step: step, parts: parts.indices.filter { !parts[$0].isEmpty }.map(UInt32.init))
    case .event(let event): return event
    case .checkpointed(let version): return .checkpointed(version: version)
    case .failed(let error): throw error
    }
  }

  private func take(_ finding: Finding) throws -> LearnerMachine.Event {
    switch finding {
    case .event(let event): return event
    case .evaluated(let evaluation):
      try store.record(evaluation)
      service.watch(.evaluation(evaluation))
      return .evaluated(version: evaluation.policyVersion)
    case .failed(let error): throw error
    }
  }

  private func perform(_ actions: [LearnerMachine.Action], _ published: inout PublishedWeights) throws {
    try persist(actions)
    for action in actions {
      switch action {
      case .persist: break
      case .send(let message, let peer): try send(message, to: peer)
      case .welcome(let peer, let version): try send(.welcome(welcome(version: version, manifest: published.manifest)), to: peer)
      case .lease(let grants, let peer): try send(.tasks(grants.map(task)), to: peer)
      case .train(let step, let groups, let questions):
        jobs.post(.train(step: step, groups: try zip(groups, questions).map(promptedGroup)))
      case .prepare(let step, let groups, let questions):
        gathered = [:]
        jobs.post(.prepare(step: step, groups: try zip(groups, questions).map(promptedGroup)))
      case .compute(let part, let step): jobs.post(.compute(part: part, step: step))
      case .recompute(let part, let step): jobs.post(.recompute(part: part, step: step))
      case .gather(let item, let totalBytes): gathered[item] = [UInt8](repeating: 0, count: Int(totalBytes))
      case .keep(let chunk): keep(chunk)
      case .drop(let item): gathered[item] = nil
      case .add(let result):
        guard let bytes = gathered.removeValue(forKey: result.item) else { preconditionFailure("what is added was gathered") }
        jobs.post(.add(result, bytes: bytes))
      case .finishUpdate(let step): jobs.post(.finish(step: step))
      case .publish(let version): try published.publish(version, over: transport)
      case .release(let version, let held): published.release(below: version, keeping: held)
      case .sendWeights(let version, let base, let chunks, let peer):
        try published.send(version, base: base, chunks: chunks, to: peer, over: transport)
      case .sendBase(let chunks, let peer): try service.parts.baseWeights?.send(chunks, to: peer, over: transport)
      case .checkpoint(let version, let oldest, let questions):
        let older = published.versions(from: oldest, below: version)
        jobs.post(.checkpoint(olderWeights: older, questions: questions, ledger: try store.reach()))
      case .score(let result, let peer, let question):
        judging.post(.score(result, from: peer, try content(of: result.item, question)))
      case .evaluate(let version, let groups): judging.post(.evaluate(version: version, groups: groups.map(\.group)))
      case .noteAnswer(let result): service.parts.noteAnswer(result)
      case .check(let result, let question):
        guard let weights = published.versions[result.policyVersion]?.bytes else {
          preconditionFailure("what is checked is of a version that is retained")
        }
        checking.post(CheckingJob(task: try task(checking: result, question), weights: weights))
      case .confirm(let step, let slot, let checker): try store.confirm(step: step, slot: slot, checker: checker)
      case .void(let step, let slot, let reason): try store.void(step: step, slot: slot, reason: reason)
      case .voidLater(let version, let reason): try store.void(sampledAfter: version, reason: reason)
      case .expel(let party, let reason): try store.expel(party, reason: reason)
      case .record(let timing):
        guard let update else { preconditionFailure("a step is recorded after its update") }
        let figures = StepFigures(
          update: update.report, pace: timing.pace, skippedQuestions: timing.skippedQuestions, spread: timing.spread,
          versionBytes: published.broadcast(of: timing.step + 1)?.bytes.count)
        let record = StepRecord(step: timing.step, figures: figures, policyDigest: update.policyDigest)
        try store.record(record)
        service.watch(.step(record, timing))
      case .notify(let notice):
        if case .workerJoined(let worker, let software, let fingerprint, _, _) = notice {
          try store.record(WorkerRecord(name: worker, software: software, fingerprint: fingerprint))
        }
        service.logger.log(level: notice.level, "\(notice)")
        service.watch(.notice(notice))
      case .end(let outcome): self.outcome = outcome
      }
    }
  }

  /// Makes the groups among the actions durable, before anything is done that may rely on it.
  private func persist(_ actions: [LearnerMachine.Action]) throws {
    let groups = try actions.compactMap { action -> AcceptedGroup? in
      guard case .persist(let result, let worker, let question) = action else { return nil }
      let content = try service.tasks.content(of: question)
      return AcceptedGroup(result, worker: worker, questionID: content.questionID)
    }
    if !groups.isEmpty { try store.persist(groups) }
  }

  private func send(_ message: LearnerMessage, to peer: Peer) throws {
    let delivery = try transport.send(message, to: peer)
    // Whatever does not arrive is made good: leases run out, groups are sent again, hellos repeated.
    if delivery != .sent { service.logger.debug("not delivered", metadata: ["peer": "\(peer)", "delivery": "\(delivery)"]) }
  }

  private func welcome(version: UInt32, manifest: WeightManifest) -> Welcome {
    Welcome(
      incarnation: incarnation, lineage: lineage, run: service.run.name, heartbeatMilliseconds: UInt32(service.plan.heartbeat),
      leaseMilliseconds: UInt32(service.plan.lease), publisher: transport.publisher, policyVersion: version, manifest: manifest,
      baseWeights: service.parts.baseWeights?.baseDescription, files: service.run.files, timeOfDay: WallClock.milliseconds)
  }

  private func content(of item: WorkItem, _ question: Int) throws -> TaskContent {
    item.kind.checked == .evaluation ? try service.tasks.heldOutContent(of: question) : try service.tasks.content(of: question)
  }

  /// Puts bytes of a gradient in their place.
  private func keep(_ chunk: GradientChunk) {
    guard let total = gathered[chunk.item]?.count else { return }
    let range = GradientChunk.range(of: Int(chunk.index), in: UInt64(total))
    unsafe gathered[chunk.item]?.withUnsafeMutableBytes { target in
      let place = unsafe UnsafeMutableRawBufferPointer(rebasing: target[range])
      unsafe chunk.bytes.withUnsafeBytes { unsafe place.copyMemory(from: $0) }
    }
  }

  private func task(_ grant: LeaseGrant) throws -> Task {
    guard grant.item.kind.checked != .gradient else {
      return Task(
        lease: grant.lease, seal: grant.seal, item: grant.item, policyVersion: grant.policyVersion, seed: service.run.seed, groupSize: 0,
        questionID: "", question: "", promptTokens: [], part: parts[Int(grant.item.slot)],
        deadlineMilliseconds: UInt32(service.plan.lease))
    }
    let content = try content(of: grant.item, grant.question)
    return Task(
      lease: grant.lease, seal: grant.seal, item: grant.item, policyVersion: grant.policyVersion, seed: service.run.seed,
      groupSize: grant.groupSize, given: grant.given, questionID: content.questionID, question: content.question,
      promptTokens: content.promptTokens, answers: content.answers, deadlineMilliseconds: UInt32(service.plan.lease))
  }

  /// The task of checking a result, for the learner itself.
  private func task(checking result: WorkResult, _ question: Int) throws -> Task {
    Task(
      checking: result, answering: try content(of: result.item, question), seed: service.run.seed,
      deadlineMilliseconds: UInt32(service.plan.lease))
  }

  private func promptedGroup(_ result: WorkResult, answering question: Int) throws -> PromptedGroup {
    let content = try service.tasks.content(of: question)
    return PromptedGroup(promptTokens: content.promptTokens, group: result.group)
  }
}
