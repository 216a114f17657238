import EMPO
import Wire

/// How far a run is: its newest policy version, the update that runs, its checkpoints and evaluations, and how it ends.
struct RunProgress: Sendable {
  private enum Phase: Equatable {
    case running
    /// Asked to stop: no leases, no new update.
    case stopping
    /// Every step is trained and checkpointed; workers are told until the time given.
    case complete(until: Milliseconds)
    case ended
  }

  private let plan: LearnerPlan
  private var phase = Phase.running

  /// The newest policy version, which the next update starts from.
  private(set) var version: UInt32

  /// The step whose update runs.
  private var stepInTraining: UInt32?
  private var lastCheckpoint: UInt32
  private var requestedCheckpoint: UInt32?
  private var evaluationsRunning = 0

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

  /// Whether every step is trained and checkpointed, so that workers are sent home.
  var isComplete: Bool {
    if case .complete = phase { true } else { false }
  }

  var hasEnded: Bool { phase == .ended }

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
  /// - Parameter questions: What a checkpoint keeps of the questions to ask.
  mutating func followUp(_ questions: QuestionSchedule.State?, _ actions: inout [LearnerMachine.Action]) {
    if version == plan.steps || phase == .stopping || version % plan.checkpointEvery == 0 { checkpoint(questions, &actions) }
    if phase == .running { evaluateIfDue(&actions) }
  }

  mutating func evaluateIfDue(_ actions: inout [LearnerMachine.Action]) {
    guard plan.evaluateEvery > 0, version % plan.evaluateEvery == 0 || version == plan.steps else { return }
    evaluationsRunning += 1
    actions.append(.evaluate(version: version))
  }

  mutating func noteEvaluation() { evaluationsRunning -= 1 }

  private mutating func checkpoint(_ questions: QuestionSchedule.State?, _ actions: inout [LearnerMachine.Action]) {
    guard lastCheckpoint != version, requestedCheckpoint != version else { return }
    requestedCheckpoint = version
    actions.append(.checkpoint(version: version, questions: questions))
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

  // MARK: The end

  /// The run is over once its last version is durable.
  ///
  /// - Returns: Whether that is news.
  mutating func complete(now: Milliseconds) -> Bool {
    guard phase == .running || phase == .stopping else { return false }
    phase = .complete(until: now + plan.farewell)
    return true
  }

  /// The learner is asked to end.
  mutating func stop(_ questions: QuestionSchedule.State?, now: Milliseconds, _ actions: inout [LearnerMachine.Action]) {
    switch phase {
    case .running:
      phase = .stopping
      actions.append(.notify(.stopping))
      // A running update is waited for; its version is the one to keep.
      if stepInTraining == nil { checkpoint(questions, &actions) }
    case .complete: phase = .complete(until: now)
    case .stopping, .ended: break
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
    case .stopping where stepInTraining == nil && lastCheckpoint == version: end(.stopped(version: version), &actions)
    case .complete(let until) where evaluationsRunning == 0:
      // A learner that has just started may have workers that it has not heard of: it waits for them to say hello.
      guard now >= until || workers == 0 && now - start >= plan.farewell else { return }
      end(.complete, &actions)
    default: break
    }
  }
}
