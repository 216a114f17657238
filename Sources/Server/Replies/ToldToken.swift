import Rollouts
import Tokenizers

/// A token as an answer reports it.
struct ToldToken: Sendable, Equatable {
  var scored: ScoredToken

  /// Where its text begins, in characters (Unicode scalars, as Python counts) of the choice's text.
  var offset: Int
}

extension ServedModel {
  /// A token's bytes; none for an id without a token.
  func bytes(of id: Int32) -> [UInt8] { tokenizer.bytes(of: id) ?? [] }

  /// Whether a continuation's text leaves the token out.
  func isSpecial(_ id: Int32) -> Bool {
    stopTokens.contains(id) || (tokenizer.decode([id], skippingSpecialTokens: true).isEmpty && !bytes(of: id).isEmpty)
  }

  /// A token's text by itself. Bytes that are no text by themselves, such as a character's first half, are spelled as OpenAI does,
  /// `bytes:\xe2\x82`, so that different bytes never share a text.
  func text(of id: Int32) -> String {
    let bytes = bytes(of: id)
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    return bytes.reduce(into: "bytes:") { text, byte in
      text += byte < 16 ? "\\x0" : "\\x"
      text += String(byte, radix: 16)
    }
  }
}

/// Counts the characters before each token of a text. A token may begin or end inside a character.
struct TextOffsets: Sendable {
  /// Characters that are whole.
  private(set) var count: Int

  /// The beginning of a character that is not whole yet.
  private var pending: [UInt8] = []

  /// Begins behind `count` characters.
  init(after count: Int = 0) {
    self.count = count
  }

  /// Advances by a token's bytes; returns where they begin.
  mutating func append(_ bytes: [UInt8]) -> Int {
    // If the bytes don't continue the begun character, that beginning is a character by itself, U+FFFD.
    let start = count + (bytes.first.map { Self.characters(in: pending + [$0]) - 1 } ?? 0)
    pending += bytes
    let whole = pending.count - UTF8Scalars.unfinished(pending)
    count += Self.characters(in: pending[..<whole])
    pending.removeFirst(whole)
    return start
  }

  private static func characters(in bytes: some Collection<UInt8>) -> Int {
    String(decoding: bytes, as: UTF8.self).unicodeScalars.count
  }
}
