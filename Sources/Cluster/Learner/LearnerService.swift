public import Logging
public import ServiceLifecycle
public import Wire

/// The learner: a socket thread that runs ``LearnerMachine`` over a transport and a store, and a training thread that owns the trainer.
///
/// What belongs to a thread is made on it, by the closures given here.
public final class LearnerService: Service, Sendable {
  let plan: LearnerPlan
  let run: RunDescription
  let tasks: any TaskSource
  let logger: Logger
  let makeStore: @Sendable () throws -> any GroupStore
  let makeTrainer: @Sendable () throws -> any StepTrainer
  let makeTransport: @Sendable () throws -> any LearnerTransport
  let pulse: Pulse
  let watch: @Sendable (LearnerReport) -> Void
  let thread = SocketThread<LearnerOutcome>(named: "learner socket")

  /// Creates a learner that has not begun.
  ///
  /// - Parameters:
  ///   - pulse: What tells that the learner's socket thread makes progress.
  ///   - watch: Called on the socket thread with everything worth telling; must not block.
  public init(
    plan: LearnerPlan, run: RunDescription, tasks: any TaskSource, logger: Logger,
    makeStore: @escaping @Sendable () throws -> any GroupStore,
    makeTrainer: @escaping @Sendable () throws -> any StepTrainer,
    makeTransport: @escaping @Sendable () throws -> any LearnerTransport, pulse: Pulse = Pulse(),
    watch: @escaping @Sendable (LearnerReport) -> Void = { _ in }
  ) {
    self.plan = plan
    self.run = run
    self.tasks = tasks
    self.logger = logger
    self.makeStore = makeStore
    self.makeTrainer = makeTrainer
    self.makeTransport = makeTransport
    self.pulse = pulse
    self.watch = watch
  }

  /// How the learner ended; nil before, and after a failure.
  public var outcome: LearnerOutcome? { thread.outcome }

  /// Runs until the run is complete, the learner is stopped, or something fails.
  public func run() async throws {
    try await thread.run { try LearnerLoop(self).run() }
  }

  /// Asks the learner to finish a running update, write a checkpoint and end. From any thread.
  public func stop() { thread.stop() }
}
