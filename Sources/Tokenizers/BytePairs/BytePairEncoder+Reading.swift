import Files
import JSON

extension BytePairEncoder {
  /// The members that are read beside the vocabulary and the merges: flags, numbers and tokens.
  private static let fieldNames: Set<String> = [
    "type", "max_input_chars_per_word", "continuing_subword_prefix", "end_of_word_suffix", "dropout", "byte_fallback", "unk_token",
    "fuse_unk", "ignore_merges",
  ]

  /// The most bytes of such a member.
  private static let fieldLimit = 1 << 12

  /// Reads tokenizer.json's `model`, where `reader` stands; `source` names the file in errors.
  ///
  /// The vocabulary and the merges are most of the file. They go from its text straight into their tables, once the other members have been
  /// read.
  init(_ reader: inout JSONReader, source: String) throws {
    var members = JSONObject()
    var vocabularyReader: JSONReader?
    var mergesReader: JSONReader?
    try reader.readObject { key, reader in
      let isRepeated = members[key] != nil || (key == "vocab" && vocabularyReader != nil) || (key == "merges" && mergesReader != nil)
      guard !isRepeated else { throw FileError(.malformed, "\(source): \"model.\(key)\" is there twice") }
      switch key {
      case "vocab": vocabularyReader = try reader.skipValue()
      case "merges": mergesReader = try reader.skipValue()
      case _ where Self.fieldNames.contains(key):
        members.members.append(.init(key, try reader.readValue(ofAtMost: Self.fieldLimit, at: "model.\(key)")))
      default: try reader.passOverValue()
      }
    }
    let fields = ConfigurationFields(members, source: source, prefix: "model.")
    try Self.check(fields, hasVocabulary: vocabularyReader != nil, hasMerges: mergesReader != nil)
    guard var vocabularyReader else { throw fields.missing("vocab", expected: "an object of tokens") }
    guard var mergesReader else { throw fields.missing("merges", expected: "a list of pairs") }

    let vocabulary = try TokenTable(&vocabularyReader, fields)
    self.vocabulary = vocabulary
    byteTokens = (UInt8.min...UInt8.max).map { vocabulary.id(of: [$0]) ?? -1 }
    let isComplete = !byteTokens.contains(-1)
    if !isComplete, try fields.boolean("byte_fallback", default: false) {
      throw fields.refusal("byte_fallback", expected: "false, or a vocabulary with all 256 bytes")
    }
    if let unknown = try fields.string("unk_token") {
      unknownToken = vocabulary.id(ofSpelling: unknown)
      // With all bytes in the vocabulary nothing is ever unknown.
      guard isComplete || unknownToken != nil else { throw fields.refusal("unk_token", expected: "a token of the vocabulary") }
    }
    fusesUnknown = try fields.boolean("fuse_unk", default: false)
    ignoresMerges = try fields.boolean("ignore_merges", default: false)
    merges = try Self.merges(&mergesReader, fields, vocabulary)
  }

  /// Old files have no type; their fields show what they are.
  private static func check(_ fields: ConfigurationFields, hasVocabulary: Bool, hasMerges: Bool) throws {
    let type = try fields.string("type") ?? (hasMerges || !fields.has("max_input_chars_per_word") ? "BPE" : "WordPiece")
    guard type == "BPE" else { throw fields.refusal("type", found: "\"\(type)\"", expected: "BPE") }
    for name in ["continuing_subword_prefix", "end_of_word_suffix"] where !(try fields.string(name) ?? "").isEmpty {
      throw fields.refusal(name, expected: "null")
    }
    if try fields.number("dropout", default: 0) != 0 { throw fields.refusal("dropout", expected: "null") }
  }

  private static func merges(
    _ reader: inout JSONReader, _ fields: ConfigurationFields, _ vocabulary: TokenTable
  ) throws -> MergeTable {
    var table = MergeTable()
    var rank: UInt32 = 0
    var merge = SpeltMerge()
    try reader.readArray { reader in
      guard try merge.read(&reader) else {
        throw fields.refusal("merges[\(rank)]", found: "something else", expected: "\"a b\" or [\"a\", \"b\"]", code: .malformed)
      }
      if merge.isVersion { return }
      guard let tokens = merge.tokens(in: vocabulary) else {
        throw fields.refusal(
          "merges[\(rank)]", found: merge.description, expected: "two tokens of the vocabulary that make a third", code: .malformed)
      }
      // A pair with characters outside of the alphabet never occurs.
      if !merge.isUnreachable { table.insert(tokens.left, tokens.right, rank: rank, token: tokens.whole) }
      rank += 1
    }
    return table
  }
}
