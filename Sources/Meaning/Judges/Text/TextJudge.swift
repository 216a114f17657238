/// Takes short texts for the same iff they are the same words.
public struct TextJudge: KeyedJudge {
  /// Creates a judge.
  public init() {}

  /// The normalised text.
  public func key(of answer: String, question: String) -> TextKey? { TextKey(answer) }

  /// Always `text`.
  public func basis(of first: TextKey, and second: TextKey) -> Verdict.Basis { .text }
}
