/// Takes short texts for the same iff they are the same words in the same order.
///
/// The model is the normalisation by which SQuAD's exact match compares answers (Rajpurkar et al., arXiv 1606.05250: lower case, no punctuation,
/// no articles, one blank between words), with what free-form answers need beyond it:
///
/// | what | example |
/// |---|---|
/// | compatibility forms, case | `ﬁne` = `Fine`, `Ｃ` = `c`, `STRASSE` = `straße` |
/// | accents on Latin and Greek letters | `Gödel` = `Godel` = `G\"odel`; marks of other scripts stay, where they tell words apart |
/// | articles `a`, `an`, `the` with a word behind them | `The Moon` = `moon`, but `vitamin A` isn't `vitamin` |
/// | punctuation, quotes, emphasis, dashes | `well-known` = `well known`, `"Yes."` = `yes`, `don’t` = `dont`, `U.S.` = `us` |
/// | `&` and `%` | `salt & pepper` = `salt and pepper`, `5 %` = `5 percent` |
/// | numbers in words and in digits | `twenty-one` = `21`, `one hundred and five` = `105`, `3 million` = `3,000,000` |
/// | ordinals, apart from them | `third` = `3rd`, not `3` |
/// | LaTeX's wrappers | `\text{Paris}`, `$\mathrm{Paris}$`, `\frac{1}{2}` = `1/2` |
///
/// What stays, because it tells answers apart: a minus sign, a decimal point, `/`, `:` and dashes between digits, `#` behind a letter,
/// and symbols (`C++` isn't `C`, `x > 1` isn't `x < 1`). An answer of punctuation alone has no content.
///
/// Texts of more than 4,096 bytes are the same iff their words are written alike up to case and white space: time is bounded, and no answer in a
/// few words is that long.
public struct TextJudge: KeyedJudge {
  /// Creates a judge.
  public init() {}

  /// The words. O(n).
  public func key(of answer: String, question: String) -> TextKey? { TextKey(answer) }

  /// Always `text`.
  public func basis(of first: TextKey, and second: TextKey) -> Verdict.Basis { .text }
}

/// What a short text says: texts say the same iff their keys are equal.
public struct TextKey: Hashable, Sendable {
  /// The normalised words, with one blank between two.
  let text: String

  /// The key of a text; nil for one without words.
  init?(_ text: String) {
    let isShort = TextWords.length(of: text.unicodeScalars) <= TextWords.maximumLength
    let words = isShort ? TextWords.words(of: text) : TextWords.writtenWords(of: text)
    if words.isEmpty { return nil }
    self.text = words.joined(separator: " ")
  }
}
