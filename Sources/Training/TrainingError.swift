/// What went wrong in a run's files, configuration or processes, told so that a user can act on it.
public struct TrainingError: Error, CustomStringConvertible {
  /// What kind of failure it is.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code's name.
    public let description: String

    private init(_ description: String) {
      self.description = description
    }

    /// A configuration key, value or combination that cannot be used.
    public static let configuration = Code("configuration")

    /// A questions file that cannot be used.
    public static let questions = Code("questions")

    /// A ledger that cannot be opened, read or written.
    public static let ledger = Code("ledger")

    /// A checkpoint that cannot be written or read.
    public static let checkpoint = Code("checkpoint")

    /// A run folder that cannot be created, locked or written.
    public static let runFolder = Code("run folder")

    /// A file that cannot be opened, read or written.
    public static let file = Code("file")

    /// Weights that are not those of the run's model.
    public static let weights = Code("weights")

    /// A task that a worker cannot do.
    public static let task = Code("task")
  }

  /// What kind of failure it is.
  public var code: Code

  /// One line: the file and line or field, what was found and what was expected or what to do.
  public var message: String

  /// The error that led to this one.
  public var cause: (any Error)?

  /// Creates an error.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message.
  public var description: String { message }
}
