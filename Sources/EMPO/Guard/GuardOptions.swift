/// What the guard does when a run collapses.
public enum GuardAction: String, Sendable, CaseIterable {
  /// Looks at nothing.
  case off
  /// Warns.
  case warn
  /// Warns, and ends the run.
  case stop
}

/// What a ``CollapseGuard`` is told.
public struct GuardOptions: Sendable, Equatable {
  /// What it does.
  public var action: GuardAction

  /// The steps that the median of a figure is taken of: the first ones for what is usual in the run, the latest ones for what is now.
  public var window: Int

  /// How far the accuracy on labelled questions may fall below the run's best, as a share of the questions.
  public var tolerance: Double

  /// How many versions the policy that a step is sampled from lies behind.
  public var lag: Int

  /// Creates options.
  public init(action: GuardAction = .warn, window: Int = 3, tolerance: Double = 0.03, lag: Int = 1) {
    precondition(window > 0 && lag >= 0 && tolerance >= 0, "a window has steps, and nothing is negative")
    self.action = action
    self.window = window
    self.tolerance = tolerance
    self.lag = lag
  }
}

/// The accuracy of a policy version on labelled questions.
public struct LabelledProbe: Sendable, Equatable, Codable {
  /// The policy version.
  public var version: Int
  /// The share of the questions whose greedy answer is right.
  public var accuracy: Double

  /// Creates a probe.
  public init(version: Int, accuracy: Double) {
    self.version = version
    self.accuracy = accuracy
  }
}
