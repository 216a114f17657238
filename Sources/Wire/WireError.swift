/// What can go wrong between a learner and its workers.
public struct WireError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  public enum Code: Sendable, Hashable {
    /// Bytes that are not a message of the protocol.
    case malformed
    /// A value larger than ``Limits`` allows, found before it was sent.
    case limit
    /// An endpoint or a name that cannot be used as it is written.
    case address
    /// Another process holds the endpoint.
    case addressInUse
    /// A bind beyond loopback without keys.
    case insecure
    /// The socket library or the operating system refused.
    case system
    /// The transport has been closed.
    case closed
    /// A file could not be read.
    case file
    /// A key, or a file of keys, that cannot be used.
    case key
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
