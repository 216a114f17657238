/// Decodes tokens one by one, and never returns part of a character.
///
/// The returned texts add up to the result of ``Tokenizer/decode(_:skippingSpecialTokens:)`` for all tokens together.
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

  /// Takes the next token; returns the text that is certain now, which may be empty.
  public mutating func append(_ id: Int32) -> String {
    tokenizer.append(id, skippingSpecialTokens: skipsSpecialTokens, to: &pending)
    let complete = pending.count - UTF8Scalars.unfinished(pending)
    defer { pending.removeFirst(complete) }
    return String(decoding: pending[..<complete], as: UTF8.self)
  }

  /// Ends the text; returns U+FFFD if a character was left unfinished. The decoder then stands before a first token again.
  public mutating func finish() -> String {
    defer { pending.removeAll() }
    return String(decoding: pending, as: UTF8.self)
  }
}
