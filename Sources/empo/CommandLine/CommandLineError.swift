/// An error of a command itself, beside those that its parts report.
package struct CommandLineError: Error, CustomStringConvertible {
  /// The kind of failure.
  package enum Code: Sendable {
    /// A run folder that cannot be used now.
    case runFolder
    /// A process of the run that failed.
    case process
    /// An input that cannot be used: a model, a tokenizer, a file.
    case input
  }

  /// The kind of failure.
  package var code: Code

  /// One line: what was found, and what to do.
  package var message: String

  /// The error that led to this one.
  package var cause: (any Error)?

  /// Creates an error.
  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message.
  package var description: String { message }
}
