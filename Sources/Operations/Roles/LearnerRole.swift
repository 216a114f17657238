import Cluster
import Dashboard
import EMPO
import Foundation
import HuggingFace
import Logging
import Release
package import Runs
import Tensors
import Training
import Transformer
import UnixSignals
import Wire

/// `empo learner`: the one process that owns a run folder.
package struct LearnerRole {
  /// The run.
  package var folder: RunFolder
  /// Where to listen, if not where the configuration says.
  package var listen: String?
  /// Who is let in.
  package var access: LearnerAccess
  /// Whether a supervisor looks after the process.
  package var isSupervised: Bool
  /// Whether its standard error, the log, goes elsewhere than its standard output.
  package var hasLogApart: Bool
  /// Where it serves its metrics, if not where the configuration says.
  package var metrics: MetricsAddress?

  /// Creates one.
  package init(
    folder: RunFolder, listen: String? = nil, access: LearnerAccess, isSupervised: Bool, hasLogApart: Bool, metrics: MetricsAddress? = nil
  ) {
    self.folder = folder
    self.listen = listen
    self.access = access
    self.isSupervised = isSupervised
    self.hasLogApart = hasLogApart
    self.metrics = metrics
  }

  /// Runs until the run is done or the learner is asked to end; returns the exit status.
  package func run() async throws -> Int32 {
    OpenFiles.raiseLimit()
    let lock = try await acquireLock()
    defer { withExtendedLifetime(lock) {} }
    let logger = RoleLog.logger("learner")
    try access.log(logger)
    let configuration = try RunConfiguration(contentsOf: folder)
    let pulse = Pulse()
    let board = LearnerBoard(steps: configuration.steps, pulse: pulse)
    return try await MetricsPort.open(at: (metrics ?? configuration.learner.metrics)?.place, telling: board, logger: logger) {
      try await run(configuration, board: board, pulse: pulse, logger: logger)
    }
  }

  private func run(_ configuration: RunConfiguration, board: LearnerBoard, pulse: Pulse, logger: Logger) async throws -> Int32 {
    let assembly = try RunAssembly(configuration)
    for omission in assembly.omissions { logger.warning("\(omission)") }
    let ledger = try Ledger(path: folder.ledger, configuration: try assembly.outcomeDigest())
    logger.info("run begins or continues", metadata: ["run": "\(folder.path)"])
    try ledger.record(EventRecord(kind: "learner_started", message: "pid \(ProcessInfo.processInfo.processIdentifier)"))
    let console = LearnerConsole(configuration: configuration, folder: folder, showsNotices: hasLogApart)
    let service = try service(assembly, ledger: ledger, logger: logger, pulse: pulse) { report in
      console.show(report)
      board.note(report)
    }
    let signal = try await Interruption.run(service, isSupervised: isSupervised, logger: logger)
    console.finish()
    switch service.outcome {
    case .complete:
      try RunConclusion(assembly: assembly, folder: folder, ledger: ledger).write()
      return ExitStatus.success
    case .failed(let reason): throw OperationsError(.process, reason)
    case .stopped, nil: return ExitStatus.stopped(by: signal?.rawValue ?? SIGTERM)
    }
  }

  /// When a supervisor was killed, its processes release the folder, but perhaps a moment after its successor begins.
  private func acquireLock() async throws -> RunLock {
    for _ in 0..<20 {
      if let lock = try? RunLock(folder) { return lock }
      try await ContinuousClock().sleep(for: .milliseconds(100))
    }
    return try RunLock(folder)
  }

  private func service(
    _ assembly: RunAssembly, ledger: Ledger, logger: Logger, pulse: Pulse, show: @escaping @Sendable (LearnerReport) -> Void
  ) throws -> LearnerService {
    let configuration = assembly.configuration
    let tokenizerFiles = try assembly.base.tokenizerFiles()
    let files =
      [
        NamedBytes(name: "config.yaml", bytes: [UInt8](configuration.yaml().utf8)),
        NamedBytes(name: "config.json", bytes: [UInt8](assembly.base.configuration.encoded())),
        try assembly.bounds.file(), Welcome.softwareFile(Release.name),
      ] + (try assembly.judgeIdentity.map { [try $0.file()] } ?? []) + tokenizerFiles
    let listening = LearnerListening(
      file: folder.path + "/" + RunEndpoints.fileName, listen: listen, configuration: configuration.learner, access: access,
      maximumMessageBytes: assembly.longestWorkerMessage)
    return LearnerService(
      plan: assembly.plan(fingerprint: try NumericFingerprint.compute()),
      run: RunDescription(name: URL(fileURLWithPath: folder.path).lastPathComponent, seed: configuration.seed, files: files),
      tasks: assembly.tasks, logger: logger,
      makeStore: { LedgerStore(ledger) },
      makeTrainer: { [folder] in try Self.trainer(assembly, folder: folder, logger: logger) },
      makeTransport: { try listening.transport() }, pulse: pulse,
      watch: { report in
        show(report)
        // These events explain a run's timing afterwards. An error is passed over: if the ledger cannot be written, the next group fails
        // and reports it.
        if case .notice(let notice) = report, let kind = Self.eventKind(of: notice) {
          try? ledger.record(EventRecord(kind: kind, message: "\(notice)"))
        }
      })
  }

  /// The name under which the ledger keeps a notice; nil for a notice that it does not keep.
  private static func eventKind(of notice: LearnerNotice) -> String? {
    switch notice {
    case .workerLost: "worker_lost"
    case .workerHung: "worker_hung"
    case .mixedArithmetic: "mixed_arithmetic"
    case .otherBuild: "other_build"
    case .quarantined: "quarantined"
    case .auditFailed: "audit_failed"
    default: nil
    }
  }

  private static func trainer(
    _ assembly: RunAssembly, folder: RunFolder, logger: Logger
  ) throws -> any StepTrainer {
    let configuration = assembly.configuration
    let count = configuration.learner.threads > 0 ? configuration.learner.threads : ProcessInfo.processInfo.activeProcessorCount
    let lanes = Lanes(count: count)
    // A judge's model is read only where there is something to measure.
    let measure = assembly.heldOut.isEmpty ? nil : try HeldOutMeasure(assembly, lanes: lanes)
    return try CheckpointedTrainer(
      PolicyTrainer(
        try assembly.base.parameters(), storing: assembly.weightType, positions: assembly.positions, lanes: lanes,
        options: assembly.trainerOptions),
      store: try CheckpointStore(folder: folder.checkpoints, keep: configuration.keepCheckpoints),
      identity: CheckpointedTrainer.Identity(
        seed: configuration.seed, configurationDigest: try assembly.outcomeDigest(), modelFiles: try assembly.base.checkpointFiles()),
      report: { logger.warning("\($0)") }, measure: measure?.figures)
  }
}
