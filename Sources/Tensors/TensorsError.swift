/// What went wrong in numeric code for a reason outside the program.
public struct TensorsError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  public enum Code: Sendable {
    /// A system library is missing or unusable.
    case library
    /// A file cannot be opened or mapped.
    case file
  }

  /// The kind of error.
  public let code: Code

  /// What happened and what to do.
  public let message: String

  /// Creates an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
