import Foundation

/// How a child process ended.
package enum ChildEnding: Hashable, Sendable, CustomStringConvertible {
  /// It returned this status by itself.
  case exited(Int32)
  /// This signal killed it.
  case signaled(Int32)
  /// It never ran.
  case notStarted(reason: String)
  /// It gave no sign of life for so long, and was killed for that.
  case mute(Duration)
  /// The connection to the host that it ran on broke, and it ended with that.
  case disconnected(reason: String)

  /// The ending's text in messages.
  package var description: String {
    switch self {
    case .exited(let status): "status \(status)"
    case .signaled(let signal): "signal \(signal)" + (Self.names[signal].map { " (\($0))" } ?? "")
    case .notStarted(let reason): "not starting: \(reason)"
    case .mute(let patience): "no sign of life for \(patience / .seconds(1)) s"
    case .disconnected(let reason): "losing its connection: \(reason)"
    }
  }

  private static let names: [Int32: String] = [
    SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGABRT: "SIGABRT", SIGBUS: "SIGBUS",
    SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV", SIGPIPE: "SIGPIPE", SIGTERM: "SIGTERM",
  ]
}

/// The exit statuses by which processes of a run understand each other; 1 and 2 are those of every command.
package enum ExitStatus {
  /// The run, or the worker's part in it, is done.
  package static let success: Int32 = 0
  /// An error that was reported in one line.
  package static let failure: Int32 = 1
  /// The command line was wrong.
  package static let usage: Int32 = 2
  /// A learner's time is used up and its run is not done. Only a supervisor is told so: for everybody else, that is a success.
  package static let outOfTime: Int32 = 75

  /// Ended on request, before the run was done, as shells report a signal.
  package static func stopped(by signal: Int32) -> Int32 { 128 + signal }
}
