import Foundation
import HuggingFace
import Testing

@Suite struct TokenizerTests {
  /// Small tokenizers with what real ones combine: a space put in front, runs of digits, no expression at all, a vocabulary
  /// that lacks bytes, and added tokens of every kind.
  static let fixtures = ["prefixed", "digits", "whole", "incomplete", "words"]

  @Test(arguments: fixtures) func encodesAsHuggingFaceDoes(_ name: String) throws {
    let tokenizer = try Tokenizer(json: TestFiles.data("\(name).tokenizer.json"))
    let cases = try JSONDecoder().decode(Cases.self, from: TestFiles.data("\(name).cases.json"))
    #expect(cases.encode.count > 60)
    for item in cases.encode { #expect(tokenizer.encode(item.text) == item.ids, "\(item.text.debugDescription)") }
  }

  @Test(arguments: fixtures) func decodesAsHuggingFaceDoes(_ name: String) throws {
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

  @Test func knowsItsTokens() throws {
    let tokenizer = try Tokenizer(json: TestFiles.data("words.tokenizer.json"))
    #expect(tokenizer.vocabularySize == 268)
    #expect(tokenizer.id(of: "<|endoftext|>") == 0)
    #expect(tokenizer.id(of: "Ġapples") == 257)
    #expect(tokenizer.id(of: " apples") == nil)
    #expect(tokenizer.id(of: "nothing") == nil)
  }

  @Test func bytesOfACharacterMayBeDecodedApart() throws {
    let tokenizer = try Tokenizer(json: TestFiles.data("words.tokenizer.json"))
    let ids = tokenizer.encode("é")
    #expect(ids.count == 2)
    #expect(tokenizer.decode([ids[0]]) == "\u{FFFD}")
    #expect(tokenizer.decode([ids[1]]) == "\u{FFFD}")
    #expect(tokenizer.decode([-1, Int32.max, Int32.min]) == "")
  }

  /// A merge loop that looks at the whole word again after each merge would take hours.
  @Test(.timeLimit(.minutes(1)), arguments: ["a", " ", "apples", "\n", "<|endoftex", "<|end|>"])
  func longTextsTakeLittleTime(_ repeated: String) throws {
    let tokenizer = try Tokenizer(json: TestFiles.data("prefixed.tokenizer.json"))
    let text = String(repeating: repeated, count: 500_000 / repeated.utf8.count)
    #expect(!tokenizer.encode(text).isEmpty)
  }

  private static func json(
    preTokenizer: String = #"{"type":"ByteLevel","add_prefix_space":false}"#, decoder: String = #"{"type":"ByteLevel"}"#,
    model: String = #""vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]"#, others: String = ""
  ) -> Data {
    Data(#"{"pre_tokenizer":\#(preTokenizer),"decoder":\#(decoder),"model":{\#(model)}\#(others)}"#.utf8)
  }

  static let refused: [(json: Data, field: String)] = [
    (json(others: #","normalizer":{"type":"NFC"}"#), "normalizer.type"),
    (json(preTokenizer: "null"), "pre_tokenizer"),
    (json(preTokenizer: #"{"type":"Metaspace"}"#), "pre_tokenizer.type"),
    (json(preTokenizer: #"{"type":"Digits"}"#), "pre_tokenizer.type"),
    (
      json(preTokenizer: #"{"type":"Sequence","pretokenizers":[{"type":"Split"},{"type":"ByteLevel"}]}"#),
      "pre_tokenizer.pretokenizers[0].type"
    ),
    (
      json(preTokenizer: #"{"type":"Sequence","pretokenizers":[{"type":"ByteLevel"},{"type":"Digits"}]}"#),
      "pre_tokenizer.pretokenizers[0].type"
    ),
    (json(preTokenizer: #"{"type":"Sequence","pretokenizers":[]}"#), "pre_tokenizer.pretokenizers"),
    (json(preTokenizer: #"{"type":"Sequence","pretokenizers":[1]}"#), "pre_tokenizer.pretokenizers[0]"),
    (json(others: #","post_processor":{"type":"TemplateProcessing"}"#), "post_processor.type"),
    (json(decoder: "null"), "decoder"),
    (json(decoder: #"{"type":"WordPiece"}"#), "decoder.type"),
    (json(model: #""type":"Unigram""#), "model.type"),
    (json(model: #""merges":[]"#), "model.vocab"),
    (json(model: #""vocab":{}"#), "model.merges"),
    (json(model: #""vocab":{"a":-1},"merges":[]"#), "model.vocab.a"),
    (json(model: #""vocab":{"a":1.5},"merges":[]"#), "model.vocab.a"),
    (json(model: #""vocab":{"a":2147483647},"merges":[]"#), "model.vocab.a"),
    (json(model: #""vocab":{"a":9223372036854775807},"merges":[]"#), "model.vocab.a"),
    (json(model: #""vocab":{"a":0,"b":0},"merges":[]"#), "model.vocab.b"),
    (json(model: #""vocab":{"a":0,"b":1},"merges":["a b"]"#), "model.merges[0]"),
    (json(model: #""vocab":{"a":0},"merges":["a"]"#), "model.merges[0]"),
    (json(model: #""vocab":{"a":0},"merges":[["a"]]"#), "model.merges[0]"),
    (json(model: #""vocab":{"a":0},"merges":[],"end_of_word_suffix":"</w>""#), "model.end_of_word_suffix"),
    (json(model: #""vocab":{"a":0},"merges":[],"dropout":0.1"#), "model.dropout"),
    (json(model: #""vocab":{"a":0},"merges":[],"byte_fallback":true"#), "model.byte_fallback"),
    (json(model: #""vocab":{"a":0},"merges":[],"unk_token":"<unk>""#), "model.unk_token"),
    (json(others: #","added_tokens":[{"id":0,"content":"x"}]"#), "added_tokens[0].id"),
    (json(others: #","added_tokens":[{"id":7,"content":"ab"}]"#), "added_tokens[0].id"),
    (json(others: #","added_tokens":[{"content":"x"}]"#), "added_tokens[0].id"),
    (json(others: #","added_tokens":[{"id":7}]"#), "added_tokens[0].content"),
    (json(others: #","added_tokens":{}"#), "added_tokens"),
  ]

  @Test(arguments: refused) func refusesByTheFieldsPath(_ hostile: (json: Data, field: String)) {
    let error = #expect(throws: HuggingFaceError.self) { try Tokenizer(json: hostile.json) }
    #expect(error?.message.hasPrefix("tokenizer.json: \"\(hostile.field)\" is ") == true, "\(error?.message ?? "")")
  }

  @Test func takesFilesWithoutATypeAndEmptyAddedTokens() throws {
    let tokenizer = try Tokenizer(json: Self.json(others: #","added_tokens":[{"id":3,"content":""}],"normalizer":null"#))
    #expect(tokenizer.encode("abab?a") == [2, 2, 0])
  }
}
