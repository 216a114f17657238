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
    let complete = pending.count - Self.unfinished(pending)
    defer { pending.removeFirst(complete) }
    return String(decoding: pending[..<complete], as: UTF8.self)
  }

  /// Ends the text; the answer is U+FFFD where a character was left unfinished. The decoder then stands before a first token again.
  public mutating func finish() -> String {
    defer { pending.removeAll() }
    return String(decoding: pending, as: UTF8.self)
  }

  /// The number of bytes at the end that may be the beginning of a character.
  private static func unfinished(_ bytes: [UInt8]) -> Int {
    for count in 1...3 where count <= bytes.count {
      let first = bytes[bytes.count - count]
      if first & 0xC0 == 0x80 { continue }
      guard first >= 0xC2, first <= 0xF4, UTF8Scalars.length(first) > count else { return 0 }
      if count > 1 {
        // The second byte decides whether what follows can still be a character (Unicode 17, table 3-7).
        let second = bytes[bytes.count - count + 1]
        let allowed: ClosedRange<UInt8>
        switch first {
        case 0xE0: allowed = 0xA0...0xBF
        case 0xED: allowed = 0x80...0x9F
        case 0xF0: allowed = 0x90...0xBF
        case 0xF4: allowed = 0x80...0x8F
        default: allowed = 0x80...0xBF
        }
        guard allowed.contains(second) else { return 0 }
      }
      return count
    }
    return 0
  }
}
