/// Why a file of questions cannot be used.
public struct QuestionsError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  public enum Code: Sendable, Hashable {
    /// The file holds no questions, or lacks something that is needed.
    case unusable
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
