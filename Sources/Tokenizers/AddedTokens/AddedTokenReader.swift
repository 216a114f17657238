import Files
import JSON

/// Reads tokenizer.json's `added_tokens`.
enum AddedTokenReader {
  /// The longest text of a token, in bytes; it is looked for at every place of a text.
  private static let maximumLength = 1000

  /// The most bytes of one entry as the file writes it.
  private static let entryLimit = 1 << 16

  /// The most bytes of all contents together: a tree of them takes some eighty times as much. A hundred thousand tokens are below it.
  static let totalLimit = 4 << 20

  /// The tokens, in the order in which they are looked for; those that the vocabulary lacks are added to it.
  ///
  /// As in Hugging Face's library, a token gets the vocabulary's id or else the next free one, regardless of the id in the file; that id
  /// must not be another token's, though. Of several entries with one content, the last decides the flags.
  ///
  /// `reader` stands where the list begins, if there is one; `fields` are the fields of the object around it.
  static func tokens(
    _ reader: JSONReader?, _ fields: ConfigurationFields, in vocabulary: inout TokenTable
  ) throws -> [AddedToken] {
    guard var reader, !reader.isAtNull() else { return [] }
    guard reader.isAtArray() else { throw fields.refusal("added_tokens", found: "something else", expected: "a list", code: .malformed) }
    let modelSize = vocabulary.count
    var tokens: [AddedToken] = []
    var known: [String: Int] = [:]
    var highestID: Int32 = -1
    var size = 0
    var index = 0
    try reader.readArray { reader in
      let name = "added_tokens[\(index)]"
      index += 1
      let value = try reader.readValue(ofAtMost: entryLimit, at: name)
      guard case .object(let object) = value else {
        throw fields.refusal(name, found: value.summary, expected: "an object", code: .malformed)
      }
      let item = fields.inner(object, name)
      var token = try token(item)
      guard !token.content.isEmpty else { return }
      size += token.content.utf8.count
      guard size <= totalLimit else { throw refusalOfSize(fields, "in all") }
      if let index = known[token.content] {
        token.id = tokens[index].id
        token.isSpecial = token.isSpecial || tokens[index].isSpecial
        tokens[index] = token
        return
      }
      if let id = vocabulary.id(ofSpelling: token.content) {
        guard id == token.id else {
          throw item.refusal("id", expected: "\(id), the vocabulary's id of \"\(token.content)\"", code: .malformed)
        }
      } else {
        guard vocabulary.bytes(of: token.id) == nil || token.id > highestID && Int(token.id) >= modelSize else {
          throw item.refusal("id", expected: "an id that no other token has", code: .malformed)
        }
        let next = highestID >= modelSize || modelSize == 0 ? highestID + 1 : Int32(modelSize)
        guard next < TokenTable.idLimit, vocabulary.bytes(of: next) == nil else {
          throw item.refusal("id", expected: "ids without gaps", code: .malformed)
        }
        token.id = next
        vocabulary.insert(unreachable: vocabulary.bytes(ofSpelling: token.content), id: token.id)
      }
      highestID = max(highestID, token.id)
      known[token.content] = tokens.count
      tokens.append(token)
    }
    return tokens
  }

  static func refusalOfSize(_ fields: ConfigurationFields, _ form: String) -> FileError {
    fields.refusal("added_tokens", found: "of more than \(totalLimit) bytes \(form)", expected: "less")
  }

  private static func token(_ item: ConfigurationFields) throws -> AddedToken {
    guard let content = try item.string("content") else { throw item.missing("content", expected: "a string") }
    guard content.utf8.count <= maximumLength else { throw item.refusal("content", expected: "at most \(maximumLength) bytes") }
    guard let id = try item.tokens("id")?.first, id < TokenTable.idLimit else {
      throw item.refusal("id", expected: "a token id below \(TokenTable.idLimit)")
    }
    let isSpecial = try item.boolean("special", default: false)
    return AddedToken(
      id: id, content: content, isSingleWord: try item.boolean("single_word", default: false),
      takesLeft: try item.boolean("lstrip", default: false), takesRight: try item.boolean("rstrip", default: false),
      isNormalized: try item.boolean("normalized", default: !isSpecial), isSpecial: isSpecial)
  }
}
