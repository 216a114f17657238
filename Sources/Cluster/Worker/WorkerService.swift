public import Logging
public import ServiceLifecycle
public import Wire

/// A worker: a socket thread that runs ``WorkerMachine`` over a transport, and an engine thread that owns the sampler.
///
/// What belongs to a thread is made on it, by the closures given here.
public final class WorkerService: Service, Sendable {
  let plan: WorkerPlan
  let logger: Logger
  let makeSampler: @Sendable (Welcome, BasePlace?) throws -> any GroupSampler
  let makeBaseStore: (@Sendable () throws -> any BaseStore)?
  let makeTransport: @Sendable () throws -> any WorkerTransport
  let makeRelay: (@Sendable () throws -> any WorkerTransport)?
  let pulse: Pulse
  let watch: @Sendable (WorkerReport) -> Void
  let thread = SocketThread<WorkerOutcome>(named: "worker socket")

  /// Creates a worker that has not begun.
  ///
  /// - Parameters:
  ///   - makeSampler: Called on the engine thread once a learner's welcome says what the run is, and its base weights, where it has some,
  ///     are on this host.
  ///   - makeBaseStore: Makes what knows of base weights on this host, on the thread for them; nil where runs that have some are not for
  ///     this worker.
  ///   - makeRelay: Makes the end that speaks to a relay, from which weights come then; nil where the learner alone sends them.
  ///   - pulse: What tells that the worker's socket thread makes progress.
  ///   - watch: Called on the socket thread with everything worth telling; must not block.
  public init(
    plan: WorkerPlan, logger: Logger, makeSampler: @escaping @Sendable (Welcome, BasePlace?) throws -> any GroupSampler,
    makeBaseStore: (@Sendable () throws -> any BaseStore)? = nil,
    makeTransport: @escaping @Sendable () throws -> any WorkerTransport,
    makeRelay: (@Sendable () throws -> any WorkerTransport)? = nil, pulse: Pulse = Pulse(),
    watch: @escaping @Sendable (WorkerReport) -> Void = { _ in }
  ) {
    self.plan = plan
    self.logger = logger
    self.makeSampler = makeSampler
    self.makeBaseStore = makeBaseStore
    self.makeTransport = makeTransport
    self.makeRelay = makeRelay
    self.pulse = pulse
    self.watch = watch
  }

  /// How the worker ended; nil before, and after a failure of its socket.
  public var outcome: WorkerOutcome? { thread.outcome }

  /// Runs until the run is complete, the worker has left, or it cannot go on. Look at ``outcome`` afterwards.
  public func run() async throws {
    try await thread.run { try WorkerLoop(self).run() }
  }

  /// Asks the worker to give back what it has not begun, finish the rest and leave. From any thread.
  public func leave() { thread.stop() }
}

/// What a worker service tells whoever watches it.
public enum WorkerReport: Sendable, Equatable {
  /// Something happened in the conversation.
  case notice(WorkerNotice)
  /// The worker showed the learner that it lives, with its counters.
  case heartbeat(Heartbeat)
}

extension WorkerNotice {
  /// How loudly it is logged.
  public var level: Logger.Level {
    switch self {
    case .base(let notice): notice.level
    case .resultSent, .acknowledged, .versionComplete, .repairRequested: .debug
    case .chunkDropped, .deltaDropped, .refused, .misbehaved, .relayLost, .otherBuild: .warning
    case .joined, .relayFound, .greetingAgain, .versionGone, .waiting, .draining: .info
    }
  }
}
