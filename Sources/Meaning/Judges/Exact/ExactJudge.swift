/// Takes answers for the same iff they are the same number exactly, or the same text up to notation.
///
/// Numbers are compared as exact fractions: `0.5`, `1/2`, `\frac{2}{4}`, `50\%`, `\$0.50`; `1,000` is 1000, `1\frac{1}{2}` is 3/2. What
/// isn't a number (of at most 256 digits) is compared as text, without regard to case, white space, LaTeX's spacing, sizing and
/// font commands, or a final period. Units are part of the text.
public struct ExactJudge: KeyedJudge {
  /// Creates a judge.
  public init() {}

  /// The exact number, or the normalised text. O(n) in the answer's length, apart from the arithmetic of long numbers.
  public func key(of answer: String, question: String) -> AnswerKey? { AnswerKey(answer) }

  /// `text` between two texts, else `exact`.
  public func basis(of first: AnswerKey, and second: AnswerKey) -> Verdict.Basis {
    first.isText && second.isText ? .text : .exact
  }
}
