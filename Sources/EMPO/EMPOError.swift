/// What the algorithm refuses: options out of range, or evidence that a group lacks or that is impossible.
public struct EMPOError: Error, Sendable, CustomStringConvertible {
  /// The kinds of refusal.
  public enum Code: String, Sendable, Equatable {
    /// An option is out of its range or contradicts another.
    case invalidOption = "invalid-option"
    /// The chosen reward or entropy needs something that the group's evidence doesn't hold.
    case missingEvidence = "missing-evidence"
    /// A group's evidence holds a value that nothing can be computed from.
    case invalidEvidence = "invalid-evidence"
  }

  /// The kind of refusal.
  public var code: Code

  /// Names the option or field, what was found and what was expected.
  public var message: String

  /// What led here, if it was another error.
  public var cause: (any Error)?

  /// Creates an error.
  public init(code: Code, message: String, cause: (any Error)? = nil) {
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
    throw EMPOError(code: .invalidOption, message: "\(option) is \(value), expected \(expected)")
  }
}
