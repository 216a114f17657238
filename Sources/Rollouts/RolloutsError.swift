/// Why the generation engine or a judge refuses or fails.
public struct RolloutsError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  public enum Code: Sendable, Hashable {
    /// The request exceeds the abilities of the model or engine.
    case request
    /// The model's weights give no probabilities.
    case model
    /// Too much is waiting already.
    case busy
    /// The engine has ended.
    case stopped
    /// A judge that cannot be made, or that failed.
    case judge
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
