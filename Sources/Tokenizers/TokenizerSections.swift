import Files
import JSON

/// The sections of a tokenizer.json.
///
/// The vocabulary and the added tokens, which are most of the file, are not read yet; the other sections are kept as trees.
struct TokenizerSections {
  /// The most bytes of a section that is kept as a tree, which takes many times as much memory.
  private static let sectionLimit = 1 << 20

  /// `normalizer`, `pre_tokenizer`, `post_processor` and `decoder`, where they are there.
  let fields: ConfigurationFields

  /// Stands at `model`.
  let model: JSONReader

  /// Stands at `added_tokens`.
  let addedTokens: JSONReader?

  /// Reads the text of a tokenizer.json; `source` names it in errors, and `kind` is the expected type of model.
  init(json: [UInt8], source: String, kind: String) throws {
    var reader = JSONReader(json, source: source)
    var members = JSONObject()
    var model: JSONReader?
    var addedTokens: JSONReader?
    try reader.readObject { key, reader in
      let isRepeated = members[key] != nil || (key == "model" && model != nil) || (key == "added_tokens" && addedTokens != nil)
      guard !isRepeated else { throw FileError(.malformed, "\(source): \"\(key)\" is there twice") }
      switch key {
      case "model": model = try reader.skipValue()
      case "added_tokens": addedTokens = try reader.skipValue()
      case "normalizer", "pre_tokenizer", "post_processor", "decoder":
        members.members.append(.init(key, try reader.readValue(ofAtMost: Self.sectionLimit, at: key)))
      default: try reader.passOverValue()
      }
    }
    try reader.expectEnd()
    fields = ConfigurationFields(members, source: source, prefix: "")
    guard var model else { throw fields.missing("model", expected: kind) }
    guard !model.isAtNull() else { throw fields.refusal("model", found: "null", expected: kind) }
    self.model = model
    self.addedTokens = addedTokens
  }
}
