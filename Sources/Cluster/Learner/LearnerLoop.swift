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
  private let clock = MonotonicClock()
  private let incarnation: UInt64

  private var update: UpdateReport?
  private var outcome: LearnerOutcome?

  init(_ service: LearnerService) throws {
    self.service = service
    transport = try service.makeTransport()
    let wake = transport.wake
    service.thread.attach(wake)
    store = try service.makeStore()
    incarnation = try store.beginIncarnation()
    // An update, a checkpoint and an evaluation may be asked for at once; reports answer them.
    jobs = BoundedQueue(capacity: 16)
    reports = BoundedQueue(capacity: 16) { wake.signal() }
  }

  func run() throws -> LearnerOutcome {
    let (jobs, reports, makeTrainer) = (jobs, reports, service.makeTrainer)
    startThread(named: "learner training") { serveTraining(jobs, reports: reports, makeTrainer: makeTrainer) }
    defer {
      // The training thread ends after the job it is at; what has to be durable was waited for.
      jobs.close()
      reports.close()
      transport.close()
      service.pulse.end()
    }
    guard var begun = try awaitTrainer() else { return .stopped(version: nil) }
    let version = begun.version
    var machine = try LearnerMachine(
      plan: service.plan, order: service.tasks.order, incarnation: incarnation, version: version, questions: begun.questions,
      retained: Set(begun.published.versions.keys), stored: try store.groups(from: version),
      isEvaluated: try store.isEvaluated(version))
    service.watch(.listening(endpoint: transport.endpoint, version: version))
    service.logger.info("learner listens", metadata: ["endpoint": "\(transport.endpoint)", "version": "\(version)"])

    try perform(machine.handle(.start, now: clock.now), &begun.published)
    var wasStopping = false
    while outcome == nil {
      service.pulse.turn()
      if service.thread.isStopping, !wasStopping {
        wasStopping = true
        try perform(machine.handle(.stop, now: clock.now), &begun.published)
      }
      for report in reports.drain() {
        guard let event = try take(report, &begun.published) else { continue }
        try perform(machine.handle(event, now: clock.now), &begun.published)
      }
      guard outcome == nil else { break }
      try perform(try nextActions(&machine), &begun.published)
    }
    return outcome ?? .stopped(version: machine.version)
  }

  /// Waits until the trainer is made; nil when the learner is stopped before. Workers that come earlier say hello again.
  private func awaitTrainer() throws -> (version: UInt32, published: PublishedWeights, questions: QuestionSchedule.State?)? {
    while !service.thread.isStopping {
      service.pulse.turn()
      _ = try transport.receive(timeoutMilliseconds: Self.tick)
      for report in reports.drain() {
        switch report {
        case .ready(let version, let weights, let questions): return (version, weights, questions)
        case .failed(let error): throw error
        case .trained, .checkpointed, .evaluated: preconditionFailure("the trainer is asked for nothing before it is ready")
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
        if case .group(let result) = message { tokens += result.group.responses.reduce(0) { $0 + $1.tokens.count } }
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
    case .trained(let update, let frame, let delta):
      self.update = update
      published.add(frame, delta: delta)
      return .policyPublished(version: frame.policyVersion)
    case .checkpointed(let version): return .checkpointed(version: version)
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
      case .publish(let version): try published.publish(version, over: transport)
      case .release(let version, let held): published.release(below: version, keeping: held)
      case .sendWeights(let version, let base, let chunks, let peer):
        try published.send(version, base: base, chunks: chunks, to: peer, over: transport)
      case .checkpoint(let version, let questions):
        let older = published.versions(from: service.plan.oldestRetained(at: version), below: version)
        jobs.post(.checkpoint(olderWeights: older, questions: questions))
      case .evaluate: jobs.post(.evaluate)
      case .record(let timing):
        guard let update else { preconditionFailure("a step is recorded after its update") }
        let figures = StepFigures(update: update, pace: timing.pace, skippedQuestions: timing.skippedQuestions)
        let record = StepRecord(step: timing.step, figures: figures)
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
      incarnation: incarnation, run: service.run.name, heartbeatMilliseconds: UInt32(service.plan.heartbeat),
      leaseMilliseconds: UInt32(service.plan.lease), publisher: transport.publisher, policyVersion: version, manifest: manifest,
      files: service.run.files, timeOfDay: WallClock.milliseconds)
  }

  private func task(_ grant: LeaseGrant) throws -> Task {
    let content = try service.tasks.content(of: grant.question)
    return Task(
      lease: grant.lease, step: grant.step, slot: grant.slot, policyVersion: grant.policyVersion, seed: service.run.seed,
      groupSize: service.plan.groupSize, questionID: content.questionID, question: content.question,
      promptTokens: content.promptTokens, answers: content.answers, deadlineMilliseconds: UInt32(service.plan.lease))
  }

  private func promptedGroup(_ result: GroupResult, answering question: Int) throws -> PromptedGroup {
    let content = try service.tasks.content(of: question)
    return PromptedGroup(promptTokens: content.promptTokens, group: result.group)
  }
}
