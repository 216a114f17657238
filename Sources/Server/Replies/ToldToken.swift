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
    // A beginning that the bytes don't go on with is a character by itself, U+FFFD.
    let start = count + (bytes.first.map { Self.characters(in: pending + [$0]) - 1 } ?? 0)
    pending += bytes
    let whole = pending.count - Self.unfinished(pending)
    count += Self.characters(in: pending[..<whole])
    pending.removeFirst(whole)
    return start
  }

  private static func characters(in bytes: some Collection<UInt8>) -> Int {
    String(decoding: bytes, as: UTF8.self).unicodeScalars.count
  }

  /// How many bytes at the end are a character's beginning: as few as the text's decoder holds back.
  private static func unfinished(_ bytes: [UInt8]) -> Int {
    for length in 1..<4 where length <= bytes.count {
      let end = bytes.suffix(length)
      guard let first = end.first, first & 0xC0 != 0x80 else { continue }
      let second = end.dropFirst().first
      // Which bytes may follow the first is the Unicode Standard's table of well-formed sequences (17.0, table 3-7).
      let (whole, seconds): (Int, ClosedRange<UInt8>) =
        switch first {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: (0, 0x80...0xBF)
        }
      return length < whole && second.map(seconds.contains) != false ? length : 0
    }
    return 0
  }
}
