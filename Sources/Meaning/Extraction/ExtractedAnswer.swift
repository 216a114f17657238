/// The answer that a response gives.
public struct ExtractedAnswer: Sendable, Equatable {
  /// The answer as it is written, trimmed; empty when the response gives none.
  public var text: String

  /// Whether the answer stood in a complete `\boxed{…}`.
  public var isBoxed: Bool

  /// Creates an answer.
  public init(text: String, isBoxed: Bool) {
    self.text = text
    self.isBoxed = isBoxed
  }
}

/// Finds the answer in a response.
///
/// 1. The last complete `\boxed{…}`, by where it starts, with content that isn't blank. White space may stand before the brace;
///    braces balance, `\{` and `\}` don't count; of nested boxes the inner one starts later.
/// 2. Else the last explicit phrase: `<answer>…</answer>`; `#### …` to the end of the line; `answer is …`, `answer: …` (so also
///    `Final answer: …`, `**Final Answer**: …`) or `### Final answer`, to the end of the sentence or the line, or of the next line
///    that isn't blank where the phrase ends its own. Enclosing `$ $`, `\( \)`, `** **` and a final period are taken off. A phrase that is followed
///    by nothing of substance doesn't count.
/// 3. Else the answer is empty.
///
/// Any text is fine. O(n).
public func extractAnswer(from response: String) -> ExtractedAnswer {
  let text = ScannedText(response)
  if let boxed = text.lastBoxedContent() {
    return ExtractedAnswer(text: boxed, isBoxed: true)
  }
  return ExtractedAnswer(text: text.lastPhraseContent() ?? "", isBoxed: false)
}
