/// What went wrong with a run's configuration, model, ledger or folder.
public struct RunsError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  public enum Code: Sendable, Hashable {
    /// A configuration key, value or combination that cannot be used.
    case configuration
    /// Questions that do not fit the run.
    case questions
    /// A model, tokenizer or judge that does not fit, or cannot be used.
    case model
    /// A ledger that cannot be opened, read or written.
    case ledger
    /// A checkpoint of another run.
    case checkpoint
    /// A configuration, questions or a model that are not those with which the run began.
    case changed
    /// A run folder that cannot be created, locked or written.
    case runFolder
    /// Weights that are not those of the run's model.
    case weights
    /// Memory that a limit has no room for.
    case memory
    /// A task that a worker cannot do.
    case task
    /// Updates that cannot be made.
    case update
    /// A run that is not what computing it again gives.
    case verification
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

  /// The message.
  public var description: String { message }
}
