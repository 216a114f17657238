/// What went wrong in a command, beside what its parts report themselves.
package struct CommandLineError: Error, CustomStringConvertible {
  /// What kind of failure it is.
  package enum Code: Sendable {
    /// A run folder that cannot be used now.
    case runFolder
    /// A process of the run that failed.
    case process
    /// A model, tokenizer or file that does not fit the others.
    case input
  }

  /// What kind of failure it is.
  package var code: Code

  /// One line that says what was found, and what to do.
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
