/// What a step of a run costs, as one host was seen to do it.
package struct StepCosts: Sendable, Equatable {
  /// Groups of a step.
  package var groups: Int
  /// Seconds that a worker takes for a group, where it samples as many at once as its memory takes.
  package var groupSeconds: Double
  /// Parts of an update that have a gradient.
  package var parts: Int
  /// Seconds that a worker takes for a part.
  package var partSeconds: Double
  /// Seconds that the learner takes for the sum, the optimiser and the new version.
  package var learnerSeconds: Double
  /// Bytes of a part's gradient.
  package var gradientBytes: Double
  /// Bytes of a new version as it is broadcast.
  package var versionBytes: Double
  /// Whether workers compute gradients where there are several.
  package var isSpread: Bool
  /// Whether workers sample the next step while the learner updates.
  package var samplesAhead: Bool

  /// Creates costs.
  package init(
    groups: Int, groupSeconds: Double, parts: Int, partSeconds: Double, learnerSeconds: Double, gradientBytes: Double,
    versionBytes: Double, isSpread: Bool, samplesAhead: Bool
  ) {
    self.groups = groups
    self.groupSeconds = groupSeconds
    self.parts = parts
    self.partSeconds = partSeconds
    self.learnerSeconds = learnerSeconds
    self.gradientBytes = gradientBytes
    self.versionBytes = versionBytes
    self.isSpread = isSpread
    self.samplesAhead = samplesAhead
  }

  /// The costs of steps like those of a trial, whose groups are the run's own: as long as they are, and teaching where they teach.
  package func measured(by trial: TrialRun.Outcome) -> StepCosts {
    var costs = self
    costs.groupSeconds = trial.groupSeconds
    costs.partSeconds = max(0, trial.updateSeconds - learnerSeconds) / Double(max(1, parts))
    return costs
  }

  /// The costs where only a share of the groups teaches.
  package func teaching(_ share: Double) -> StepCosts {
    var costs = self
    costs.partSeconds *= share
    return costs
  }
}
