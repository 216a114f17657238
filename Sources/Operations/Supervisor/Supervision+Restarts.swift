import Foundation

extension Supervision {
  mutating func learnerEnded(_ ending: ChildEnding, now: Duration, _ actions: inout [Action]) {
    switch phase {
    case .running:
      switch ending {
      case .exited(ExitStatus.success): clear(status: ExitStatus.success, isOver: true, &actions)
      case .exited(Self.stoppedLearner):
        actions.append(.say(.learnerStopped))
        isResumable = true
        clear(status: Self.stoppedLearner, isOver: false, &actions)
      case .exited(ExitStatus.outOfTime):
        isResumable = true
        clear(status: ExitStatus.success, isOver: false, &actions)
      case .exited(let status):
        actions.append(.say(.learnerFailed(ending)))
        clear(status: status, isOver: false, &actions)
      case .notStarted:
        actions.append(.say(.learnerFailed(ending)))
        clear(status: ExitStatus.failure, isOver: false, &actions)
      case .mute:
        isResumable = true
        actions.append(.say(.learnerFailed(ending)))
        clear(status: ExitStatus.failure, isOver: false, &actions)
      case .signaled, .disconnected:
        if restart(.learner, after: ending, now: now, &actions) { return }
        isResumable = true
        clear(status: ExitStatus.failure, isOver: false, &actions)
      }
    case .stopping(let status):
      // It was done before the request reached it.
      if ending == .exited(ExitStatus.success) {
        isResumable = false
        clear(status: ExitStatus.success, isOver: true, &actions)
        return
      }
      isResumable = true
      // SIGTERM itself ends a learner that was still starting and has nothing to save.
      if ![.exited(Self.stoppedLearner), .exited(ExitStatus.outOfTime), .signaled(SIGTERM)].contains(ending), !isLearnerKilled {
        actions.append(.say(.learnerFailed(ending)))
      }
      clear(status: status, isOver: false, &actions)
    case .clearing(let status): endIfClear(status: status, &actions)
    case .ended: break
    }
  }

  mutating func workerEnded(_ worker: Child, _ ending: ChildEnding, now: Duration, _ actions: inout [Action]) {
    switch phase {
    case .running:
      // It was done, or was asked to leave by somebody else: it stays away.
      if ending == .exited(ExitStatus.success) { return }
      if restart(worker, after: ending, now: now, &actions) { return }
      abandonedWorkers += 1
      guard abandonedWorkers == plan.workers else { return }
      actions.append(.say(.noWorkerLeft))
      isResumable = true
      stopLearner(status: ExitStatus.failure, now: now, &actions)
    case .clearing(let status): endIfClear(status: status, &actions)
    case .stopping, .ended: break
    }
  }

  /// The status of a learner that was asked to end and wrote a checkpoint from which the run can be resumed.
  static let stoppedLearner = ExitStatus.stopped(by: SIGTERM)

  /// Starts a child again, now or after a delay; false when its budget is used up.
  private mutating func restart(_ child: Child, after ending: ChildEnding, now: Duration, _ actions: inout [Action]) -> Bool {
    var record = records[child, default: Record()]
    if now - record.startedAt >= plan.steadyAfter { record.restarts = 0 }
    guard record.restarts < plan.restartBudget else {
      actions.append(.say(.gaveUp(child, ending, budget: plan.restartBudget)))
      return false
    }
    record.restarts += 1
    records[child] = record
    let delay = plan.delay(beforeRestart: record.restarts)
    actions.append(.say(.restarting(child, ending, restart: record.restarts, budget: plan.restartBudget)))
    if delay == .zero {
      start(child, now: now, &actions)
    } else {
      awaitingRestart.insert(child)
      actions.append(.schedule(.restart(child), after: delay))
    }
    return true
  }
}
