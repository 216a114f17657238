extension BytePairEncoder {
  /// Reads tokenizer.json's `model`.
  init(_ fields: ConfigurationFields) throws {
    // Files from before the type was written have BPE's fields.
    guard try fields.string("type") ?? "BPE" == "BPE" else { throw fields.refusal("type", expected: "BPE") }
    for name in ["continuing_subword_prefix", "end_of_word_suffix"] where !(try fields.string(name) ?? "").isEmpty {
      throw fields.refusal(name, expected: "null")
    }
    if try fields.number("dropout", default: 0) != 0 { throw fields.refusal("dropout", expected: "null") }
    let vocabulary = try Self.vocabulary(fields)
    self.vocabulary = vocabulary
    byteTokens = (UInt8.min...UInt8.max).map { vocabulary.id(of: [$0]) ?? -1 }
    if byteTokens.contains(-1), try fields.boolean("byte_fallback", default: false) {
      throw fields.refusal("byte_fallback", expected: "false, or a vocabulary with all 256 bytes")
    }
    if let unknown = try fields.string("unk_token") {
      guard let id = ByteAlphabet.bytes(of: unknown).flatMap({ vocabulary.id(of: $0) }) else {
        throw fields.refusal("unk_token", expected: "a token of the vocabulary")
      }
      unknownToken = id
    }
    fusesUnknown = try fields.boolean("fuse_unk", default: false)
    ignoresMerges = try fields.boolean("ignore_merges", default: false)
    merges = try Self.merges(fields, vocabulary)
  }

  private static func vocabulary(_ fields: ConfigurationFields) throws -> TokenTable {
    guard let entries = try fields.nested("vocab") else { throw fields.missing("vocab", expected: "an object of tokens") }
    var table = TokenTable()
    for member in entries.members {
      guard case .integer(let value) = member.value, let id = Int32(exactly: value), id >= 0, id < TokenTable.idLimit else {
        throw entries.refusal(
          member.key, found: member.value.summary, expected: "a token id below \(TokenTable.idLimit)", code: .malformed)
      }
      guard table.bytes(of: id) == nil else {
        throw entries.refusal(member.key, found: "\(id), which another token has too", expected: "ids that differ", code: .malformed)
      }
      let bytes = ByteAlphabet.bytes(of: member.key)
      // A token with characters outside the alphabet can be decoded, but no text becomes it.
      table.insert(bytes ?? Array(member.key.utf8), id: id, isFound: bytes != nil)
    }
    return table
  }

  private static func merges(_ fields: ConfigurationFields, _ vocabulary: TokenTable) throws -> MergeTable {
    guard let list = try fields.array("merges") else { throw fields.missing("merges", expected: "a list of pairs") }
    var table = MergeTable(capacity: list.count)
    for (rank, item) in list.enumerated() {
      let field = "merges[\(rank)]"
      guard let (left, right) = pair(item) else {
        throw fields.refusal(field, found: item.summary, expected: "\"a b\" or [\"a\", \"b\"]", code: .malformed)
      }
      // A pair with characters outside the alphabet never comes up.
      guard let leftBytes = ByteAlphabet.bytes(of: left), let rightBytes = ByteAlphabet.bytes(of: right) else { continue }
      guard let leftID = vocabulary.id(of: leftBytes), let rightID = vocabulary.id(of: rightBytes),
        let token = vocabulary.id(of: leftBytes + rightBytes)
      else {
        throw fields.refusal(
          field, found: "\"\(left)\" with \"\(right)\"", expected: "two tokens of the vocabulary that make a third", code: .malformed)
      }
      table.insert(leftID, rightID, rank: UInt32(rank), token: token)
    }
    return table
  }

  private static func pair(_ item: JSONValue) -> (String, String)? {
    switch item {
    case .string(let text):
      let parts = text.split(separator: " ", omittingEmptySubsequences: false)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    case .array(let parts):
      guard parts.count == 2, case .string(let left) = parts[0], case .string(let right) = parts[1] else { return nil }
      return (left, right)
    default: return nil
    }
  }
}
