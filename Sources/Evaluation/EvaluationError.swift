/// Why an evaluation failed, for a reason outside the program.
public struct EvaluationError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  public enum Code: Sendable, Hashable {
    /// A held-out question has no answer.
    case questions
    /// The judge could not decide.
    case judge
    /// The model did not answer.
    case model
    /// A file of results that cannot be used.
    case results
  }

  /// The kind of error.
  public let code: Code

  /// Which question, what was found and what was expected.
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
