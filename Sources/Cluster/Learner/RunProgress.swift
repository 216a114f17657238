import EMPO
import Wire

/// How far a run is: its newest policy version, the update that runs, its checkpoints and evaluations, and how it ends.
struct RunProgress: Sendable {
  private enum Phase: Equatable {
    case running
    /// Asked to stop, or out of time: no leases, no new update.
    case stopping(isOutOfTime: Bool)
    /// What steps from this one on are built on is in doubt: as ``stopping``, without a checkpoint.
    case goingBack(step: UInt32)
    /// Every step is trained and checkpointed; workers are told until the time given.
    case complete(until: Milliseconds)
    case ended
  }

  private var plan: LearnerPlan
  private var phase = Phase.running

  /// The newest policy version, which the next update starts from.
  private(set) var version: UInt32

  /// The step whose update runs.
  private var stepInTraining: UInt32?
  private var lastCheckpoint: UInt32
  private var requestedCheckpoint: UInt32?
  private var lastEvaluationNotice: Milliseconds = 0

  private var start: Milliseconds = 0

  /// When a group or a version last came, and when it was last said that none does.
  private var lastProgress: Milliseconds = 0
  private var lastWaitNotice: Milliseconds = 0

  /// - Parameter version: The version of the checkpoint that the learner starts from.
  init(plan: LearnerPlan, version: UInt32) {
    self.plan = plan
    self.version = version
    lastCheckpoint = version
  }

  /// Whether leases are granted.
  var isRunning: Bool { phase == .running }

  private var isStopping: Bool {
    if case .stopping = phase { true } else { false }
  }

  /// Whether the run goes back to an earlier checkpoint.
  var isGoingBack: Bool {
    if case .goingBack = phase { true } else { false }
  }

  /// Whether the last version is made and durable. A learner that is asked to stop leaves its measurement to the next.
  var isTrained: Bool {
    version == plan.steps && lastCheckpoint == version && (isRunning || isStopping && !plan.evaluates(version))
  }

  /// Whether every step is trained and checkpointed, so that workers are sent home.
  var isComplete: Bool {
    if case .complete = phase { true } else { false }
  }

  var hasEnded: Bool { phase == .ended }

  /// Whether an item is one that the running update is built on.
  func isInTraining(_ item: WorkItem) -> Bool { item.kind.checked == .sample && item.step == stepInTraining }

  /// Whether the next update may begin as soon as its groups are in.
  var isReadyToTrain: Bool { phase == .running && stepInTraining == nil }

  mutating func begin(now: Milliseconds) {
    start = now
    lastProgress = now
    lastWaitNotice = now
  }

  // MARK: Updates

  /// The update of the step at ``version`` begins.
  mutating func beginUpdate() { stepInTraining = version }

  /// The run ends with a version before the last one that was planned.
  mutating func shorten(to end: UInt32) { plan.steps = end }

  /// The update is given up, before it moved anything.
  mutating func abandonUpdate() { stepInTraining = nil }

  /// The update is done, which made `newVersion`.
  ///
  /// - Returns: The step that was trained.
  mutating func finishUpdate(making newVersion: UInt32, now: Milliseconds) -> UInt32 {
    precondition(stepInTraining == version && newVersion == version + 1, "a version is published by the update that made it")
    let step = version
    version = newVersion
    stepInTraining = nil
    lastProgress = now
    return step
  }

  /// Asks for what is due at the version that was just made.
  ///
  /// - Parameters:
  ///   - questions: What a checkpoint keeps of the questions to ask.
  ///   - oldest: The oldest version that it keeps.
  mutating func followUp(_ questions: QuestionSchedule.State?, oldest: UInt32, _ actions: inout [LearnerMachine.Action]) {
    guard version == plan.steps || isStopping || version % plan.checkpointEvery == 0 else { return }
    checkpoint(questions, oldest: oldest, &actions)
  }

  private mutating func checkpoint(_ questions: QuestionSchedule.State?, oldest: UInt32, _ actions: inout [LearnerMachine.Action]) {
    guard lastCheckpoint != version, requestedCheckpoint != version else { return }
    requestedCheckpoint = version
    actions.append(.checkpoint(version: version, oldest: oldest, questions: questions))
  }

  mutating func noteCheckpoint(of checkpointed: UInt32) {
    lastCheckpoint = checkpointed
    if requestedCheckpoint == checkpointed { requestedCheckpoint = nil }
  }

  // MARK: Waiting

  /// A group was accepted.
  mutating func noteGroup(now: Milliseconds) { lastProgress = now }

  /// How long nothing has come, whenever it is time to say so.
  mutating func takeWait(now: Milliseconds) -> Milliseconds? {
    guard now - lastProgress >= plan.patience, now - lastWaitNotice >= plan.patience else { return nil }
    lastWaitNotice = now
    return now - lastProgress
  }

  /// An evaluation begins, and that is said.
  mutating func beginEvaluation(now: Milliseconds) { lastEvaluationNotice = now }

  /// Whether it is time to say how far an evaluation is.
  mutating func takeEvaluationNotice(now: Milliseconds) -> Bool {
    guard now - lastEvaluationNotice >= plan.patience / 2 else { return false }
    lastEvaluationNotice = now
    return true
  }

  // MARK: The end

  /// The run is over once its last version is durable.
  ///
  /// - Returns: Whether that is news.
  mutating func complete(now: Milliseconds) -> Bool {
    guard isRunning || isStopping else { return false }
    phase = .complete(until: now + plan.farewell)
    return true
  }

  /// The learner is asked to end, or its time is used up, as the notice says.
  mutating func stop(
    _ notice: LearnerNotice, _ questions: QuestionSchedule.State?, oldest: UInt32, now: Milliseconds,
    _ actions: inout [LearnerMachine.Action]
  ) {
    switch phase {
    case .running:
      phase = .stopping(isOutOfTime: notice != .stopping)
      actions.append(.notify(notice))
      // A running update is waited for; its version is the one to keep.
      if stepInTraining == nil { checkpoint(questions, oldest: oldest, &actions) }
    case .complete: phase = .complete(until: now)
    case .stopping, .goingBack, .ended: break
    }
  }

  /// The run has to go back to a checkpoint of a version up to `step`, once nothing runs that would come in between.
  ///
  /// - Returns: Whether that is news.
  mutating func goBack(before step: UInt32) -> Bool {
    switch phase {
    case .goingBack(let earlier) where earlier <= step: return false
    case .complete, .ended: return false
    case .running, .stopping, .goingBack:
      phase = .goingBack(step: step)
      return true
    }
  }

  /// Ends the learner for good, whatever it was at.
  mutating func end(_ outcome: LearnerOutcome, _ actions: inout [LearnerMachine.Action]) {
    phase = .ended
    actions.append(.end(outcome))
  }

  /// Ends the learner where nothing is left to do.
  mutating func endIfDone(workers: Int, now: Milliseconds, _ actions: inout [LearnerMachine.Action]) {
    switch phase {
    case .stopping(let isOutOfTime) where stepInTraining == nil && lastCheckpoint == version:
      end(isOutOfTime ? .outOfTime(version: version) : .stopped(version: version), &actions)
    case .goingBack(let step) where stepInTraining == nil && requestedCheckpoint == nil: end(.goBack(step: step), &actions)
    case .complete(let until):
      // A learner that has just started may have workers that it has not heard of: it waits for them to say hello.
      guard now >= until || workers == 0 && now - start >= plan.farewell else { return }
      end(.complete, &actions)
    default: break
    }
  }
}
