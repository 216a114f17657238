public import Logging
public import ServiceLifecycle

/// The learner: a socket thread that runs ``LearnerMachine`` over a transport and a store, and threads that train, judge and check.
public final class LearnerService: Service, Sendable {
  let plan: LearnerPlan
  let run: RunDescription
  let tasks: any TaskSource
  let logger: Logger
  let parts: LearnerParts
  let pulse: Pulse
  let end: ContinuousClock.Instant?
  let watch: @Sendable (LearnerReport) -> Void
  let thread = SocketThread<LearnerOutcome>(named: "learner socket")

  /// Creates a learner that has not begun.
  ///
  /// - Parameters:
  ///   - pulse: What tells that the learner's socket thread makes progress.
  ///   - end: When the learner's time is used up: it then ends with a checkpoint, and before that where no other step fits; nil for never.
  ///   - watch: Called on the socket thread with everything worth telling; must not block.
  public init(
    plan: LearnerPlan, run: RunDescription, tasks: any TaskSource, logger: Logger,
    parts: LearnerParts, pulse: Pulse = Pulse(), end: ContinuousClock.Instant? = nil,
    watch: @escaping @Sendable (LearnerReport) -> Void = { _ in }
  ) {
    precondition(plan.hasBaseWeights == (parts.baseWeights != nil), "a plan says whether the run has base weights")
    self.plan = plan
    self.run = run
    self.tasks = tasks
    self.logger = logger
    self.parts = parts
    self.pulse = pulse
    self.end = end
    self.watch = watch
  }

  /// How the learner ended; nil before, and after a failure.
  public var outcome: LearnerOutcome? { thread.outcome }

  /// Runs until the run is complete, the learner is stopped, or something fails.
  public func run() async throws {
    try await thread.run {
      while true {
        let outcome = try LearnerLoop(self).run()
        guard case .goBack(let step) = outcome else { return outcome }
        let version = try self.parts.goBack(step)
        self.logger.warning("the run goes on from version \(version)")
      }
    }
  }

  /// Asks the learner to finish a running update, write a checkpoint and end. From any thread.
  public func stop() { thread.stop() }
}
