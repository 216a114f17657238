import EMPO
import Training
import Wire

extension ClusterSimulation {
  mutating func tellLearner(_ event: LearnerMachine.Event) {
    guard let actions = learner?.machine.handle(event, now: now), let generation = learner?.generation else { return }
    for action in actions where learner?.generation == generation { perform(action, generation: generation) }
  }

  mutating func tellWorker(_ name: String, _ event: WorkerMachine.Event) {
    guard let actions = workers[name]?.machine.handle(event, now: now), let generation = workers[name]?.generation else { return }
    for action in actions where workers[name]?.generation == generation { perform(action, by: name, generation: generation) }
  }

  /// Sends something over the network: late, in any order, sometimes twice, sometimes never.
  private mutating func transmit(_ event: Event) {
    let isFaulty = now < faultsUntil
    if isFaulty, random.happens(0.03) { return count("message lost") }
    agenda.plan(event, at: now + random.time(1...40))
    if isFaulty, random.happens(0.03) {
      agenda.plan(event, at: now + random.time(1...1_500))
      count("message doubled")
    }
  }

  private mutating func perform(_ action: LearnerMachine.Action, generation: Int) {
    switch action {
    case .send(let message, let peer): transmit(.toWorker(message, name: peer.description))
    case .welcome(let peer, let version):
      let welcome = Welcome(
        incarnation: UInt64(generation), run: "sim", heartbeatMilliseconds: UInt32(plan.heartbeat),
        leaseMilliseconds: UInt32(plan.lease), publisher: "sim", policyVersion: version, manifest: Fixture.manifest, files: [])
      transmit(.toWorker(.welcome(welcome), name: peer.description))
    case .lease(let grants, let peer):
      let tasks = grants.map { grant in
        let content = SimulatedRun.content(step: grant.step, slot: grant.slot)
        return Task(
          lease: grant.lease, step: grant.step, slot: grant.slot, policyVersion: grant.policyVersion, seed: SimulatedRun.seed,
          groupSize: plan.groupSize, questionID: content.questionID, question: content.question, promptTokens: content.promptTokens,
          deadlineMilliseconds: UInt32(plan.lease))
      }
      transmit(.toWorker(.tasks(tasks), name: peer.description))
    case .persist(let result, _):
      let key = [result.step, result.slot]
      if ledger[key] != nil { violations.append("step \(result.step) slot \(result.slot) was accepted twice") }
      ledger[key] = result
    case .train(let step, let groups): train(step: step, groups: groups, generation: generation)
    case .publish(let version):
      for name in names {
        for index in 0..<Fixture.manifest.chunkCount {
          let chunk = Fixture.chunk(index, of: learner?.weights[version] ?? [], version: version)
          if !random.happens(0.1) { transmit(.chunk(chunk, name: name)) }
        }
      }
    case .release(let below):
      let retained = learner?.weights.filter { $0.key >= below } ?? [:]
      learner?.weights = retained
    case .sendWeights(let version, _, let chunks, let peer):
      guard let bytes = learner?.weights[version] else {
        violations.append("version \(version) is not there to be sent")
        return
      }
      for index in chunks { transmit(.toWorker(.weights(Fixture.chunk(Int(index), of: bytes, version: version)), name: peer.description)) }
    case .checkpoint(let version):
      let weights = learner?.weights.filter { $0.key <= version } ?? [:]
      agenda.plan(.saved(Checkpoint(version: version, weights: weights), generation: generation), at: trainerDone(after: 1...200))
    case .evaluate(let version):
      agenda.plan(.learner(.evaluated(version: version), generation: generation), at: trainerDone(after: 1...200))
    case .record: break
    case .notify(let notice): note(notice)
    case .end(let outcome):
      self.outcome = outcome
      learner = nil
      if outcome != .complete { agenda.plan(.startLearner, at: now + random.time(10...1_000)) }
    }
  }

  private mutating func train(step: UInt32, groups: [GroupResult], generation: Int) {
    let sampling = expected[Int(plan.policyVersion(of: step))]
    if groups.map(\.slot) != Array(0..<plan.questionsPerStep) { violations.append("step \(step) is trained out of slot order") }
    for result in groups where result.group != SimulatedRun.group(step: step, slot: result.slot, weights: sampling) {
      violations.append("step \(step) slot \(result.slot) was sampled from other weights")
    }
    guard let weights = learner?.weights[step] else {
      violations.append("step \(step) is trained without version \(step)")
      return
    }
    let updated = SimulatedRun.update(weights, groups: groups.map(\.group))
    agenda.plan(.trained(step: step, weights: updated, generation: generation), at: trainerDone(after: 1...300))
  }

  /// When a job that takes so long will be done: the training thread does one after the other.
  private mutating func trainerDone(after duration: ClosedRange<Milliseconds>) -> Milliseconds {
    let done = max(now, learner?.busyUntil ?? 0) + random.time(duration)
    learner?.busyUntil = done
    return done
  }

  private mutating func note(_ notice: LearnerNotice) {
    switch notice {
    case .groupRejected: violations.append("\(notice)")
    case .duplicateDropped: count("duplicate")
    case .staleDropped: count("stale")
    case .leaseReassigned: count("reassigned")
    case .workerLost: count("worker lost")
    default: break
    }
  }

  private mutating func perform(_ action: WorkerMachine.Action, by name: String, generation: Int) {
    switch action {
    case .send(let message): transmit(.toLearner(message, from: name))
    case .subscribe: workers[name]?.isSubscribed = true
    case .prepare: workers[name]?.loaded = nil
    case .load(let version, let bytes):
      if bytes != expected[Int(version)] { violations.append("\(name) put version \(version) together wrong") }
      workers[name]?.loaded = bytes
    case .sample(let ticket, let task):
      guard let weights = workers[name]?.loaded, weights == expected[Int(task.policyVersion)] else {
        violations.append("\(name) samples step \(task.step) from other weights")
        return
      }
      let begin = now + random.time(0...100)
      let group = SimulatedRun.group(step: task.step, slot: task.slot, weights: weights)
      agenda.plan(.worker(.began(ticket: ticket), name: name, generation: generation), at: begin)
      agenda.plan(
        .worker(.sampled(ticket: ticket, group: group, seconds: 0.1), name: name, generation: generation), at: begin + random.time(10...400)
      )
    case .cancel: count("cancelled")
    case .notify: break
    case .end(let outcome):
      workers[name] = nil
      switch outcome {
      case .finished: break
      case .drained: agenda.plan(.startWorker(name), at: now + random.time(10...1_000))
      case .refused, .gaveUp, .failed: violations.append("\(name) ended: \(outcome)")
      }
    }
  }
}
