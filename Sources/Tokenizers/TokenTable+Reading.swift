import Files
import JSON

extension TokenTable {
  /// Reads the vocabulary of tokenizer.json's `model`, where `reader` stands; `fields` are the fields of the object around it.
  init(_ reader: inout JSONReader, _ fields: ConfigurationFields, isPlain: Bool = false) throws {
    self.init(isPlain: isPlain)
    try reader.readObjectOfBytes { key, reader in
      let name = { "vocab." + String(decoding: key, as: UTF8.self) }
      guard !reader.isAtObject(), !reader.isAtArray() else {
        throw fields.refusal(name(), found: "something else", expected: "a token id", code: .malformed)
      }
      let value = try reader.readValue()
      guard case .integer(let number) = value, let id = Int32(exactly: number), id >= 0, id < TokenTable.idLimit else {
        throw fields.refusal(name(), found: value.summary, expected: "a token id below \(TokenTable.idLimit)", code: .malformed)
      }
      guard bytes(of: id) == nil else {
        throw fields.refusal(name(), found: "\(id), which another token has too", expected: "ids that differ", code: .malformed)
      }
      guard insert(spelling: key, id: id) else {
        throw fields.refusal(name(), found: "there twice", expected: "tokens that differ", code: .malformed)
      }
    }
  }
}
