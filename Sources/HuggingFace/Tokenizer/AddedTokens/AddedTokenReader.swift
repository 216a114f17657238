/// Reads tokenizer.json's `added_tokens`.
enum AddedTokenReader {
  /// A token's text is looked up anywhere; a longer one is refused.
  private static let maximumLength = 1000

  /// The tokens, in the order in which they are looked for; those that the vocabulary lacks are added to it.
  ///
  /// As in Hugging Face's library, a token gets the vocabulary's id or else the next one that is free, whatever the file says; what
  /// the file says must not be another token's id, though. Of several entries with one content, the last decides the flags.
  static func tokens(_ fields: ConfigurationFields, in vocabulary: inout TokenTable) throws -> [AddedToken] {
    let modelSize = vocabulary.count
    var tokens: [AddedToken] = []
    var known: [String: Int] = [:]
    var highestID: Int32 = -1
    for item in try fields.objects("added_tokens") {
      var token = try token(item)
      guard !token.content.isEmpty else { continue }
      if let index = known[token.content] {
        token.id = tokens[index].id
        token.isSpecial = token.isSpecial || tokens[index].isSpecial
        tokens[index] = token
        continue
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
        vocabulary.insert(unreachable: ByteAlphabet.decoded(Array(token.content.utf8)), id: token.id)
      }
      highestID = max(highestID, token.id)
      known[token.content] = tokens.count
      tokens.append(token)
    }
    return tokens
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
