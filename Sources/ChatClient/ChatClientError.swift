/// Why a server could not be asked, or did not answer.
public struct ChatClientError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  public enum Code: Sendable, Hashable {
    /// An address that is none.
    case address
    /// No connection, or one that broke.
    case connection
    /// A refusal.
    case refused
    /// A refusal of one question, where others may be answered.
    case question
    /// A reply that is no chat completion.
    case reply
    /// No whole reply in time.
    case late
  }

  /// The kind of error.
  public let code: Code

  /// One line: which server, what was found and what was expected.
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
