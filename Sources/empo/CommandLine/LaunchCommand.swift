import ArgumentParser
import Operations

/// `empo launch`: a whole run on several hosts.
struct LaunchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "launch",
    abstract: "Runs a training run on several hosts: starts learner and workers over ssh, and keeps them alive.",
    discussion: """
      Paths in the configuration and the run folder are those of the learner's host. Ctrl-C writes a checkpoint and ends every process on \
      every host; --resume continues. cluster/hosts.yaml is an example of a hosts file.
      """)

  @Option(help: ArgumentHelp("The hosts of learner and workers, a YAML file.", valueName: "HOSTS.yaml"))
  var hosts: String

  @Argument(help: ArgumentHelp("The run's configuration, a YAML file; by default the demonstration's.", valueName: "CONFIG.yaml"))
  var file: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The run folder on the learner's host; by default the one in the hosts file.", valueName: "DIR"))
  var runFolder: String?

  @Option(help: .hours, transform: TimeLimit.argument)
  var hours: Double?

  @Flag(help: "Continues the run in that folder.")
  var resume = false

  @Flag(help: "Continues without the hosts of workers that cannot be used.")
  var partial = false

  func validate() throws {
    if resume, file != nil { throw ValidationError("--resume continues a run as it was configured: it takes no CONFIG.yaml") }
    if let runFolder, runFolder.isEmpty || runFolder.hasPrefix("-") { throw ValidationError("--run names no folder") }
  }

  func run() async throws {
    let limit = hours.map(TimeLimit.init)
    let content = try HostsFile(contentsOf: hosts)
    guard let folder = runFolder ?? content.learner.run else {
      throw CommandLineError(.input, "\(hosts) names no run folder: expected `run:` under `learner:`, or --run DIR")
    }
    let launch = Launch(
      hosts: content, file: hosts, configuration: file, run: folder, isResumed: resume, isPartial: partial, limit: limit)
    let status = try await launch.run()
    if status != ExitStatus.success { throw ExitCode(status) }
  }
}
