import Foundation
import Subprocess
import SystemPackage

/// One short command on another host, from its start to its end.
struct RemoteCommand {
  /// Where.
  var host: RemoteHost
  /// A command line of a POSIX shell.
  var script: String
  /// The command's standard input.
  var input = ""

  /// A command's output and status.
  struct Outcome: Sendable {
    /// ssh's exit status: the command's, or ``SSHFailure/status``.
    var status: Int32
    /// Its standard output.
    var output: String
    /// Its standard error, and ssh's.
    var errors: String
  }

  /// The most bytes that a command may print.
  private static let maximumOutput = 1 << 20

  /// Runs the command. Throws where ssh itself cannot be run.
  func run() async throws -> Outcome {
    do {
      let result = try await Subprocess.run(
        Configuration(executable: .name("ssh"), arguments: Arguments(host.sshArguments(running: script))),
        input: .string(input), output: .string(limit: Self.maximumOutput), error: .string(limit: Self.maximumOutput))
      let status: Int32 =
        switch result.terminationStatus {
        case .exited(let status): status
        case .signaled(let signal): 128 + signal
        }
      return Outcome(status: status, output: result.standardOutput, errors: result.standardError)
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      throw OperationsError(.process, "host \(host.name): it prints more than \(Self.maximumOutput) bytes at a login", cause: error)
    } catch {
      throw OperationsError(.process, "cannot run ssh: \(error): install OpenSSH's client (openssh-client)", cause: error)
    }
  }
}
