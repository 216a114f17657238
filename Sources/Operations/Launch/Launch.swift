import Files
import Foundation
import Runs

/// `empo launch`: a run whose processes are on the hosts of a file.
package struct Launch {
  /// The hosts.
  package var hosts: HostsFile
  /// The hosts file's path.
  package var file: String
  /// The run's configuration on this host; nil for the demonstration.
  package var configuration: String?
  /// The run folder on the learner's host.
  package var run: String
  /// Whether the run has begun before.
  package var isResumed: Bool
  /// Whether to continue without the hosts of workers that cannot be used.
  package var isPartial: Bool
  /// How long the run may take this time; nil until it is done.
  package var limit: TimeLimit?

  /// Creates one.
  package init(
    hosts: HostsFile, file: String, configuration: String? = nil, run: String, isResumed: Bool, isPartial: Bool, limit: TimeLimit? = nil
  ) {
    self.hosts = hosts
    self.file = file
    self.configuration = configuration
    self.run = run
    self.isResumed = isResumed
    self.isPartial = isPartial
    self.limit = limit
  }

  /// Checks the hosts, begins the run and keeps its processes alive until it has ended; returns the exit status.
  package func run() async throws -> Int32 {
    var launch = self
    launch.hosts = try await HostCheck(hosts: hosts, isPartial: isPartial).usable()
    try await launch.prepare()
    // Until here a signal may end the process at once: nothing has been started.
    return try await launch.supervise()
  }

  /// Makes the run folder on the learner's host; for a resumed run, checks that it exists.
  private func prepare() async throws {
    let host = hosts.learner.host
    let known = "test -e \(ShellWord.quoted(run + "/config.yaml"))"
    let preparation = RemoteCommand(host: host, script: isResumed ? known : try beginning(), input: try configurationText())
    let outcome = try await preparation.run()
    guard outcome.status != 0 else { return }
    if isResumed, outcome.status == 1 {
      throw OperationsError(
        .runFolder, "host \(host.name): \(run) is no run folder: expected one that empo launch or empo train made there")
    }
    var message = SSHFailure.line(host, status: outcome.status, output: outcome.errors)
    if let configuration { message = message.replacing(/\S*\.empo-launch-[0-9]+\.yaml/, with: configuration) }
    throw OperationsError(.runFolder, message)
  }

  /// A script that makes the run folder. The configuration lies in the login folder for a moment, so that relative paths in it begin there.
  private func beginning() throws -> String {
    let words = ["train"] + (configuration == nil ? [] : ["FILE"]) + ["--run", run, "--workers", "0", "--prepare"]
    let command = hosts.learner.host.command(words).replacing(" train FILE ", with: " train \"$file\" ", maxReplacements: 1)
    return """
      file=$PWD/.empo-launch-$$.yaml
      trap 'rm -f "$file"' EXIT
      cat >"$file" && mkdir -p -- \(ShellWord.quoted(parent(of: run))) || exit 1
      \(command)
      """
  }

  private func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private func configurationText() throws -> String {
    guard let configuration, !isResumed else { return "" }
    guard let text = try? String(contentsOfFile: configuration, encoding: .utf8) else {
      throw OperationsError(.input, "cannot read \(configuration): expected the run's configuration, a YAML file")
    }
    return text
  }

  private func supervise() async throws -> Int32 {
    let launched = LaunchedRun()
    let reports = ChildReports(
      resumption: resumption, place: { "its last lines above (\(label($0)))" }, lastError: { launched.lastError(of: $0) })
    // Across a network everything takes longer than on one host, and a host that is cut off may come back after a reboot.
    let plan = SupervisionPlan(
      workers: hosts.workers.count, restartBudget: hosts.restartBudget, restartDelay: .seconds(1), longestRestartDelay: .seconds(60),
      learnerGrace: .seconds(20), farewell: .seconds(5), workerGrace: .seconds(5))
    let supervisor = Supervisor(
      plan: plan, process: { process($0, launched) }, isLearnerReady: { launched.learnerPort != nil },
      say: { Console.error.line($0.line(reports)) })
    let count = hosts.workers.count
    Console.error.line("run folder \(run) on \(hosts.learner.host.name): 1 learner, \(counted(count, "worker"))")
    return try await supervisor.runUntilSignalled(reports)
  }

  private func process(_ child: Child, _ launched: LaunchedRun) -> RemoteProcess {
    let label = label(child)
    let hear: @Sendable (String) -> Void = { line in
      launched.hear(line, from: child)
      Console.output.line("\(label) | \(line)")
    }
    switch child {
    case .learner:
      let host = hosts.learner.host
      let arguments = hosts.learnerArguments(run: run, isFirst: launched.learnerPort == nil, limit: limit)
      return RemoteProcess(on: host, running: host.command(arguments), hear: hear)
    case .worker(let number):
      guard let port = launched.learnerPort else { preconditionFailure("workers start once the learner has reported its address") }
      let host = hosts.workers[number - 1].host
      return RemoteProcess(on: host, running: host.command(hosts.workerArguments(number - 1, port: port)), hear: hear)
    }
  }

  private func label(_ child: Child) -> String {
    switch child {
    case .learner: "\(hosts.learner.host.name) learner"
    case .worker(let number): "\(hosts.workers[number - 1].host.name) \(hosts.workers[number - 1].name)"
    }
  }

  private var resumption: String {
    let run = hosts.learner.run == run ? "" : " --run \(ShellWord.quoted(run))"
    let limit = limit.map { " " + $0.arguments.joined(separator: " ") } ?? ""
    return "empo launch --hosts \(ShellWord.quoted(file))\(run) --resume\(limit)"
  }
}
