/// Why the generation engine cannot do what it was asked.
public struct RolloutsError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  public enum Code: Sendable, Hashable {
    /// The request asks for what the model or engine cannot do.
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

  /// What was found and what was expected.
  public let message: String

  /// Creates an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
