/// The numbers that supervision goes by.
package struct SupervisionPlan: Sendable, Equatable {
  /// Workers to run on this host; with 0, workers elsewhere do the sampling.
  package var workers: Int

  /// How often one child is started again.
  package var restartBudget: Int

  /// A child that lived this long has its budget back, so that a run of weeks may lose more processes than a loop of crashes in
  /// a minute.
  package var steadyAfter: Duration

  /// The delay before a child's second restart in a row; the first comes at once, later ones double it.
  package var restartDelay: Duration

  /// The longest delay before a restart.
  package var longestRestartDelay: Duration

  /// How long the learner may take to write its checkpoint when the run is interrupted.
  package var learnerGrace: Duration

  /// How long workers may take to leave by themselves once the run is over.
  package var farewell: Duration

  /// How long workers may take to leave once they are asked to.
  package var workerGrace: Duration

  /// How long a child may take to give its first sign of life, which it gives before it reads anything of the run. Time in which the host
  /// sleeps does not count.
  package var patience: Duration

  /// How long the system may take to end a child that is killed. One that it does not end by then, because it waits for a disk that does not
  /// answer, is left behind.
  package var burial: Duration

  /// Creates a plan. The graces together stay below the ten seconds in which an interrupted run ends.
  package init(
    workers: Int, restartBudget: Int, steadyAfter: Duration = .seconds(600), restartDelay: Duration = .milliseconds(250),
    longestRestartDelay: Duration = .seconds(10), learnerGrace: Duration = .seconds(7), farewell: Duration = .seconds(3),
    workerGrace: Duration = .milliseconds(1500), patience: Duration = .seconds(60), burial: Duration = .seconds(1)
  ) {
    precondition(workers >= 0 && restartBudget >= 0)
    self.workers = workers
    self.restartBudget = restartBudget
    self.steadyAfter = steadyAfter
    self.restartDelay = restartDelay
    self.longestRestartDelay = longestRestartDelay
    self.learnerGrace = learnerGrace
    self.farewell = farewell
    self.workerGrace = workerGrace
    self.patience = patience
    self.burial = burial
  }

  /// The longest that everything may take from the request to end on.
  package var longestEnding: Duration { learnerGrace + farewell + workerGrace + burial * 2 }

  /// How long to wait before a child's restart number `count` in a row, counted from 1.
  func delay(beforeRestart count: Int) -> Duration {
    guard count > 1 else { return .zero }
    // After a few doublings the delay has reached its maximum.
    return min(longestRestartDelay, restartDelay * (1 << min(count - 2, 16)))
  }
}
