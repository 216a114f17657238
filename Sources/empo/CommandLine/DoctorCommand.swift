import ArgumentParser
import Foundation
import Operations
import Runs

/// `empo doctor`: checks of whether this host can take part in a run.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Checks whether this host can take part in a run, before the run waits for it.",
    discussion: """
      A line for each check: ok, warning or problem, and what to do. The exit status is 1 if there is a problem. With --connect, the \
      learner is asked whether it would accept this host as a worker; with --run, this host is checked for the needs of that run's learner.
      """)

  @Option(help: ArgumentHelp("The learner's address, tcp://HOST:PORT.", valueName: "ADDRESS"))
  var connect: String?

  @Option(name: .customLong("run"), help: ArgumentHelp("A run folder on this host.", valueName: "DIR"))
  var runFolder: String?

  @Option(help: ArgumentHelp("The name to say hello under; with keys, the key's.", valueName: "N"))
  var name: String?

  @Option(help: ArgumentHelp("The worker's secret key.", valueName: "FILE"))
  var key: String?

  @Option(help: ArgumentHelp("The learner's public key.", valueName: "FILE"))
  var learnerKey: String?

  func run() async throws {
    let examination = Examination(
      learner: connect, name: name ?? "doctor-\(ProcessInfo.processInfo.processIdentifier)", key: key, learnerKey: learnerKey,
      run: runFolder)
    var hasProblem = false
    try await examination.findings { finding in
      Console.output.line(finding.line)
      if finding.grade == .problem { hasProblem = true }
    }
    if hasProblem { throw ExitCode(ExitStatus.failure) }
  }
}
