/// How far the search for an answer goes.
public struct ExtractionOptions: Sendable, Equatable {
  /// What stands in for an answer that a response doesn't point out; the raw values are the names used in configurations.
  public enum Fallback: String, Sendable, CaseIterable {
    /// Nothing: the answer is empty.
    case none
    /// The last number.
    case number
    /// The last letter that names an option of a multiple-choice question.
    case choice
  }

  /// What stands in for an answer that isn't pointed out.
  public var fallback: Fallback

  /// Creates options.
  public init(fallback: Fallback = .none) {
    self.fallback = fallback
  }
}
