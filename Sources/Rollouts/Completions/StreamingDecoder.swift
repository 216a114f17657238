internal import HuggingFace

/// Tokens one by one into text that never ends within a character.
struct StreamingDecoder {
  private let tokenizer: Tokenizer
  private let skipsSpecialTokens: Bool
  private var pending: [Int32] = []

  /// The most tokens that one character is cut into.
  private static let longestCharacter = 4

  init(_ tokenizer: Tokenizer, skippingSpecialTokens: Bool) {
    self.tokenizer = tokenizer
    skipsSpecialTokens = skippingSpecialTokens
  }

  /// Takes a token; returns the text that it completes.
  mutating func append(_ id: Int32) -> String {
    pending.append(id)
    let text = decoded(pending)
    guard text.unicodeScalars.last == "\u{FFFD}" else {
      pending = []
      return text
    }
    guard pending.count >= Self.longestCharacter else { return "" }
    defer { pending.removeFirst() }
    return decoded([pending[0]])
  }

  /// The text of what is left, at the end.
  mutating func finish() -> String {
    defer { pending = [] }
    return decoded(pending)
  }

  private func decoded(_ ids: [Int32]) -> String {
    tokenizer.decode(ids, skippingSpecialTokens: skipsSpecialTokens)
  }
}
