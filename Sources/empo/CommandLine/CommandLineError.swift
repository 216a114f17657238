/// An error of a command itself, beside those that its parts report.
struct CommandLineError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  enum Code: Sendable, Hashable {
    /// A run folder that cannot be used now.
    case runFolder
    /// An input that cannot be used: a model, a tokenizer, a file.
    case input
  }

  /// The kind of error.
  let code: Code

  /// One line: what was found, what was expected and what to do.
  let message: String

  /// The error below this one, where there is one.
  let cause: (any Error)?

  /// Creates an error.
  init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message.
  var description: String { message }
}
