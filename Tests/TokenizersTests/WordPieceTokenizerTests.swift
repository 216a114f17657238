import Files
import Foundation
import JSON
import TestSupport
import Testing
import Tokenizers

/// BERT tokenizers against Hugging Face's library (scripts/fixtures/bert.py).
@Suite struct WordPieceTokenizerTests {
  @Test("Encodes as hugging face does", arguments: ["uncased", "cased", "raw"]) func encodesAsHuggingFaceDoes(_ name: String) throws {
    let tokenizer = try Self.tokenizer(name)
    guard case .array(let cases) = try Self.cases(name)["encode"] else { throw FileError(.malformed, "no cases") }
    #expect(cases.count > 60)
    for case .object(let item) in cases {
      guard case .string(let text) = item["text"], case .array(let ids) = item["ids"] else { continue }
      let expected: [Int32] = ids.map { if case .integer(let id) = $0 { Int32(truncatingIfNeeded: id) } else { -1 } }
      #expect(tokenizer.encode(text) == expected, "\(text.debugDescription)")
    }
  }

  /// What becomes of each character of Unicode between two letters, by digests of 4096 characters each.
  @Test("Knows every character as hugging face does", arguments: ["uncased", "cased"]) func knowsEveryCharacterAsHuggingFaceDoes(
    _ name: String
  ) throws {
    let tokenizer = try Self.tokenizer(name)
    guard case .array(let digests) = try Self.cases(name)["blocks"] else { throw FileError(.malformed, "no digests") }
    let scalars = (UInt32(0)..<0x110000).compactMap(Unicode.Scalar.init)
    #expect(digests.count == (scalars.count + 4095) / 4096)
    var wrong: [String] = []
    for (index, expected) in digests.enumerated() {
      let block = scalars[index * 4096..<min(scalars.count, (index + 1) * 4096)]
      var text = String.UnicodeScalarView()
      for scalar in block { text.append(contentsOf: ["a", scalar, "b", " "]) }
      if expected != .string(Self.digest(tokenizer.encode(String(text)))) { wrong.append(String(block[block.startIndex].value, radix: 16)) }
    }
    #expect(wrong.isEmpty, "blocks that differ begin at \(wrong)")
  }

  @Test("Cuts a long text before the closing token") func cutsALongTextBeforeTheClosingToken() throws {
    let tokenizer = try Self.tokenizer("uncased")
    let whole = tokenizer.encode("the capital of France, the city of Paris")
    #expect(tokenizer.specialTokenCount == 2)
    #expect(tokenizer.encode("the capital of France, the city of Paris", limit: whole.count) == whole)
    for limit in 2..<whole.count {
      let ids = tokenizer.encode("the capital of France, the city of Paris", limit: limit)
      #expect(ids == whole.prefix(limit - 1) + [whole[whole.count - 1]])
    }
  }

  /// No text traps, however it is spelt: bytes that are no UTF-8 come as replacement characters, which are left out.
  @Test("Takes any text") func takesAnyText() throws {
    let tokenizer = try Self.tokenizer("uncased")
    var state: UInt64 = 1
    for _ in 0..<2000 {
      let bytes = (0..<40).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
      }
      let ids = tokenizer.encode(String(decoding: bytes, as: UTF8.self), limit: 20)
      #expect((2...20).contains(ids.count) && ids.allSatisfy { $0 >= 0 && $0 < tokenizer.vocabularySize })
    }
    #expect(tokenizer.encode(String(repeating: "x", count: 100_000)) == tokenizer.encode("\u{1F680}"))
  }

  static func tokenizer(_ name: String) throws -> WordPieceTokenizer {
    try WordPieceTokenizer(json: try TestFiles.data("WordPiece/\(name).tokenizer.json"), source: name)
  }

  private static func cases(_ name: String) throws -> JSONObject {
    let data = try TestFiles.data("WordPiece/\(name).cases.json")
    guard case .object(let cases) = try JSONReader.value(of: Array(data), source: name) else { return JSONObject() }
    return cases
  }

  /// FNV-1a of the ids' little-endian bytes.
  private static func digest(_ ids: [Int32]) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for id in ids {
      for shift in stride(from: 0, to: 32, by: 8) {
        hash = (hash ^ UInt64(truncatingIfNeeded: id >> Int32(shift) & 0xFF)) &* 0x100_0000_01B3
      }
    }
    let text = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
