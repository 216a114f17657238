/// What went wrong with the processes of a run.
public struct OperationsError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  public enum Code: Sendable, Hashable {
    /// A run folder that cannot be used now.
    case runFolder
    /// A process of the run that failed.
    case process
    /// A file of hosts or keys that cannot be used.
    case input
  }

  /// The kind of error.
  public let code: Code

  /// One line: what was found, what was expected and what to do.
  public let message: String

  /// The error below this one, where there is one.
  public let cause: (any Error)?

  /// Creates an error.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// A learner that turned a worker or a relay away.
  static func refused(_ role: String, by learner: String, because reason: String) -> OperationsError {
    OperationsError(.process, "the learner at \(learner) refused this \(role): \(reason)")
  }

  /// A learner that did not answer.
  static func silent(_ learner: String, seconds: Int) -> OperationsError {
    OperationsError(.process, "no word from a learner at \(learner) for \(seconds) s: is it running, and is the address right?")
  }

  /// The message.
  public var description: String { message }
}
