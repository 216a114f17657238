import Cluster
import Dashboard
import Logging
import Release
package import Runs
package import Wire

/// `empo relay`: a learner's weights for workers that are nearer to it than to the learner.
package struct RelayRole {
  /// Where the learner listens.
  package var learner: String
  /// Where workers connect to.
  package var listen: String
  /// Where weights leave from; nil for a port of the system's choice.
  package var publish: String?
  /// The relay's name.
  package var name: String
  /// The relay's key and the workers' that are let in, where there are keys.
  package var learnerCredentials: LearnerCredentials?
  /// The relay's key and the learner's.
  package var workerCredentials: WorkerCredentials?
  /// Where this host keeps base weights; nil for the user's folder of caches.
  package var cacheFolder: String?
  /// Whether to listen beyond this host without keys.
  package var isInsecure: Bool
  /// Whether a supervisor looks after the process.
  package var isSupervised: Bool
  /// Where it serves its metrics; nil for nowhere.
  package var metrics: MetricsAddress?

  /// Creates one.
  package init(
    learner: String, listen: String, publish: String? = nil, name: String, learnerCredentials: LearnerCredentials? = nil,
    workerCredentials: WorkerCredentials? = nil, cacheFolder: String? = nil, isInsecure: Bool, isSupervised: Bool,
    metrics: MetricsAddress? = nil
  ) {
    self.learner = learner
    self.listen = listen
    self.publish = publish
    self.name = name
    self.learnerCredentials = learnerCredentials
    self.workerCredentials = workerCredentials
    self.cacheFolder = cacheFolder
    self.isInsecure = isInsecure
    self.isSupervised = isSupervised
    self.metrics = metrics
  }

  /// How many chunks wait for a subscriber that does not read. They take memory beside the relay's versions.
  private static let chunksPerSubscriber = 1_024

  /// How long an unsupervised relay waits for a silent learner.
  private static let patience: Milliseconds = 600_000

  /// Runs until the run is done or the relay is asked to end; returns the exit status.
  package func run() async throws -> Int32 {
    try OpenFiles.raiseLimit(least: OpenFiles.server, for: "a relay")
    let logger = RoleLog.logger(name)
    let pulse = Pulse()
    let board = RelayBoard(pulse: pulse)
    return try await MetricsPort.open(at: metrics?.place, telling: board, logger: logger) {
      try await run(board: board, pulse: pulse, logger: logger)
    }
  }

  private func run(board: RelayBoard, pulse: Pulse, logger: Logger) async throws -> Int32 {
    if workerCredentials != nil {
      if let warning = ZeroMQEncryption.current().warning { logger.warning("\(warning)") }
    } else if isInsecure {
      logger.warning("--insecure: anyone who reaches the relay can read the weights")
    }
    let service = RelayService(
      plan: RelayPlan(name: name, software: Release.name, giveUpAfter: isSupervised ? nil : Self.patience), logger: logger,
      makeLine: { [learner, name, workerCredentials] in
        try ZeroMQWorkerTransport(connecting: learner, worker: name, credentials: workerCredentials)
      },
      makeTransport: { [listen, publish, isInsecure, learnerCredentials] in
        try ZeroMQLearnerTransport(
          listen: listen, publish: publish, insecure: isInsecure, credentials: learnerCredentials,
          queues: QueueLimits(chunksPerSubscriber: Self.chunksPerSubscriber), maximumMessageBytes: WorkerMessageSize.least)
      },
      makeBaseStore: { [cacheFolder] in BaseCache(cacheFolder, models: .none) }, pulse: pulse,
      watch: { report in
        board.note(report)
        if case .listening(let endpoint, _) = report { Console.output.line("relay at \(endpoint)") }
      })
    _ = try await Interruption.run(service, isSupervised: isSupervised, logger: logger)
    switch service.outcome {
    case .finished, .stopped, nil: return ExitStatus.success
    case .refused(let reason): throw OperationsError.refused("relay", by: learner, because: reason)
    case .gaveUp(let seconds): throw OperationsError.silent(learner, seconds: Int(seconds))
    case .failed(let reason): throw OperationsError(.process, reason)
    }
  }
}
