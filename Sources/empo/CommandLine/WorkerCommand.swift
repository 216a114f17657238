import ArgumentParser
import Foundation

/// `empo worker`: one worker of a run, here or on any host.
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Samples and scores for a learner, as long as its run goes on.",
    discussion: "Needs nothing but the learner's address. Ctrl-C gives back what is not begun, finishes the rest and leaves.")

  @Option(help: ArgumentHelp("The learner's address, tcp://HOST:PORT.", valueName: "ADDRESS"))
  var connect: String

  @Option(help: ArgumentHelp("A name, unique among the run's workers; by default this host's and the process's number.", valueName: "N"))
  var name: String?

  @Option(help: ArgumentHelp("Threads; by default as the run's configuration says.", valueName: "N"))
  var threads: Int?

  @Flag(help: .hidden)
  var supervised = false

  @Option(help: .hidden)
  var lifeline: Int?

  func validate() throws {
    try Bounds.require(threads, in: 1...1024, "--threads")
  }

  func run() async throws {
    if supervised { SupervisedLife.begin(patience: lifeline) }
    let process = ProcessInfo.processInfo
    // Host names may hold what worker names must not.
    let host = process.hostName.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }.prefix(40)
    let role = WorkerRole(
      learner: connect, name: name ?? "\(host)-\(process.processIdentifier)", threads: threads, isSupervised: supervised)
    let status = try await role.run()
    if status != ExitStatus.success { throw ExitCode(status) }
  }
}
