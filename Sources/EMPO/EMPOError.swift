/// An input that the algorithm refuses: an option out of its range, or evidence that is missing or impossible.
public struct EMPOError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  public enum Code: Sendable, Hashable {
    /// An option is out of its range or contradicts another.
    case invalidOption
    /// The chosen reward or entropy needs something that the group's evidence doesn't hold.
    case missingEvidence
    /// A group's evidence holds a value that nothing can be computed from.
    case invalidEvidence
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

extension EMPOError {
  /// Refuses `value` unless `isValid`; NaN never is, as every range test is false for it.
  static func require(_ isValid: Bool, _ option: String, is value: some CustomStringConvertible, expected: String) throws(EMPOError) {
    guard !isValid else { return }
    throw EMPOError(.invalidOption, "\(option) is \(value), expected \(expected)")
  }
}
