import HuggingFace
import Rollouts

/// A token as an answer tells it.
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

  /// A token's text by itself. Bytes that are no text of their own, such as a character's first half, are spelled as OpenAI does:
  /// `bytes:\xe2\x82`; so different bytes never share a text.
  func text(of id: Int32) -> String {
    let bytes = bytes(of: id)
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    return bytes.reduce(into: "bytes:") { text, byte in
      text += byte < 16 ? "\\x0" : "\\x"
      text += String(byte, radix: 16)
    }
  }
}

/// Counts the characters before each token of a text, which may begin or end inside a character.
struct TextOffsets: Sendable {
  /// Characters that are whole.
  private(set) var count: Int

  /// The beginning of a character that is not whole yet.
  private var pending: [UInt8] = []

  /// Begins behind `count` characters.
  init(after count: Int = 0) {
    self.count = count
  }

  /// Goes on by a token's bytes; returns where they begin.
  mutating func append(_ bytes: [UInt8]) -> Int {
    let start = count
    pending += bytes
    let whole = pending.count - Self.unfinished(pending)
    count += String(decoding: pending[..<whole], as: UTF8.self).unicodeScalars.count
    pending.removeFirst(whole)
    return start
  }

  /// How many bytes at the end are a character's beginning.
  private static func unfinished(_ bytes: [UInt8]) -> Int {
    for length in 1..<4 where length <= bytes.count {
      switch bytes[bytes.count - length] {
      case 0x80..<0xC0: continue
      case 0xC2..<0xE0: return length < 2 ? length : 0
      case 0xE0..<0xF0: return length < 3 ? length : 0
      case 0xF0..<0xF5: return length < 4 ? length : 0
      default: return 0
      }
    }
    return 0
  }
}
