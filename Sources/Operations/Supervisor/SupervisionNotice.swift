/// A supervisor's reports to the user, a line each.
package enum SupervisionNotice: Sendable, Equatable {
  /// A child died and is started again.
  case restarting(Child, ChildEnding, restart: Int, budget: Int)
  /// A child died once too often.
  case gaveUp(Child, ChildEnding, budget: Int)
  /// The learner reported an error, or died where it is not started again.
  case learnerFailed(ChildEnding)
  /// Somebody else asked the learner to end.
  case learnerStopped
  /// Every worker of this host has used up its restarts.
  case noWorkerLeft
  /// The run is asked to end.
  case stopping
  /// Children that did not end in time, or at once, are killed.
  case killing([Child])
  /// The run can be resumed.
  case resumable
}
