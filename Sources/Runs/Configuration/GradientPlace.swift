/// Who computes the gradients of a run's updates. The parts and their sum are the same.
public enum GradientPlace: String, Sendable, CaseIterable {
  /// Workers, where they are on other hosts and an update has several parts.
  case automatic = "auto"
  /// The learner.
  case learner
  /// Workers, and the learner beside them.
  case workers
}
