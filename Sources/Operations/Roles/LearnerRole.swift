import Cluster
import Dashboard
import EMPO
import Files
import Foundation
import HuggingFace
import Logging
import Release
package import Runs
import Synchronization
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
  /// Whether it goes on where the ledger is damaged or falls short of the checkpoint.
  package var acceptsLoss: Bool
  /// How long it may work this time; nil until the run is done.
  package var limit: TimeLimit?
  /// Values of ``changeableKeys`` this time, by full key name, in place of the configuration's.
  package var settings: [String: String]

  /// Creates one.
  package init(
    folder: RunFolder, listen: String? = nil, access: LearnerAccess, isSupervised: Bool, hasLogApart: Bool, metrics: MetricsAddress? = nil,
    acceptsLoss: Bool = false, limit: TimeLimit? = nil, settings: [String: String] = [:]
  ) {
    self.folder = folder
    self.listen = listen
    self.access = access
    self.isSupervised = isSupervised
    self.hasLogApart = hasLogApart
    self.metrics = metrics
    self.acceptsLoss = acceptsLoss
    self.limit = limit
    self.settings = settings
  }

  /// The keys whose values the learner may be given anew whenever it is started: who computes what, which changes no bit of the run.
  package static let changeableKeys = ["gradients", "learner.works"].compactMap(ConfigurationKey.named)

  /// Runs until the run is done, the learner is asked to end or its time is used up; returns the exit status.
  package func run() async throws -> Int32 {
    try OpenFiles.raiseLimit(least: OpenFiles.server, for: "a learner")
    try folder.requireFiles()
    let lock = try await acquireLock()
    defer { withExtendedLifetime(lock) {} }
    let watch = Ticker(every: 1) { [folder] in
      if let place = lock.movedFolder() { Self.leave(folder, for: place) }
    }
    defer { watch.stop() }
    let logger = RoleLog.logger("learner")
    try access.log(logger)
    var configuration = try RunConfiguration(contentsOf: folder)
    try configuration.take(flags: settings)
    let pulse = Pulse()
    let board = LearnerBoard(steps: configuration.steps, pulse: pulse)
    do {
      return try await MetricsPort.open(at: (metrics ?? configuration.learner.metrics)?.place, telling: board, logger: logger) {
        try await run(configuration, board: board, pulse: pulse, logger: logger)
      }
    } catch {
      // What failed for want of a folder says less than where the folder is.
      if let place = lock.movedFolder() { Self.leave(folder, for: place) }
      throw error
    }
  }

  private func run(_ configuration: RunConfiguration, board: LearnerBoard, pulse: Pulse, logger: Logger) async throws -> Int32 {
    let console = LearnerConsole(configuration: configuration, folder: folder, showsNotices: hasLogApart)
    console.watch()
    defer { console.finish() }
    console.begin("reading the model and the questions")
    let assembly = try RunAssembly(configuration)
    for omission in assembly.omissions { logger.warning("\(omission)") }
    if let warning = try assembly.learnerNeed().check() { logger.warning("\(warning)") }
    let outcome = try assembly.outcome()
    let ledger = try folder.explainingChanges(to: outcome) {
      try Ledger(of: folder, configuration: outcome.digest, acceptingLoss: acceptsLoss)
    }
    try folder.note(outcome)
    // A log that stays beside the file would be applied to a copy that is put in its place.
    defer { try? ledger.close() }
    logger.info("run begins or continues", metadata: ["run": "\(folder.path)"])
    try ledger.record(EventRecord(kind: "learner_started", message: "pid \(ProcessInfo.processInfo.processIdentifier)"))
    console.warn(
      of: UpdateConcern(
        UpdateWatch(after: try ledger.steps().map(\.figures.update)), workers: { (try? ledger.workers(ofStep: $0)) ?? [:] },
        log: { warning in
          logger.warning("\(warning)")
          try? ledger.record(EventRecord(kind: "update_warning", message: warning))
        }))
    console.begin("loading the model")
    let best = assembly.best(in: folder, ledger: ledger)
    let service = try service(assembly, outcome, ledger: ledger, best: best, logger: logger, pulse: pulse) { report in
      console.show(report)
      board.note(report)
      switch report {
      case .listening, .evaluation, .notice(.checkpointed):
        // If it cannot be written, the run's end tries again and reports it.
        _ = try? best.write()
      default: break
      }
    }
    let signal = try await Interruption.run(service, isSupervised: isSupervised, logger: logger)
    switch service.outcome {
    case .complete:
      console.begin("reading the trained model again and writing the report")
      let text = try RunConclusion(assembly: assembly, folder: folder, ledger: ledger, best: best).write(width: Console.output.width)
      console.finish()
      Console.output.write(text)
      return ExitStatus.success
    case .failed(let reason): throw OperationsError(.process, reason)
    case .goBack(let step): preconditionFailure("the service goes back to step \(step) itself")
    case .outOfTime(let version) where signal == nil:
      console.finish()
      Console.output.line(Self.standing(version: Int(version), steps: configuration.steps))
      guard !isSupervised else { return ExitStatus.outOfTime }
      Console.error.line("to resume: \(resumption)")
      return ExitStatus.success
    case .outOfTime, .stopped, nil: return ExitStatus.stopped(by: signal?.rawValue ?? SIGTERM)
    }
  }

  /// Ends the process, since its run folder was moved: it could write into another one. What is accepted went along with the ledger.
  private static func leave(_ folder: RunFolder, for place: String) -> Never {
    let removed = " (deleted)"
    ErrorLine.write(
      place.hasSuffix(removed)
        ? "run folder \(folder.path) was removed while the run went on: begin a new run"
        : "run folder \(folder.path) was moved to \(place) while the run went on: resume it there (empo train --resume "
          + "\(ShellWord.quoted(place)))")
    _exit(ExitStatus.failure)
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
    _ assembly: RunAssembly, _ outcome: RunOutcome, ledger: Ledger, best: BestCheckpoint, logger: Logger, pulse: Pulse,
    show: @escaping @Sendable (LearnerReport) -> Void
  ) throws -> LearnerService {
    let configuration = assembly.configuration
    let tokenizerFiles = try assembly.base.tokenizerFiles()
    let files =
      [
        NamedBytes(name: "config.yaml", bytes: [UInt8](assembly.resolvedConfiguration.yaml().utf8)),
        NamedBytes(name: "config.json", bytes: [UInt8](assembly.base.configuration.encoded())),
        try assembly.bounds.file(), Welcome.softwareFile(Release.name),
      ] + (try assembly.judgeIdentity.map { [try $0.file()] } ?? []) + tokenizerFiles
    let listening = LearnerListening(
      file: folder.path + "/" + RunEndpoints.fileName, listen: listen, configuration: configuration.learner, access: access,
      maximumMessageBytes: assembly.longestWorkerMessage)
    // Where the run goes back to a checkpoint, workers find the learner where it was.
    var listeningAgain = listening
    listeningAgain.listen = nil
    let hasListened = Atomic(false)
    let parts = LearnerParts(
      makeStore: { LedgerStore(ledger) },
      makeTransport: { [listeningAgain] in
        try (hasListened.exchange(true, ordering: .relaxed) ? listeningAgain : listening).transport()
      },
      makeTrainer: { [self] in try trainer(assembly, outcome, ledger: ledger, best: best, logger: logger) },
      makeJudge: { [folder] in try assembly.judge(in: folder) },
      makeChecker: {
        // Said once, when there is the first group to check: it takes as much memory as the dry run says.
        logger.info("the learner checks groups itself", metadata: ["sequences": "\(assembly.checkedSequences)"])
        return try assembly.checker()
      },
      baseWeights: try assembly.baseWeights(), goBack: { [folder] in try folder.goBack(to: $0, ledger: ledger) })
    return LearnerService(
      plan: assembly.plan(fingerprint: try NumericFingerprint.compute(), ownWorkers: access.ownWorkers(of: folder)),
      run: RunDescription(name: URL(fileURLWithPath: folder.path).lastPathComponent, seed: configuration.seed, files: files),
      tasks: assembly.tasks, logger: logger, parts: parts, pulse: pulse, end: limit?.end,
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
    case .lieFound: "lie_found"
    case .goingBack: "going_back"
    case .outOfTime: "out_of_time"
    case .scoresReplaced: "scores_replaced"
    default: nil
    }
  }

  private func trainer(
    _ assembly: RunAssembly, _ outcome: RunOutcome, ledger: Ledger, best: BestCheckpoint, logger: Logger
  ) throws -> any StepTrainer {
    let configuration = assembly.configuration
    var store = try CheckpointStore(folder: folder.checkpoints, keep: configuration.keepCheckpoints)
    // Where a damaged ledger does not tell, all stay.
    store.spares = { (try? best.spares($0)) ?? Set($0) }
    let trainer = try folder.explainingChanges(to: outcome) {
      try CheckpointedTrainer(
        try assembly.trainer(), store: store,
        identity: CheckpointedTrainer.Identity(
          seed: configuration.seed, configurationDigest: outcome.digest,
          modelFiles: try assembly.base.checkpointFiles(assembly.lora)),
        guarding: configuration.guarding,
        probes: {
          try ledger.evaluations().map { LabelledProbe(version: Int($0.policyVersion), accuracy: $0.figures.greedy) }
        },
        report: { logger.warning("\($0)") },
        reconcile: { reach, version in
          guard let loss = try ledger.reconcile(with: reach, version: version, acceptingLoss: acceptsLoss) else { return }
          logger.warning("\(loss)")
          if hasLogApart { Console.output.line(loss) }
        })
    }
    let trained = try ledger.steps().last.map { $0.step + 1 } ?? 0
    trainer.skippedUpdates = SkippedUpdateLimit(configuration.skippedUpdatesLimit, trainedSteps: trained)
    return trainer
  }
}
