/// Why an address cannot be listened on.
public struct ListeningError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  public enum Code: Sendable, Hashable, CaseIterable {
    /// Another process listens there.
    case inUse
    /// The address is not one of this host's, or may not be used.
    case address
  }

  /// The kind of error.
  public let code: Code

  /// What was found and what was expected.
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
