/// The supervisor's decisions: which child is started, restarted, asked to end or killed, and when the run is over.
///
/// A pure state machine: events and the time go in, actions come out. The learner decides on the run: when it ends by itself,
/// the run is over with its status. A learner that reports an error (status 1) is not started again, since it would report the
/// same error again; one that a signal killed is, within its budget, and so is a worker that ended with anything but 0.
package struct Supervision: Sendable {
  /// An event for a supervisor.
  package enum Event: Sendable, Equatable {
    /// The supervisor begins.
    case start
    /// The learner can be connected to, for the first time.
    case learnerReady
    /// A child ended.
    case ended(Child, ChildEnding)
    /// A child that was started gave no sign of life in the time that it has for the first one.
    case mute(Child)
    /// A time that was asked for has come.
    case due(Alarm)
    /// A signal asks the run to end.
    case stopRequested(signal: Int32)
  }

  /// An action for a supervisor. Actions are taken in the order given.
  package enum Action: Sendable, Equatable {
    /// Starts a child.
    case start(Child)
    /// Reports later when the learner can be connected to.
    case awaitLearner
    /// Reports later that a time has come.
    case schedule(Alarm, after: Duration)
    /// Asks a child to end (SIGTERM).
    case terminate(Child)
    /// Ends a child at once (SIGKILL).
    case kill(Child)
    /// Reports to the user.
    case say(SupervisionNotice)
    /// Ends the supervisor with this status.
    case end(status: Int32)
  }

  /// A time that the machine waits for.
  package enum Alarm: Sendable, Hashable {
    /// A child's restart.
    case restart(Child)
    /// The learner had its time to end.
    case learnerGrace
    /// Workers had their time to leave by themselves.
    case farewell
    /// Workers had their time to leave on request.
    case workerGrace
    /// The system had its time to end a child that was killed, of the child's lives the one with this number.
    case burial(Child, life: Int)
  }

  enum Phase: Equatable {
    case running
    /// The learner was asked to end; `status` is the supervisor's own.
    case stopping(status: Int32)
    /// The learner is gone; workers are about to be.
    case clearing(status: Int32)
    case ended
  }

  /// The state of a child.
  struct Record {
    var isAlive = false
    /// Restarts in a row.
    var restarts = 0
    var startedAt = Duration.zero
    /// How often it was started.
    var lives = 0
    /// Whether it is killed because it gave no sign of life.
    var isMute = false
  }

  let plan: SupervisionPlan
  var phase = Phase.running
  var records: [Child: Record] = [:]
  var awaitingRestart: Set<Child> = []
  var areWorkersStarted = false
  /// Workers of this host that will not come back.
  var abandonedWorkers = 0
  /// Whether the supervisor itself killed the learner, whose death is then no news.
  var isLearnerKilled = false
  /// Whether the run can be resumed, which is reported at the end.
  var isResumable = false

  /// Creates the machine of a supervisor that has not begun.
  package init(plan: SupervisionPlan) {
    self.plan = plan
  }

  /// Takes an event and the time, counted from any fixed moment, and returns the actions to take.
  package mutating func handle(_ event: Event, now: Duration) -> [Action] {
    var actions: [Action] = []
    switch event {
    case .start:
      start(.learner, now: now, &actions)
      if plan.workers > 0 { actions.append(.awaitLearner) }
    case .learnerReady: startWorkers(now: now, &actions)
    case .ended(let child, let ending): end(child, ending, now: now, &actions)
    case .mute(let child): silence(child, &actions)
    case .due(let alarm): ring(alarm, now: now, &actions)
    case .stopRequested(let signal): stop(by: signal, now: now, &actions)
    }
    return actions
  }

  mutating func start(_ child: Child, now: Duration, _ actions: inout [Action]) {
    records[child, default: Record()].isAlive = true
    records[child, default: Record()].startedAt = now
    records[child, default: Record()].lives += 1
    records[child, default: Record()].isMute = false
    actions.append(.start(child))
  }

  /// A child ended. One that was left behind has ended before.
  mutating func end(_ child: Child, _ ending: ChildEnding, now: Duration, _ actions: inout [Action]) {
    guard isAlive(child) else { return }
    let isMute = records[child]?.isMute == true
    records[child, default: Record()].isAlive = false
    let ending = isMute ? .mute(plan.patience) : ending
    switch child {
    case .learner: learnerEnded(ending, now: now, &actions)
    case .worker: workerEnded(child, ending, now: now, &actions)
    }
  }

  func isAlive(_ child: Child) -> Bool { records[child]?.isAlive == true }

  var liveWorkers: [Child] { plan.workers == 0 ? [] : (1...plan.workers).map(Child.worker).filter(isAlive) }

  private mutating func startWorkers(now: Duration, _ actions: inout [Action]) {
    guard phase == .running, !areWorkersStarted, plan.workers > 0 else { return }
    areWorkersStarted = true
    for number in 1...plan.workers { start(.worker(number), now: now, &actions) }
  }
}
