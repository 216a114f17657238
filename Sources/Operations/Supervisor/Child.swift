/// A process that the supervisor keeps alive.
package enum Child: Hashable, Sendable, CustomStringConvertible {
  /// The run's one learner.
  case learner
  /// A worker on this host, counted from 1.
  case worker(Int)

  /// The child's name in messages.
  package var description: String {
    switch self {
    case .learner: "learner"
    case .worker(let number): "worker \(number)"
    }
  }

  /// The name of its log in the run folder.
  package var logName: String {
    switch self {
    case .learner: "learner.log"
    case .worker(let number): "worker-\(number).log"
    }
  }
}

/// A process that a supervisor runs once, on this host or another.
package protocol SupervisedProcess: Sendable {
  /// Runs the process until it ends.
  func run() async -> ChildEnding

  /// Asks the process to end in good order. If it does not run yet, it is asked as soon as it does; if it has ended, nothing happens.
  func terminate()

  /// Ends the process, and all that it started, at once.
  func kill()

  /// Whether the process has given a sign of life since it was started, or has ended.
  var hasShownLife: Bool { get }
}
