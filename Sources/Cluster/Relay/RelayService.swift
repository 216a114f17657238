public import Logging
public import ServiceLifecycle
public import Wire

/// What a relay reports to whoever watches it.
public enum RelayReport: Sendable, Equatable {
  /// Workers can connect.
  case listening(endpoint: String, publisher: String)
  /// Something happened.
  case notice(RelayNotice)
}

/// A relay: a socket thread that runs ``RelayMachine`` over a transport to workers, and a thread that speaks to the learner.
///
/// What belongs to a thread is made on it, by the closures given here.
public final class RelayService: Service, Sendable {
  let plan: RelayPlan
  let logger: Logger
  let makeLine: @Sendable () throws -> any WorkerTransport
  let makeTransport: @Sendable () throws -> any LearnerTransport
  let makeBaseStore: (@Sendable () throws -> any BaseStore)?
  let pulse: Pulse
  let watch: @Sendable (RelayReport) -> Void
  let thread = SocketThread<RelayOutcome>(named: "relay socket")

  /// Creates a relay that has not begun.
  ///
  /// - Parameters:
  ///   - makeLine: Makes the end that speaks to the learner.
  ///   - makeTransport: Makes the end that workers speak to.
  ///   - makeBaseStore: Makes what keeps base weights on this host, on the thread for them; nil where runs that have some are not for this
  ///     relay.
  ///   - pulse: What tells that the relay's socket thread makes progress.
  ///   - watch: Called on the socket thread with everything worth telling; must not block.
  public init(
    plan: RelayPlan, logger: Logger, makeLine: @escaping @Sendable () throws -> any WorkerTransport,
    makeTransport: @escaping @Sendable () throws -> any LearnerTransport,
    makeBaseStore: (@Sendable () throws -> any BaseStore)? = nil, pulse: Pulse = Pulse(),
    watch: @escaping @Sendable (RelayReport) -> Void = { _ in }
  ) {
    self.plan = plan
    self.logger = logger
    self.makeLine = makeLine
    self.makeTransport = makeTransport
    self.makeBaseStore = makeBaseStore
    self.pulse = pulse
    self.watch = watch
  }

  /// How the relay ended; nil before, and after a failure of its sockets.
  public var outcome: RelayOutcome? { thread.outcome }

  /// Runs until the run is complete, the relay is stopped, or it cannot go on.
  public func run() async throws {
    try await thread.run { try RelayLoop(self).run() }
  }

  /// Asks the relay to end. From any thread.
  public func stop() { thread.stop() }
}
