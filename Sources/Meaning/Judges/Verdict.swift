/// What a judge says of two answers.
public struct Verdict: Sendable, Equatable {
  /// The kind of evidence that decided. The raw values are the names used in output.
  public enum Basis: String, Sendable, CaseIterable {
    /// One of them is empty: silence agrees with nobody.
    case empty
    /// Exact arithmetic and algebra: the equality, or the difference, is proven.
    case exact
    /// Values computed to a certified number of digits; equal so far as the judge's rounding goes.
    case numeric
    /// Words, up to notation.
    case text
    /// The letter of an option.
    case choice
    /// The similarity of two embeddings.
    case embedding
    /// Whether each entails the other, as a classifier of language inference sees it.
    case nli
    /// The opinion of a language model.
    case verifier
  }

  /// Whether both answers have content, and the same.
  public var isEquivalent: Bool

  /// What decided.
  public var basis: Basis

  /// Creates a verdict.
  public init(isEquivalent: Bool, basis: Basis) {
    self.isEquivalent = isEquivalent
    self.basis = basis
  }
}
