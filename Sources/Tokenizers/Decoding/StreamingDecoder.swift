/// Decodes tokens one by one, and never gives out part of a character.
///
/// What is given out adds up to what ``Tokenizer/decode(_:skippingSpecialTokens:)`` makes of all tokens together.
public struct StreamingDecoder: Sendable {
  private let tokenizer: Tokenizer
  private let skipsSpecialTokens: Bool
  /// The beginning of a character: at most three bytes between calls.
  private var pending: [UInt8] = []

  /// A decoder that stands before the first token.
  public init(_ tokenizer: Tokenizer, skippingSpecialTokens: Bool = false) {
    self.tokenizer = tokenizer
    skipsSpecialTokens = skippingSpecialTokens
  }

  /// Takes the next token; the answer is the text that is certain now, which may be empty.
  public mutating func append(_ id: Int32) -> String {
    tokenizer.append(id, skippingSpecialTokens: skipsSpecialTokens, to: &pending)
    let complete = pending.count - UTF8Scalars.unfinished(pending)
    defer { pending.removeFirst(complete) }
    return String(decoding: pending[..<complete], as: UTF8.self)
  }

  /// Ends the text; the answer is U+FFFD where a character was left unfinished. The decoder then stands before a first token again.
  public mutating func finish() -> String {
    defer { pending.removeAll() }
    return String(decoding: pending, as: UTF8.self)
  }
}
