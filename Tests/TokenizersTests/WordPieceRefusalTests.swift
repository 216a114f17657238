import Files
import Foundation
import TestSupport
import Testing
import Tokenizers

/// BERT tokenizers that are broken, or ask for what is not done here.
@Suite struct WordPieceRefusalTests {
  private static let vocabulary = ###""[UNK]":0,"[CLS]":1,"[SEP]":2,"a":3,"##b":4,"é":5"###
  private static let model = ###""type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","vocab":{\###(vocabulary)}"###

  private static func json(
    normalizer: String = #"{"type":"BertNormalizer"}"#, preTokenizer: String = #"{"type":"BertPreTokenizer"}"#, model: String = model,
    others: String = ""
  ) -> Data {
    Data(#"{"normalizer":\#(normalizer),"pre_tokenizer":\#(preTokenizer),"model":{\#(model)}\#(others)}"#.utf8)
  }

  private static func template(_ single: String) -> Data {
    json(
      others: #","post_processor":{"type":"TemplateProcessing","single":[\#(single)],"special_tokens":{"x":{"id":"x","ids":[1]}}}"#)
  }

  private static func model(_ changes: String) -> Data { json(model: model + "," + changes) }

  private static func model(without name: String) -> Data {
    json(model: model.replacingOccurrences(of: "\"\(name)\"", with: "\"x\""))
  }

  static let refused: [(json: Data, field: String)] = [
    (json(normalizer: "null"), "normalizer"),
    (json(normalizer: #"{"type":"NFC"}"#), "normalizer.type"),
    (json(normalizer: #"{"type":"Sequence","normalizers":[{"type":"BertNormalizer"}]}"#), "normalizer.type"),
    (json(normalizer: #"{"type":"BertNormalizer","lowercase":1}"#), "normalizer.lowercase"),
    (json(normalizer: #"{"type":"BertNormalizer","strip_accents":"no"}"#), "normalizer.strip_accents"),
    (json(preTokenizer: "null"), "pre_tokenizer"),
    (json(preTokenizer: #"{"type":"Metaspace"}"#), "pre_tokenizer.type"),
    (json(preTokenizer: #"{"type":"ByteLevel"}"#), "pre_tokenizer.type"),
    (json(preTokenizer: #"{"type":"Sequence","pretokenizers":[]}"#), "pre_tokenizer.pretokenizers"),
    (json(preTokenizer: #"{"type":"Sequence","pretokenizers":[{"type":"ByteLevel"}]}"#), "pre_tokenizer.pretokenizers[0].type"),
    (json(model: #""type":"BPE","vocab":{},"merges":[]"#), "model.type"),
    (json(model: #""vocab":{},"merges":[]"#), "model.type"),
    (json(model: #""type":"Unigram","vocab":[]"#), "model.type"),
    (json(model: #""type":"WordPiece","vocab":[]"#), "model.vocab"),
    (model(without: "vocab"), "model.vocab"),
    (model(without: "unk_token"), "model.unk_token"),
    (model(without: "continuing_subword_prefix"), "model.continuing_subword_prefix"),
    (model(#""type":"WordPiece""#), "model.type"),
    (model(#""vocab":{}"#), "model.vocab"),
    (model(#""max_input_chars_per_word":0"#), "model.max_input_chars_per_word"),
    (model(#""max_input_chars_per_word":99999999999"#), "model.max_input_chars_per_word"),
    (json(model: ###""type":"WordPiece","unk_token":"<unk>","continuing_subword_prefix":"##","vocab":{"a":0}"###), "model.unk_token"),
    (json(model: ###""type":"WordPiece","unk_token":"a","continuing_subword_prefix":"##","vocab":{"a":0,"a":1}"###), "model.vocab.a"),
    (json(model: ###""type":"WordPiece","unk_token":"a","continuing_subword_prefix":"##","vocab":{"a":0,"b":0}"###), "model.vocab.b"),
    (json(model: ###""type":"WordPiece","unk_token":"a","continuing_subword_prefix":"##","vocab":{"a":2147483647}"###), "model.vocab.a"),
    (json(others: #","added_tokens":[{"id":1,"content":"[UNK]"}]"#), "added_tokens[0].id"),
    (json(others: #","added_tokens":[{"id":9,"content":"é"}]"#), "added_tokens[0].id"),
    (template(#"{"Sequence":{"id":"A","type_id":1}}"#), "post_processor.single[0].type_id"),
    (template(#"{"SpecialToken":{"id":"x","type_id":0}}"#), "post_processor.single"),
    (json(others: #","post_processor":{"type":"BertProcessing","cls":["x",9],"sep":["y",2]}"#), "post_processor.cls"),
    (json(others: #","model":{}"#), "model"),
    (Data(#"{"model":null}"#.utf8), "model"),
    (Data("{}".utf8), "model"),
  ]

  @Test("Refuses by the fields path", arguments: refused) func refusesByTheFieldsPath(_ hostile: (json: Data, field: String)) {
    let error = #expect(throws: FileError.self) { try WordPieceTokenizer(json: hostile.json) }
    let message = error?.message ?? ""
    #expect(
      message.hasPrefix("tokenizer.json: \"\(hostile.field)\" is ") || message == "tokenizer.json: \"\(hostile.field)\" is there twice",
      "\(message)")
  }

  @Test("Refuses broken text") func refusesBrokenText() {
    let whole = Self.json()
    #expect(throws: Never.self) { try WordPieceTokenizer(json: whole) }
    for count in 0..<whole.count { #expect(throws: FileError.self) { try WordPieceTokenizer(json: whole.prefix(count)) } }
  }

  @Test("Refuses a vocabulary of many megabytes") func refusesAVocabularyOfManyMegabytes() {
    let long = (0..<500).map { "\"\($0)\(String(repeating: "x", count: 10_000))\":\($0 + 6)" }.joined(separator: ",")
    let json = Self.json(model: Self.model.replacingOccurrences(of: #""a":3"#, with: #""a":3,\#(long)"#))
    let error = #expect(throws: FileError.self) { try WordPieceTokenizer(json: json) }
    #expect(error?.message.contains("\"model.vocab\" is of 5") == true)
  }

  /// Tokens with one canonical form are told apart by their bytes.
  @Test("Tells spellings apart") func tellsSpellingsApart() throws {
    let model = ###""type":"WordPiece","unk_token":"a","continuing_subword_prefix":"##","vocab":{"a":0,"é":1,"é":2,"Ġ":3}"###
    let tokenizer = try WordPieceTokenizer(json: Self.json(normalizer: #"{"type":"BertNormalizer","lowercase":false}"#, model: model))
    #expect(tokenizer.encode("é e\u{301} Ġ a \u{20}") == [1, 2, 3, 0])
  }

  // -- vocab.txt

  private static func folder(
    _ vocabulary: [UInt8], _ configuration: String? = nil, _ body: (String) throws -> Void
  ) throws {
    try ScratchFolder.with { folder in
      try Data(vocabulary).write(to: URL(fileURLWithPath: folder + "/vocab.txt"))
      if let configuration { try Data(configuration.utf8).write(to: URL(fileURLWithPath: folder + "/tokenizer_config.json")) }
      try body(folder)
    }
  }

  private static let lines = Array("[PAD]\n[UNK]\r\n[CLS]\n[SEP]\na\n##b\n\nA\n".utf8)

  @Test("Reads vocabulary files") func readsVocabularyFiles() throws {
    try Self.folder(Self.lines) { folder in
      let ids = try WordPieceTokenizer(folder: folder).encode("ab A [PAD] x")
      #expect(ids == [2, 4, 5, 4, 0, 1, 3])
    }
    try Self.folder(Self.lines, #"{"do_lower_case":false,"sep_token":{"content":"a"},"strip_accents":true}"#) { folder in
      let ids = try WordPieceTokenizer(folder: folder).encode("A\u{301} [SEP]")
      #expect(ids == [2, 7, 1, 1, 1, 4])
    }
  }

  static let refusedVocabularies: [(lines: [UInt8], configuration: String?, message: String)] = [
    ([], nil, "0 lines"),
    (Array("a\nb\n".utf8), nil, "has no \"[UNK]\""),
    (Array("[UNK]\n[CLS]\n".utf8), nil, "has no \"[SEP]\""),
    (Array("[UNK]\n[CLS]\n[SEP]\na\na\n".utf8), nil, "line 5: \"a\" is there twice"),
    (Array("[UNK]\n".utf8) + [0xFF, 0x0A], nil, "line 2: expected UTF-8"),
    (lines, #"{"cls_token":"<s>"}"#, "has no \"<s>\""),
    (lines, #"{"cls_token":1}"#, "\"cls_token\" is 1"),
    (lines, #"{"tokenizer_class":"RobertaTokenizer"}"#, "\"tokenizer_class\" is \"RobertaTokenizer\""),
    (lines, #"{"do_basic_tokenize":false}"#, "\"do_basic_tokenize\" is false"),
    (lines, #"{"never_split":["x"]}"#, "\"never_split\" is"),
    (lines, #"{"do_lower_case":1,"do_lower_case":2}"#, "there twice"),
    (lines, #"{"do_lower_case":1}"#, "\"do_lower_case\" is 1"),
    (lines, "[]", "expected a JSON object"),
  ]

  @Test("Refuses vocabularies", arguments: refusedVocabularies)
  func refusesVocabularies(_ hostile: (lines: [UInt8], configuration: String?, message: String)) throws {
    try Self.folder(hostile.lines, hostile.configuration) { folder in
      let error = #expect(throws: FileError.self) { try WordPieceTokenizer(folder: folder) }
      #expect(error?.message.contains(hostile.message) == true, "\(error?.message ?? "")")
    }
  }

  @Test("Refuses a vocabulary file of many megabytes") func refusesAVocabularyFileOfManyMegabytes() throws {
    try Self.folder(Array((0..<1000).map { "\($0)\(String(repeating: "x", count: 8000))\n" }.joined().utf8)) { folder in
      let error = #expect(throws: FileError.self) { try WordPieceTokenizer(folder: folder) }
      #expect(error?.message.contains("bytes of tokens, expected at most") == true)
    }
  }

  @Test("Says what a folder lacks") func saysWhatAFolderLacks() throws {
    try ScratchFolder.with { folder in
      let error = #expect(throws: FileError.self) { try WordPieceTokenizer(folder: folder) }
      #expect(error?.code == .missing && error?.message.contains("vocab.txt") == true)
    }
  }
}
