/// What went wrong with a model for a reason outside the program.
public struct TransformerError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  public enum Code: Sendable, Hashable {
    /// A checkpoint's tensors are not those of its configuration.
    case checkpoint
  }

  /// The kind of error.
  public let code: Code

  /// What was found, what was expected, and where.
  public let message: String

  /// Creates an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
