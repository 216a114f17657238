/// By which rule an answer was found; see ``extractAnswer(from:options:)``. The raw values are the names used in output.
public enum ExtractionRule: String, Sendable, CaseIterable {
  /// It stood in a complete box.
  case boxed
  /// It followed an explicit phrase.
  case phrase
  /// It was the last number.
  case number
  /// It was the last choice letter.
  case choice
  /// None: there is no answer.
  case none
}

/// The answer that a response gives.
public struct ExtractedAnswer: Sendable, Equatable {
  /// The answer as it is written, trimmed; empty when the response gives none.
  public var text: String

  /// The rule that found it; `none` iff ``text`` is empty.
  public var rule: ExtractionRule

  /// Creates an answer.
  public init(text: String, rule: ExtractionRule) {
    self.text = text
    self.rule = rule
  }

  /// No answer.
  public static let none = ExtractedAnswer(text: "", rule: .none)

  /// Whether the answer stood in a complete `\boxed{…}` or `\fbox{…}`.
  public var isBoxed: Bool { rule == .boxed }
}

/// Finds the answer in a response, by the first of these rules that finds one.
///
/// | rule | what counts | what the answer is |
/// |---|---|---|
/// | `boxed` | `\boxed{…}`, `\fbox{…}`; white space may stand before the brace; braces balance, `\{` and `\}` don't count | the content of the last one by where it starts (of nested ones the inner), blank ones left out |
/// | `phrase` | `<answer>…</answer>` | what is between the tags |
/// | | `#### …` | the rest of the line |
/// | | `answer is …`, `answer: …` (so also `Final answer: …`, `**Final Answer**: …`), `### Final answer` | up to the end of the sentence or the line, or of the next line that isn't blank where the phrase ends its own |
/// | `number` | digits with sign, thousands separators, decimals, exponent, power, percent; `a/b`, `1 a/b`, `\frac{a}{b}` | the last one; only where ``ExtractionOptions/fallback`` asks for it |
/// | `choice` | `(C)`, `C.`, `C)`, `**C**`, `option C`, `C` as a word; `A` and `I` not in running text | the last one's letter; only where the fallback asks for it |
/// | `none` | everything else | empty |
///
/// Of phrases, the last one by where it starts counts. `$ $`, `\( \)`, `** **` around it and a final period are taken off; a phrase that is
/// followed by nothing of substance doesn't count. A box that is never closed holds no answer, and then nothing is guessed either:
/// the response was cut off before it had said what it was about to say.
///
/// Any text is fine. O(n).
public func extractAnswer(from response: String, options: ExtractionOptions = ExtractionOptions()) -> ExtractedAnswer {
  let text = ScannedText(response)
  let boxes = text.boxes()
  if let boxed = boxes.last { return ExtractedAnswer(text: boxed, rule: .boxed) }
  if let phrase = text.lastPhraseContent() { return ExtractedAnswer(text: phrase, rule: .phrase) }
  if boxes.isCutOff { return .none }
  switch options.fallback {
  case .none: return .none
  case .number: return text.lastNumber().map { ExtractedAnswer(text: $0, rule: .number) } ?? .none
  case .choice: return text.lastChoice().map { ExtractedAnswer(text: $0, rule: .choice) } ?? .none
  }
}
