public import Foundation
import JSON

extension ByteLevelVocabulary {
  /// The text of a tokenizer.json, for ``Tokenizer`` and for Hugging Face's library.
  public func encodedTokenizer() -> Data {
    let members: [JSONObject.Member] = [
      .init("version", .string("1.0")),
      .init("truncation", .null),
      .init("padding", .null),
      .init("added_tokens", .array([Self.object([.init("id", .integer(Int(Self.endOfTextID)))] + Self.endOfTextFields)])),
      .init("normalizer", .null),
      .init(
        "pre_tokenizer",
        Self.object([
          .init("type", .string("Sequence")),
          .init(
            "pretokenizers",
            .array([
              Self.object([.init("type", .string("Digits")), .init("individual_digits", .boolean(true))]), Self.byteLevel,
            ])),
        ])),
      .init("post_processor", .null),
      .init("decoder", Self.byteLevel),
      .init("model", model),
    ]
    return Data(Self.object(members).encoded())
  }

  /// The text of a tokenizer_config.json: the special tokens, and the longest text that the model takes, in tokens.
  public func encodedTokenizerConfiguration(maximumPositions: Int) -> Data {
    let endOfText = JSONValue.string(Self.endOfText)
    let members: [JSONObject.Member] = [
      .init("added_tokens_decoder", Self.object([.init("\(Self.endOfTextID)", Self.object(Self.endOfTextFields))])),
      .init("bos_token", .null),
      .init("clean_up_tokenization_spaces", .boolean(false)),
      .init("eos_token", endOfText),
      .init("model_max_length", .integer(maximumPositions)),
      .init("pad_token", endOfText),
      .init("tokenizer_class", .string("PreTrainedTokenizerFast")),
      .init("unk_token", .null),
    ]
    return Data(Self.object(members).encoded())
  }

  private var model: JSONValue {
    var vocabulary: [JSONObject.Member] = [.init(Self.endOfText, .integer(Int(Self.endOfTextID)))]
    vocabulary += (UInt8.min...UInt8.max).map { .init(ByteAlphabet.text(of: [$0]), .integer(1 + Int($0))) }
    vocabulary += words.enumerated().map { .init(ByteAlphabet.text(of: $1.utf8), .integer(257 + $0)) }
    return Self.object([
      .init("type", .string("BPE")),
      .init("dropout", .null),
      .init("unk_token", .null),
      .init("continuing_subword_prefix", .null),
      .init("end_of_word_suffix", .null),
      .init("fuse_unk", .boolean(false)),
      .init("byte_fallback", .boolean(false)),
      .init("ignore_merges", .boolean(true)),
      .init("vocab", Self.object(vocabulary)),
      .init("merges", .array([])),
    ])
  }

  private static var byteLevel: JSONValue {
    object([
      .init("type", .string("ByteLevel")), .init("add_prefix_space", .boolean(false)), .init("trim_offsets", .boolean(true)),
      .init("use_regex", .boolean(true)),
    ])
  }

  private static var endOfTextFields: [JSONObject.Member] {
    [
      .init("content", .string(endOfText)), .init("single_word", .boolean(false)), .init("lstrip", .boolean(false)),
      .init("rstrip", .boolean(false)), .init("normalized", .boolean(false)), .init("special", .boolean(true)),
    ]
  }

  private static func object(_ members: [JSONObject.Member]) -> JSONValue { .object(JSONObject(members)) }
}
