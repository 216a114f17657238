import Foundation
import TestSupport
import Testing
import Tokenizers

@Suite struct TokenizerTests {
  /// Small tokenizers with what real ones combine: a space put in front, runs of digits, no expression at all, a vocabulary
  /// that lacks bytes, and added tokens of every kind.
  static let fixtures = ["prefixed", "digits", "whole", "incomplete", "words"]

  @Test("Encodes as hugging face does", arguments: fixtures) func encodesAsHuggingFaceDoes(_ name: String) throws {
    let tokenizer = try Tokenizer(json: TestFiles.data("\(name).tokenizer.json"))
    let cases = try JSONDecoder().decode(Cases.self, from: TestFiles.data("\(name).cases.json"))
    #expect(cases.encode.count > 60)
    for item in cases.encode { #expect(tokenizer.encode(item.text) == item.ids, "\(item.text.debugDescription)") }
  }

  @Test("Decodes as hugging face does", arguments: fixtures) func decodesAsHuggingFaceDoes(_ name: String) throws {
    let tokenizer = try Tokenizer(json: TestFiles.data("\(name).tokenizer.json"))
    let cases = try JSONDecoder().decode(Cases.self, from: TestFiles.data("\(name).cases.json"))
    #expect(cases.decode.count > 80)
    for item in cases.decode {
      let text = tokenizer.decode(item.ids, skippingSpecialTokens: item.skip)
      #expect(text.utf8.elementsEqual(item.text.utf8), "\(item.ids): \(text.debugDescription), not \(item.text.debugDescription)")
    }
  }

  private struct Cases: Decodable {
    struct Encoding: Decodable {
      var text: String
      var ids: [Int32]
    }
    struct Decoding: Decodable {
      var ids: [Int32]
      var skip: Bool
      var text: String
    }
    var encode: [Encoding]
    var decode: [Decoding]
  }

  @Test("Knows its tokens") func knowsItsTokens() throws {
    let tokenizer = try Tokenizer(json: TestFiles.data("words.tokenizer.json"))
    #expect(tokenizer.vocabularySize == 268)
    #expect(tokenizer.id(of: "<|endoftext|>") == 0)
    #expect(tokenizer.id(of: "Ġapples") == 257)
    #expect(tokenizer.id(of: " apples") == nil)
    #expect(tokenizer.id(of: "nothing") == nil)
  }

  @Test("Bytes of a character may be decoded apart") func bytesOfACharacterMayBeDecodedApart() throws {
    let tokenizer = try Tokenizer(json: TestFiles.data("words.tokenizer.json"))
    let ids = tokenizer.encode("é")
    #expect(ids.count == 2)
    #expect(tokenizer.decode([ids[0]]) == "\u{FFFD}")
    #expect(tokenizer.decode([ids[1]]) == "\u{FFFD}")
    #expect(tokenizer.decode([-1, Int32.max, Int32.min]) == "")
  }

  /// A merge loop that looks at the whole word again after each merge would take hours.
  @Test("Long texts take little time", .timeLimit(.minutes(15)), arguments: ["a", " ", "apples", "\n", "<|endoftex", "<|end|>"])
  func longTextsTakeLittleTime(_ repeated: String) throws {
    let tokenizer = try Tokenizer(json: TestFiles.data("prefixed.tokenizer.json"))
    let text = String(repeating: repeated, count: 500_000 / repeated.utf8.count)
    #expect(!tokenizer.encode(text).isEmpty)
  }
}
