import Files
import Foundation
import TestSupport
import Testing
import Tokenizers

/// Files that are broken, or ask for what this tokenizer does not do.
@Suite struct TokenizerRefusalTests {
  private static func json(
    preTokenizer: String = #"{"type":"ByteLevel","add_prefix_space":false}"#, decoder: String = #"{"type":"ByteLevel"}"#,
    model: String = #""vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]"#, others: String = ""
  ) -> Data {
    Data(#"{"pre_tokenizer":\#(preTokenizer),"decoder":\#(decoder),"model":{\#(model)}\#(others)}"#.utf8)
  }

  private static func split(_ fields: String) -> Data {
    json(preTokenizer: #"{"type":"Sequence","pretokenizers":[{"type":"Split",\#(fields)},{"type":"ByteLevel"}]}"#)
  }

  private static func sequence(_ steps: [String]) -> Data {
    json(preTokenizer: #"{"type":"Sequence","pretokenizers":[\#(steps.joined(separator: ","))]}"#)
  }

  private static func normalizer(_ steps: [String]) -> Data {
    json(others: #","normalizer":{"type":"Sequence","normalizers":[\#(steps.joined(separator: ","))]}"#)
  }

  private static func template(_ ids: String) -> Data {
    let single = #"[{"SpecialToken":{"id":"x"}},{"Sequence":{"id":"A"}}]"#
    return json(
      others: #","post_processor":{"type":"TemplateProcessing","single":\#(single),"special_tokens":{"x":{"id":"x","ids":\#(ids)}}}"#)
  }

  /// Added tokens of a thousand bytes each.
  private static func manyAdded(count: Int, others: String = "") -> Data {
    let contents = (0..<count).map { index in
      let number = String(index)
      return #"{"id":\#(index + 3),"content":"\#(number)\#(String(repeating: "x", count: 1000 - number.count))"}"#
    }
    return json(others: #","added_tokens":[\#(contents.joined(separator: ","))]\#(others)"#)
  }

  private static let hundred = String(repeating: "a", count: 100)

  /// Elements of a list of a megabyte.
  private static let many = String(repeating: "0,", count: 1 << 19) + "0"

  static let refused: [(json: Data, field: String)] = [
    (json(others: #","normalizer":{"type":"Precompiled"}"#), "normalizer.type"),
    (
      json(others: #","normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"BertNormalizer"}]}"#),
      "normalizer.normalizers[1].type"
    ),
    (json(others: #","normalizer":{"type":"Replace","content":"x"}"#), "normalizer.pattern"),
    (json(others: #","normalizer":{"type":"Prepend"}"#), "normalizer.prepend"),
    (json(others: #","normalizer":{"type":"Replace","pattern":{"String":""},"content":"x"}"#), "normalizer.pattern.String"),
    (
      normalizer(Array(repeating: #"{"type":"Replace","pattern":{"String":"a"},"content":"\#(hundred)"}"#, count: 6)),
      "normalizer.normalizers[1].type"
    ),
    (
      normalizer(Array(repeating: #"{"type":"Replace","pattern":{"Regex":"b*"},"content":"aa"}"#, count: 4)),
      "normalizer.normalizers[3].type"
    ),
    (normalizer(Array(repeating: #"{"type":"ByteLevel"}"#, count: 9)), "normalizer.normalizers[8].type"),
    (normalizer(Array(repeating: #"{"type":"NFKD"}"#, count: 3)), "normalizer.normalizers[2].type"),
    (normalizer(Array(repeating: #"{"type":"Prepend","prepend":"\#(hundred)"}"#, count: 3)), "normalizer.normalizers[2].type"),
    (sequence(Array(repeating: #"{"type":"ByteLevel","add_prefix_space":false}"#, count: 4)), "pre_tokenizer.pretokenizers[3].type"),
    (
      json(
        preTokenizer: #"{"type":"ByteLevel"}"#,
        others: #","normalizer":{"type":"Replace","pattern":{"String":"a"},"content":"\#(hundred)"}"#),
      "pre_tokenizer.type"
    ),
    (json(preTokenizer: "null"), "pre_tokenizer"),
    (json(preTokenizer: "[]"), "pre_tokenizer"),
    (json(preTokenizer: #"{"type":"Metaspace"}"#), "pre_tokenizer.type"),
    (json(preTokenizer: #"{"type":"UnicodeScripts"}"#), "pre_tokenizer.type"),
    (json(preTokenizer: #"{"type":"Digits"}"#), "pre_tokenizer.type"),
    (json(preTokenizer: #"{"type":"FixedLength","length":0}"#), "pre_tokenizer.length"),
    (json(preTokenizer: #"{"type":"CharDelimiterSplit","delimiter":"ab"}"#), "pre_tokenizer.delimiter"),
    (json(preTokenizer: #"{"type":"Punctuation","behavior":"Sometimes"}"#), "pre_tokenizer.behavior"),
    (json(preTokenizer: #"{"type":"Sequence","pretokenizers":[]}"#), "pre_tokenizer.type"),
    (json(preTokenizer: #"{"type":"Sequence","pretokenizers":[1]}"#), "pre_tokenizer.pretokenizers[0]"),
    (split(#""behavior":"Isolated""#), "pre_tokenizer.pretokenizers[0].pattern"),
    (split(#""pattern":{"Regex":"a"}"#), "pre_tokenizer.pretokenizers[0].behavior"),
    (split(#""pattern":{"Regex":"a"},"behavior":"isolated""#), "pre_tokenizer.pretokenizers[0].behavior"),
    (split(#""pattern":{"Regex":1},"behavior":"Isolated""#), "pre_tokenizer.pretokenizers[0].pattern.Regex"),
    (json(others: #","post_processor":{"type":"PairProcessing"}"#), "post_processor.type"),
    (json(others: #","post_processor":{"type":"TemplateProcessing"}"#), "post_processor.single"),
    (json(others: #","post_processor":{"type":"TemplateProcessing","single":[]}"#), "post_processor.single"),
    (json(others: #","post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}}]}"#), "post_processor.single[0]"),
    (json(others: #","post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"B"}}]}"#), "post_processor.single[0]"),
    (json(others: #","post_processor":{"type":"BertProcessing","cls":["x",-1],"sep":["y",2]}"#), "post_processor.cls"),
    (json(others: #","post_processor":{"type":"BertProcessing","cls":["a",0],"sep":["y",3]}"#), "post_processor.sep"),
    (json(others: #","post_processor":{"type":"RobertaProcessing","cls":["a",3],"sep":["a",0]}"#), "post_processor.cls"),
    (template("[0,3]"), "post_processor.special_tokens.x.ids"),
    (template("[2147483647]"), "post_processor.special_tokens.x.ids"),
    (template("[\(String(repeating: "0,", count: 1000))0]"), "post_processor.single"),
    (json(decoder: "null"), "decoder"),
    (json(decoder: #"{"type":"WordPiece"}"#), "decoder.type"),
    (json(decoder: #"{"type":"Sequence","decoders":[{"type":"Replace"}]}"#), "decoder.decoders[0].type"),
    (json(model: #""type":"Unigram","vocab":[["a",0.5]]"#), "model.type"),
    (json(model: #""type":"WordPiece","vocab":{"a":0}"#), "model.type"),
    (json(model: #""type":"WordLevel","vocab":{"a":0}"#), "model.type"),
    (json(model: #""vocab":{"a":0},"max_input_chars_per_word":100"#), "model.type"),
    (json(model: #""merges":[]"#), "model.vocab"),
    (json(model: #""vocab":{}"#), "model.merges"),
    (json(model: #""vocab":{"a":-1},"merges":[]"#), "model.vocab.a"),
    (json(model: #""vocab":{"a":1.5},"merges":[]"#), "model.vocab.a"),
    (json(model: #""vocab":{"a":2147483647},"merges":[]"#), "model.vocab.a"),
    (json(model: #""vocab":{"a":9223372036854775807},"merges":[]"#), "model.vocab.a"),
    (json(model: #""vocab":{"a":0,"b":0},"merges":[]"#), "model.vocab.b"),
    (json(model: #""vocab":{"a":0,"a":1},"merges":[]"#), "model.vocab.a"),
    (json(model: #""vocab":{"世":0,"世":1},"merges":[]"#), "model.vocab.世"),
    (json(model: #""vocab":{"a":0},"merges":[],"vocab":{}"#), "model.vocab"),
    (json(model: #""vocab":{"a":0,"b":1},"merges":["a b"]"#), "model.merges[0]"),
    (json(model: #""vocab":{"a":0,"b":1,"ab":2},"merges":["a b","a c"]"#), "model.merges[1]"),
    (json(model: #""vocab":{"a":0,"世":1},"merges":["a 世"]"#), "model.merges[0]"),
    (json(model: #""vocab":{"a":0},"merges":["a"]"#), "model.merges[0]"),
    (json(model: #""vocab":{"a":0},"merges":["a  a"]"#), "model.merges[0]"),
    (json(model: #""vocab":{"a":0},"merges":[["a"]]"#), "model.merges[0]"),
    (json(model: #""vocab":{"a":0},"merges":[["a","a","a"]]"#), "model.merges[0]"),
    (json(model: #""vocab":{"a":0},"merges":[["a",1]]"#), "model.merges[0]"),
    (json(model: #""vocab":{"a":0},"merges":[1]"#), "model.merges[0]"),
    (json(model: #""vocab":{"a":0},"merges":[],"end_of_word_suffix":"</w>""#), "model.end_of_word_suffix"),
    (json(model: #""vocab":{"a":0},"merges":[],"continuing_subword_prefix":"@@""#), "model.continuing_subword_prefix"),
    (json(model: #""vocab":{"a":0},"merges":[],"dropout":0.1"#), "model.dropout"),
    (json(model: #""vocab":{"a":0},"merges":[],"byte_fallback":true"#), "model.byte_fallback"),
    (json(model: #""vocab":{"a":0},"merges":[],"unk_token":"<unk>""#), "model.unk_token"),
    (json(others: #","added_tokens":[{"id":0,"content":"x"}]"#), "added_tokens[0].id"),
    (json(others: #","added_tokens":[{"id":7,"content":"ab"}]"#), "added_tokens[0].id"),
    (json(others: #","added_tokens":[{"id":-1,"content":"x"}]"#), "added_tokens[0].id"),
    (json(others: #","added_tokens":[{"id":99999999,"content":"x"}]"#), "added_tokens[0].id"),
    (json(others: #","added_tokens":[{"content":"x"}]"#), "added_tokens[0].id"),
    (json(others: #","added_tokens":[{"id":7}]"#), "added_tokens[0].content"),
    (json(others: #","added_tokens":[{"id":3,"content":"\#(String(repeating: "x", count: 1001))"}]"#), "added_tokens[0].content"),
    (json(others: #","added_tokens":{}"#), "added_tokens"),
    (json(others: #","added_tokens":[1]"#), "added_tokens[0]"),
    (json(others: #","added_tokens":[{"id":3,"content":"x","x":[\#(many)]}]"#), "added_tokens[0]"),
    (json(others: #","added_tokens":[],"added_tokens":[]"#), "added_tokens"),
    (manyAdded(count: 4300), "added_tokens"),
    (
      manyAdded(count: 4000, others: #","normalizer":{"type":"Replace","pattern":{"String":"x"},"content":"yy"}"#), "added_tokens"
    ),
    (json(model: #""vocab":{"a":[0]},"merges":[]"#), "model.vocab.a"),
    (json(model: #""vocab":{"a":0},"merges":[],"dropout":[\#(many)]"#), "model.dropout"),
    (json(preTokenizer: #"{"type":"ByteLevel","x":[\#(many)]}"#), "pre_tokenizer"),
    (json(others: #","model":{}"#), "model"),
    (json(others: #","decoder":null"#), "decoder"),
    (Data(#"{"model":null}"#.utf8), "model"),
    (Data("{}".utf8), "model"),
  ]

  @Test("Refuses by the fields path", arguments: refused) func refusesByTheFieldsPath(_ hostile: (json: Data, field: String)) {
    let error = #expect(throws: FileError.self) { try Tokenizer(json: hostile.json) }
    #expect(error?.message.hasPrefix("tokenizer.json: \"\(hostile.field)\" is ") == true, "\(error?.message ?? "")")
  }

  static let broken: [Data] =
    (0..<json().count).map { json().prefix($0) } + [
      Data(#"{"model":{"vocab":{"a":0,"merges":[]}}"#.utf8), Data(#"{"model":{"vocab":{"\ud800":0},"merges":[]}}"#.utf8),
      Data(#"{"model":{"vocab":{"a":0}],"merges":[]}}"#.utf8), Data(#"{"model":{"vocab":{"a":0},"merges":["a b]}}"#.utf8),
      Data([UInt8](#"{"model":{"vocab":{""#.utf8) + [0xFF, 0xC3, 0x28] + [UInt8](#"":0},"merges":[]}}"#.utf8)),
      Data(String(repeating: "[", count: 100_000).utf8), Data(#"{"model":\#(String(repeating: "[", count: 100_000))"#.utf8),
      Data(#"{"model":{"merges":[\#(String(repeating: "[", count: 100_000))"#.utf8),
    ]

  @Test("Refuses broken text") func refusesBrokenText() {
    for data in Self.broken { #expect(throws: FileError.self) { try Tokenizer(json: data) } }
  }

  @Test("Refuses sequences without end", arguments: ["pre_tokenizer", "normalizer", "decoder", "post_processor"])
  func refusesSequencesWithoutEnd(_ section: String) {
    let lists = ["pre_tokenizer": "pretokenizers", "normalizer": "normalizers", "decoder": "decoders", "post_processor": "processors"]
    let opening = #"{"type":"Sequence","\#(lists[section] ?? "")":["#
    let nested = String(repeating: opening, count: 10_000) + String(repeating: "]}", count: 10_000)
    let error = #expect(throws: FileError.self) { try Tokenizer(json: Data(#"{"\#(section)":\#(nested)}"#.utf8)) }
    #expect(error?.message.contains("nested deeper") == true)
  }

  @Test("Names a sentence piece model") func namesASentencePieceModel() throws {
    try ScratchFolder.with { folder in
      try Data([1]).write(to: URL(fileURLWithPath: folder + "/tokenizer.model"))
      let error = #expect(throws: FileError.self) { try Tokenizer(folder: folder) }
      #expect(error?.code == .unsupported && error?.message.contains("SentencePiece") == true)
    }
  }

  @Test("Takes files without a type and empty added tokens") func takesFilesWithoutATypeAndEmptyAddedTokens() throws {
    let tokenizer = try Tokenizer(json: Self.json(others: #","added_tokens":[{"id":3,"content":""}],"normalizer":null"#))
    #expect(tokenizer.encode("abab?a") == [2, 2, 0])
  }

  /// What nothing here asks for is gone past, however much it is, in the file and in its model.
  @Test("Passes over unknown members") func passesOverUnknownMembers() throws {
    let model = #""vocab":{"a":0,"b":1,"ab":2},"x":[\#(Self.many)],"merges":["a b"]"#
    let tokenizer = try Tokenizer(json: Self.json(model: model, others: #","x":[\#(Self.many)],"version":"1.0","version":"1.0""#))
    #expect(tokenizer.encode("ab") == [2])
    #expect(throws: FileError.self) { try Tokenizer(json: Self.json(others: #","x":[0,]"#)) }
  }

  @Test("Reads members in any order") func readsMembersInAnyOrder() throws {
    let model = #"{"merges":["a b"],"vocab":{"a":0,"b":1,"ab":2},"type":"BPE"}"#
    let steps = #"{"type":"ByteLevel","add_prefix_space":false}"#
    let tokenizer = try Tokenizer(json: Data(#"{"model":\#(model),"decoder":{"type":"ByteLevel"},"pre_tokenizer":\#(steps)}"#.utf8))
    #expect(tokenizer.encode("ab") == [2])
  }

  /// The first line of an old merges.txt is no merge, wherever it stands.
  @Test("Passes over the version of merges") func passesOverTheVersionOfMerges() throws {
    let model = ##""vocab":{"a":0,"b":1,"ab":2},"merges":["#version: 0.2","a b"]"##
    #expect(try Tokenizer(json: Self.json(model: model)).encode("ab") == [2])
  }

  @Test("Refuses endless steps") func refusesEndlessSteps() {
    let steps = Array(repeating: #"{"type":"Digits"}"#, count: 65).joined(separator: ",")
    let error = #expect(throws: FileError.self) {
      try Tokenizer(json: Self.json(preTokenizer: #"{"type":"Sequence","pretokenizers":[\#(steps)]}"#))
    }
    #expect(error?.message.contains(#""pre_tokenizer.pretokenizers" is 65 steps, expected at most 64"#) == true)
  }

  /// As Hugging Face's library has it, whatever ids the file gives to tokens that the vocabulary lacks.
  @Test("Added tokens follow the vocabulary") func addedTokensFollowTheVocabulary() throws {
    let tokenizer = try Tokenizer(json: Self.json(others: #","added_tokens":[{"id":10,"content":"<x>"},{"id":12,"content":"<y>"}]"#))
    #expect(tokenizer.encode("a<x><y>b") == [0, 3, 4, 1])
    #expect(tokenizer.decode([3, 4, 10, 12]) == "<x><y>")
    #expect(tokenizer.vocabularySize == 5)
  }
}
