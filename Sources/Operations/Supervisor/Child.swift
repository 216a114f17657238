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
