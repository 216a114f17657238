import Cluster
import Dashboard
import Logging
import Release
package import Runs
package import Wire

/// `empo worker`: all that it knows of a run comes from the learner.
package struct WorkerRole {
  /// Where the learner listens.
  package var learner: String
  /// The worker's name.
  package var name: String
  /// The worker's key and the learner's, for a learner that asks for them.
  package var credentials: WorkerCredentials?
  /// Where a relay listens; nil where weights come from the learner.
  package var relay: String?
  /// The worker's key and the relay's, for a relay that asks for them.
  package var relayCredentials: WorkerCredentials?
  /// Threads; nil for as many as the run's configuration says.
  package var threads: Int?
  /// The niceness of the process; nil for that in the run's configuration.
  package var niceness: Int?
  /// A bound on its memory; nil for that in the run's configuration.
  package var memory: MemoryCap?
  /// Where this host has the model of the run's judge; nil for the path in the run's configuration.
  package var judgeFolder: String?
  /// Where this host has the run's base model; nil for the path in the run's configuration.
  package var modelFolder: String?
  /// Where this host keeps base weights that came over the wire; nil for the user's folder of caches.
  package var cacheFolder: String?
  /// Whether a supervisor looks after the process.
  package var isSupervised: Bool
  /// How long an unsupervised worker that is asked to leave still works on tasks that it has begun, in seconds.
  package var graceSeconds = 10
  /// Where it serves its metrics; nil for nowhere.
  package var metrics: MetricsAddress?

  /// Creates one.
  package init(
    learner: String, name: String, credentials: WorkerCredentials? = nil, relay: String? = nil, relayCredentials: WorkerCredentials? = nil,
    threads: Int? = nil, niceness: Int? = nil, memory: MemoryCap? = nil, judgeFolder: String? = nil, modelFolder: String? = nil,
    cacheFolder: String? = nil, isSupervised: Bool,
    graceSeconds: Int = 10, metrics: MetricsAddress? = nil
  ) {
    self.learner = learner
    self.name = name
    self.credentials = credentials
    self.relay = relay
    self.relayCredentials = relayCredentials
    self.threads = threads
    self.niceness = niceness
    self.memory = memory
    self.judgeFolder = judgeFolder
    self.modelFolder = modelFolder
    self.cacheFolder = cacheFolder
    self.isSupervised = isSupervised
    self.graceSeconds = graceSeconds
    self.metrics = metrics
  }

  /// The most tasks that a worker holds. Below that the learner divides a step's tasks evenly, and gives no worker more than keep it busy.
  private static let credits: UInt32 = 64

  /// How long a supervised worker that is asked to leave still works on tasks that it has begun. Its supervisor asks when the learner is
  /// gone, and nobody would take the results.
  private static let briefDrain: Milliseconds = 200

  /// The longest that a supervised worker takes to leave, including its last message to a learner that may be gone.
  private static let farewell = Duration.milliseconds(600)

  /// How long an unsupervised worker waits for a silent learner.
  private static let patience: Milliseconds = 600_000

  /// Runs until the run is done or the worker is asked to leave; returns the exit status.
  package func run() async throws -> Int32 {
    try OpenFiles.raiseLimit(least: OpenFiles.client, for: "a worker")
    if let niceness { Niceness.raise(to: niceness) }
    let logger = RoleLog.logger(name)
    let pulse = Pulse()
    let board = WorkerBoard(pulse: pulse)
    return try await MetricsPort.open(at: metrics?.place, telling: board, logger: logger) {
      try await run(board: board, pulse: pulse, logger: logger)
    }
  }

  private func run(board: WorkerBoard, pulse: Pulse, logger: Logger) async throws -> Int32 {
    if credentials != nil, let warning = ZeroMQEncryption.current().warning { logger.warning("\(warning)") }
    let plan = WorkerPlan(
      name: name, software: Release.name, fingerprint: try NumericFingerprint.compute(), credits: Self.credits,
      drain: isSupervised ? Self.briefDrain : Milliseconds(graceSeconds) * 1_000, giveUpAfter: isSupervised ? nil : Self.patience)
    let limit = MemoryLimit()
    let service = WorkerService(
      plan: plan, logger: logger,
      makeSampler: { [self] in try sampler(for: $0, base: $1, limit: limit) },
      makeBaseStore: { [modelFolder, cacheFolder] in BaseCache(cacheFolder, models: .configured(or: modelFolder)) },
      makeTransport: { [learner, name, credentials] in
        try ZeroMQWorkerTransport(connecting: learner, worker: name, credentials: credentials)
      },
      makeRelay: makeRelay, pulse: pulse, watch: board.note)
    _ = try await Interruption.run(service, isSupervised: isSupervised, patience: isSupervised ? Self.farewell : nil, logger: logger)
    switch service.outcome {
    case .finished, .drained, nil: return ExitStatus.success
    case .refused(let reason): throw OperationsError.refused("worker", by: learner, because: reason)
    case .gaveUp(let seconds): throw OperationsError.silent(learner, seconds: Int(seconds))
    case .failed(let reason): throw OperationsError(.process, reason)
    }
  }

  /// Makes the connection to the relay, if there is one.
  private var makeRelay: (@Sendable () throws -> any WorkerTransport)? {
    guard let relay else { return nil }
    return { [name, relayCredentials] in try ZeroMQWorkerTransport(connecting: relay, worker: name, credentials: relayCredentials) }
  }
}
