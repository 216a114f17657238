import EMPO
import Training

extension RunConfiguration {
  /// The configuration of a run that goes on for more steps than it was begun with. The longer run begins with the shorter one, so that the
  /// result is that of a run that was begun with as many; where it would not be, the error says why.
  package func lengthened(to steps: Int) throws -> RunConfiguration {
    func refuse(_ reason: String) throws -> Never {
      throw RunsError(.configuration, "steps: the run has \(self.steps), and cannot go on to \(steps): \(reason)")
    }
    guard steps >= self.steps else { try refuse("a run that goes on takes more steps, and none away") }
    guard steps > self.steps else { return self }
    if optimizer.schedule != .constant {
      try refuse(
        "with optimizer.schedule \(optimizer.schedule.rawValue), the learning rate of every step depends on the number of steps; begin a new "
          + "run, or begin with the schedule constant")
    }
    // A warm-up that nobody gave is cut to the run's length.
    if optimizer.warmupSteps == self.steps, optimizer.warmupSteps < OptimizerOptions().warmupSteps {
      try refuse(
        "its warm-up of \(optimizer.warmupSteps) was cut to the run's length, where a longer run warms up for longer; begin a new run")
    }
    if guardAction == .stop, heldOut != .none, evaluateEvery == 0 || !self.steps.isMultiple(of: evaluateEvery) {
      try refuse(
        "its guard may end the run by the measurement after step \(self.steps), which a longer run does not make; begin a new run, or one "
          + "with guard: warn")
    }
    var longer = self
    longer.steps = steps
    try longer.validate()
    return longer
  }
}
