import Wire

extension LearnerMachine {
  /// Opens the steps whose policy version exists, and fills in what the ledger has of them.
  mutating func openSteps() {
    for step in plan.openSteps(at: version) where steps[step] == nil {
      var slots = StepSlots(step: step, count: plan.questionsPerStep) { plan.audit.covers(step: step, slot: $0) }
      for result in storedAhead.removeValue(forKey: step) ?? [] where !slots.isFilled(result.slot) {
        _ = slots.fill(result.slot, with: result)
      }
      steps[step] = slots
    }
  }

  /// Starts the update of the next step if all of its groups are in.
  mutating func trainIfReady(now: Milliseconds, _ actions: inout [Action]) {
    guard phase == .running, stepInTraining == nil, let groups = steps[version]?.groups else { return }
    stepInTraining = version
    meter.beginUpdate(now: now)
    actions.append(.notify(.stepReady(step: version)))
    actions.append(.train(step: version, groups: groups))
  }

  mutating func publish(_ newVersion: UInt32, now: Milliseconds, _ actions: inout [Action]) {
    precondition(stepInTraining == version && newVersion == version + 1, "a version is published by the update that made it")
    let step = version
    version = newVersion
    stepInTraining = nil
    steps[step] = nil
    openSteps()
    lastProgress = now
    actions.append(.publish(version: version))
    holdFetched(now: now)
    actions.append(.release(below: plan.oldestRetained(at: version), keeping: held))
    let timing = meter.finish(step: step, workers: workers.count, now: now)
    actions.append(.record(timing))
    actions.append(.notify(.stepFinished(timing)))
    if version == plan.steps || phase == .stopping || version % plan.checkpointEvery == 0 { checkpoint(&actions) }
    if phase == .running { evaluateIfDue(&actions) }
    trainIfReady(now: now, &actions)
  }

  mutating func evaluateIfDue(_ actions: inout [Action]) {
    guard plan.evaluateEvery > 0, version % plan.evaluateEvery == 0 || version == plan.steps else { return }
    evaluationsRunning += 1
    actions.append(.evaluate(version: version))
  }

  private mutating func checkpoint(_ actions: inout [Action]) {
    guard lastCheckpoint != version, requestedCheckpoint != version else { return }
    requestedCheckpoint = version
    actions.append(.checkpoint(version: version))
  }

  mutating func noteCheckpoint(_ checkpointed: UInt32, now: Milliseconds, _ actions: inout [Action]) {
    lastCheckpoint = checkpointed
    if requestedCheckpoint == checkpointed { requestedCheckpoint = nil }
    actions.append(.notify(.checkpointed(version: checkpointed)))
    if checkpointed == plan.steps { complete(now: now, &actions) }
  }

  /// The run is over: workers are told, and told again whenever one that had not heard speaks.
  mutating func complete(now: Milliseconds, _ actions: inout [Action]) {
    guard phase == .running || phase == .stopping else { return }
    phase = .complete(until: now + plan.farewell)
    actions.append(.notify(.complete))
    for peer in workers.peers { actions.append(.send(.finish, to: peer)) }
  }

  mutating func stop(now: Milliseconds, _ actions: inout [Action]) {
    switch phase {
    case .running:
      phase = .stopping
      actions.append(.notify(.stopping))
      // A running update is waited for; its version is the one to keep.
      if stepInTraining == nil { checkpoint(&actions) }
    case .complete: phase = .complete(until: now)
    case .stopping, .ended: break
    }
  }

  mutating func endIfDone(now: Milliseconds, _ actions: inout [Action]) {
    switch phase {
    case .stopping where stepInTraining == nil && lastCheckpoint == version:
      phase = .ended
      actions.append(.end(.stopped(version: version)))
    case .complete(let until) where evaluationsRunning == 0:
      // A learner that has just started may have workers that it has not heard of: it waits for them to say hello.
      guard now >= until || workers.count == 0 && now - startTime >= plan.farewell else { return }
      phase = .ended
      actions.append(.end(.complete))
    default: break
    }
  }

  /// Says every so often what the learner waits for, while nothing comes.
  mutating func notifyWaiting(now: Milliseconds, _ actions: inout [Action]) {
    guard phase == .running, stepInTraining == nil, let slots = steps[version], slots.missing > 0 else { return }
    guard now - lastProgress >= plan.patience, now - lastWaitNotice >= plan.patience else { return }
    lastWaitNotice = now
    actions.append(
      .notify(
        .waiting(
          LearnerWait(
            step: version, missing: slots.missing, leased: slots.leased, workers: workers.count, takers: workers.takers,
            milliseconds: now - lastProgress))))
  }
}
