import Files
import JSON

extension WordPieceModel {
  /// The members that are read beside the vocabulary.
  private static let fieldNames: Set<String> = [
    "type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "merges",
  ]

  /// The most bytes of such a member.
  private static let fieldLimit = 1 << 12

  /// Reads tokenizer.json's `model`, where `reader` stands; `source` names the file in errors.
  init(_ reader: inout JSONReader, source: String) throws {
    var members = JSONObject()
    var vocabularyReader: JSONReader?
    try reader.readObject { key, reader in
      let isRepeated = members[key] != nil || (key == "vocab" && vocabularyReader != nil)
      guard !isRepeated else { throw FileError(.malformed, "\(source): \"model.\(key)\" is there twice") }
      switch key {
      case "vocab": vocabularyReader = try reader.skipValue()
      case "merges":
        _ = try reader.skipValue()
        members.members.append(.init(key, .boolean(true)))
      case _ where Self.fieldNames.contains(key):
        members.members.append(.init(key, try reader.readValue(ofAtMost: Self.fieldLimit, at: "model.\(key)")))
      default: try reader.passOverValue()
      }
    }
    let fields = ConfigurationFields(members, source: source, prefix: "model.")
    // Old files have no type; their fields show what they are.
    let type = try fields.string("type") ?? (fields.has("merges") || !fields.has("max_input_chars_per_word") ? "BPE" : "WordPiece")
    guard type == "WordPiece" else { throw fields.refusal("type", found: "\"\(type)\"", expected: "WordPiece") }
    guard var vocabularyReader else { throw fields.missing("vocab", expected: "an object of tokens") }
    guard vocabularyReader.isAtObject() else {
      throw fields.refusal("vocab", found: "something else", expected: "an object of tokens", code: .malformed)
    }
    let vocabulary = try TokenTable(&vocabularyReader, fields, isPlain: true)
    guard vocabulary.size <= Self.sizeLimit else {
      throw fields.refusal("vocab", found: "of \(vocabulary.size) bytes of tokens", expected: "at most \(Self.sizeLimit)")
    }
    guard let unknown = try fields.string("unk_token") else { throw fields.missing("unk_token", expected: "a token of the vocabulary") }
    guard let unknownToken = vocabulary.id(ofSpelling: unknown) else {
      throw fields.refusal("unk_token", expected: "a token of the vocabulary")
    }
    guard let prefix = try fields.string("continuing_subword_prefix"), !prefix.isEmpty else {
      throw fields.refusal("continuing_subword_prefix", expected: "the prefix of tokens within a word, such as ##")
    }
    self.init(
      vocabulary, unknownToken: unknownToken, prefix: prefix,
      wordLimit: try fields.size("max_input_chars_per_word", limit: 1 << 16, default: Self.usualWordLimit))
  }
}
