import Files
import Foundation
package import Runs
import Synchronization

/// `empo train` once its run folder is there: the supervisor of the run's processes.
package struct RunSupervision {
  /// The run.
  package var folder: RunFolder
  /// Its configuration.
  package var configuration: RunConfiguration
  /// Who the learner lets in, beside the workers on this host.
  package var access: LearnerAccess

  /// Whether the learner goes on, when it first starts, where the ledger is damaged or falls short of the checkpoint.
  package var acceptsLoss: Bool

  /// How long the run may take this time; nil until it is done.
  package var limit: TimeLimit?

  /// The run's configuration from now on, where it goes on for more steps; nil where it stays as it is.
  package var longer: RunConfiguration?

  /// Creates one.
  package init(
    folder: RunFolder, configuration: RunConfiguration, access: LearnerAccess, acceptsLoss: Bool = false, limit: TimeLimit? = nil,
    longer: RunConfiguration? = nil
  ) {
    self.folder = folder
    self.configuration = configuration
    self.access = access
    self.acceptsLoss = acceptsLoss
    self.limit = limit
    self.longer = longer
  }

  /// Runs learner and workers until the run has ended; returns the exit status.
  package func run() async throws -> Int32 {
    // The processes of the run have this process's limit. They are told here what they would end with.
    let needed = max(OpenFiles.server, OpenFiles.supervisor(children: configuration.workers + 1))
    try OpenFiles.raiseLimit(least: needed, for: "a run with \(counted(configuration.workers, "worker")) on this host")
    let endpoints = EndpointsFile(path: folder.path + "/" + RunEndpoints.fileName)
    try requireFree()
    if let longer { try folder.replace(folder.configuration, with: longer.yaml(isCommented: true)) }
    try endpoints.remove()
    let keysFolder = self.folder.path + "/" + LocalKeys.folderName
    let keys = try access.key.map { try LocalKeys(folder: keysFolder, learnerKey: $0, workers: configuration.workers) }
    let executable = try Self.executable()
    let folder = folder
    // What is amiss later was not looked at by whoever said so.
    let isLossAccepted = Atomic(acceptsLoss)
    let logs = try ChildLogs(in: folder.logs)
    let reports = ChildReports(run: folder.path, access: access, limit: limit, logs: logs)
    let plan = SupervisionPlan(workers: configuration.workers, restartBudget: configuration.restartBudget)
    let supervisor = Supervisor(
      plan: plan,
      command: { [self] child in
        logs.begin(child)
        var command = command(for: child, executable: executable, endpoints: endpoints, keys: keys)
        if child == .learner, isLossAccepted.exchange(false, ordering: .relaxed) { command.arguments.append("--accept-loss") }
        return command
      },
      isLearnerReady: { endpoints.read() != nil },
      say: { Console.error.line($0.line(reports)) })
    let count = configuration.workers
    Console.error.line("run folder \(folder.path): 1 learner, \(counted(count, "worker")); logs in \(folder.logs)")
    return try await supervisor.runUntilSignalled(reports)
  }

  private func command(for child: Child, executable: String, endpoints: EndpointsFile, keys: LocalKeys?) -> ChildCommand {
    var arguments: [String]
    switch child {
    case .learner:
      arguments = ["learner", "--run", folder.path, "--supervised"] + access.arguments
      if let metrics = configuration.learner.metrics { arguments += ["--metrics", "\(metrics)"] }
      for key in LearnerRole.changeableKeys { arguments += [key.flag, key.value(in: configuration)] }
      if let keys { arguments += ["--authorized", keys.authorized] }
      // One that is started again has what is left.
      if let limit { arguments += limit.remainder }
    case .worker:
      guard let found = endpoints.read() else { preconditionFailure("workers start once the learner's endpoints are known") }
      let worker = configuration.worker
      arguments = ["worker", "--connect", found.local, "--name", child.workerName, "--supervised"]
      arguments += ["--threads", "\(workerThreads)", "--nice", "\(worker.niceness)", "--memory", "\(worker.memory)"]
      if let keys { arguments += ["--key", keys.key(of: child.workerName), "--learner-key", keys.learner] }
    }
    return ChildCommand(
      executable: executable, name: "empo", arguments: arguments, log: folder.logs + "/" + child.logName,
      output: child == .learner ? .inherited : .log)
  }

  /// The threads of one worker: the configuration's number, or an equal share of the processors.
  private var workerThreads: Int {
    guard configuration.worker.threads == 0 else { return configuration.worker.threads }
    return max(1, ProcessInfo.processInfo.activeProcessorCount / max(1, configuration.workers))
  }

  /// Throws while another learner holds the folder: its endpoints are not ours to remove.
  private func requireFree() throws {
    // The processes of a supervisor that was killed may need a moment to notice.
    let end = ContinuousClock.now + .seconds(3)
    while let pid = RunLock.holder(of: folder) {
      guard .now < end else {
        throw OperationsError(
          .runFolder,
          "run folder \(folder.path) is in use by a living learner (pid \(pid)): end it first (kill \(pid)), or choose another folder with --run"
        )
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }

  /// The running executable, which children run, too. An error says that the system does not name it.
  package static func executable() throws -> String {
    do {
      return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    } catch {
      throw OperationsError(.process, "cannot find the path of the running executable: \(FailureReason.words(for: error))", cause: error)
    }
  }
}

/// `endpoints.json` of a run. Once read it is remembered: a run's endpoints stay, even if the file is lost.
private final class EndpointsFile: Sendable {
  private let path: String
  private let known = Mutex<RunEndpoints?>(nil)

  package init(path: String) {
    self.path = path
  }

  /// The endpoints, once the learner has written them.
  package func read() -> RunEndpoints? {
    known.withLock { known in
      if known == nil { known = RunEndpoints(file: path) }
      return known
    }
  }

  /// Removes the file of an earlier supervisor's learner: the new learner chooses its endpoints itself.
  package func remove() throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    try DurableFile.attempt("remove", path) { try FileManager.default.removeItem(atPath: path) }
  }
}
