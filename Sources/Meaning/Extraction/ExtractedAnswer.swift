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
/// - `boxed`: the content of the last complete `\boxed{…}` or `\fbox{…}` by where it starts, so of nested ones the inner. White space may
///   stand before the brace; braces balance, `\{` and `\}` don't count; boxes with blank content don't either.
/// - `phrase`: what the last of these phrases is followed by, without enclosing `$ $`, `\( \)`, `** **` and without a final period. A phrase
///   that is followed by nothing of substance doesn't count.
///
///   | phrase | the answer |
///   |---|---|
///   | `<answer>…</answer>` | what is between the tags |
///   | `#### …` | the rest of the line |
///   | `answer is …`, `answer: …` | up to the end of the sentence or the line |
///   | `Final answer: …`, `**Final Answer**: …`, `### Final answer` | the same; of the next line that isn't blank if it ends its own |
///
/// - `number`, if ``ExtractionOptions/fallback`` asks for it: the last number, with sign, thousands separators, decimals, exponent, power and
///   percent; `a/b`, `1 a/b` and `\frac{a}{b}` are one. Dates, times, ordinals, indices and the markers of lists are none.
/// - `choice`, if the fallback asks for it: the last letter from A to J as `(C)`, `C.`, `C)`, `**C**`, `option C`, or `C` as a word; `A` and `I`
///   not in running text.
/// - `none`: everything else. A box that is never closed holds no answer, and then no number or letter is guessed either: the response was
///   cut off before it had said what it was about to say.
///
/// Any text is fine. O(n).
public func extractAnswer(from response: String, options: ExtractionOptions = ExtractionOptions()) -> ExtractedAnswer {
  guard let text = ScannedText(response).behindThinking() else { return .none }
  let boxes = text.boxes()
  if let boxed = boxes.last { return ExtractedAnswer(text: boxed, rule: .boxed) }
  let stated = text.lastStatement()
  if let answer = stated.answer { return ExtractedAnswer(text: answer, rule: .phrase) }
  if boxes.isCutOff || stated.isCutOff { return .none }
  switch options.fallback {
  case .none: return .none
  case .number: return text.lastNumber().map { ExtractedAnswer(text: $0, rule: .number) } ?? .none
  case .choice: return text.lastChoice().map { ExtractedAnswer(text: $0, rule: .choice) } ?? .none
  }
}

/// The whole of a response as its answer, for free-form texts that state none: without the thinking before it and white space around it, and empty where
/// it says nothing; see ``extractAnswer(from:options:)`` for both. O(n).
public func wholeAnswer(from response: String) -> String {
  guard let text = ScannedText(response).behindThinking() else { return "" }
  let range = text.trimmed(text.scalars.indices)
  return text.isNothing(range) ? "" : text.string(range)
}
