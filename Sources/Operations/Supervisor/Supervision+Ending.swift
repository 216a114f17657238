import Foundation

extension Supervision {
  mutating func ring(_ alarm: Alarm, now: Duration, _ actions: inout [Action]) {
    switch (alarm, phase) {
    case (.restart(let child), .running):
      guard awaitingRestart.remove(child) != nil else { return }
      start(child, now: now, &actions)
    case (.learnerGrace, .stopping):
      if isAlive(.learner) { kill([.learner], &actions) }
    case (.farewell, .clearing): askWorkersToLeave(&actions)
    case (.workerGrace, .clearing):
      kill(liveWorkers, &actions)
    case (.burial(let child, let life), _): leave(child, life: life, now: now, &actions)
    default: break
    }
  }

  /// The first request lets the learner write a checkpoint; the second is obeyed at once.
  mutating func stop(by signal: Int32, now: Duration, _ actions: inout [Action]) {
    switch phase {
    case .running:
      actions.append(.say(.stopping))
      stopLearner(status: ExitStatus.stopped(by: signal), now: now, &actions)
    case .stopping, .clearing:
      kill((isAlive(.learner) ? [.learner] : []) + liveWorkers, &actions)
    case .ended: break
    }
  }

  mutating func stopLearner(status: Int32, now: Duration, _ actions: inout [Action]) {
    awaitingRestart = []
    guard isAlive(.learner) else {
      isResumable = true
      clear(status: status, isOver: false, &actions)
      return
    }
    phase = .stopping(status: status)
    actions.append(.terminate(.learner))
    actions.append(.schedule(.learnerGrace, after: plan.learnerGrace))
  }

  /// The learner is gone, so workers end, too. Those that heard from the learner that the run is over leave by themselves.
  mutating func clear(status: Int32, isOver: Bool, _ actions: inout [Action]) {
    awaitingRestart = []
    phase = .clearing(status: status)
    if liveWorkers.isEmpty {
      endIfClear(status: status, &actions)
    } else if isOver {
      actions.append(.schedule(.farewell, after: plan.farewell))
    } else {
      askWorkersToLeave(&actions)
    }
  }

  mutating func endIfClear(status: Int32, _ actions: inout [Action]) {
    guard !isAlive(.learner), liveWorkers.isEmpty else { return }
    phase = .ended
    if isResumable { actions.append(.say(.resumable)) }
    actions.append(.end(status: status))
  }

  private mutating func kill(_ children: [Child], _ actions: inout [Action]) {
    guard !children.isEmpty else { return }
    if children.contains(.learner) { isLearnerKilled = true }
    actions.append(.say(.killing(children)))
    for child in children { kill(child, &actions) }
  }

  private func kill(_ child: Child, _ actions: inout [Action]) {
    actions.append(.kill(child))
    actions.append(.schedule(.burial(child, life: records[child]?.lives ?? 0), after: plan.burial))
  }

  /// A child that gave no sign of life is killed: it may turn in a loop from which nothing else takes it.
  mutating func silence(_ child: Child, _ actions: inout [Action]) {
    guard isAlive(child), phase == .running else { return }
    records[child, default: Record()].isMute = true
    kill(child, &actions)
  }

  /// A child that does not end although it was killed counts as ended, so that nothing waits for it.
  private mutating func leave(_ child: Child, life: Int, now: Duration, _ actions: inout [Action]) {
    guard isAlive(child), records[child]?.lives == life else { return }
    actions.append(.say(.leaving(child)))
    end(child, .signaled(SIGKILL), now: now, &actions)
  }

  private func askWorkersToLeave(_ actions: inout [Action]) {
    for worker in liveWorkers { actions.append(.terminate(worker)) }
    actions.append(.schedule(.workerGrace, after: plan.workerGrace))
  }
}
