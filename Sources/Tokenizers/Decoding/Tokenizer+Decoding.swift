extension Tokenizer {
  /// The text of tokens. Bytes that are no UTF-8, such as a character's first half, become U+FFFD; ids without a token are
  /// left out.
  public func decode(_ ids: [Int32], skippingSpecialTokens: Bool = false) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * ids.count)
    for id in ids { append(id, skippingSpecialTokens: skippingSpecialTokens, to: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the bytes of a token, where there is one and it is not skipped.
  func append(_ id: Int32, skippingSpecialTokens: Bool, to bytes: inout [UInt8]) {
    if skippingSpecialTokens, isSpecial(id) { return }
    if !respeltTokens.isEmpty, let token = respeltTokens[id] {
      bytes.append(contentsOf: token)
    } else if let token = encoder.vocabulary.bytes(of: id) {
      bytes.append(contentsOf: token)
    }
  }

  /// The bytes of a token, which may begin or end inside of a character; nil for ids without a token.
  public func bytes(of id: Int32) -> [UInt8]? { respeltTokens[id] ?? encoder.vocabulary.bytes(of: id).map(Array.init) }

  /// The bytes of the longest token. O(vocabulary).
  public var longestToken: Int {
    let vocabulary = (0..<Int32(vocabularySize)).reduce(0) { max($0, encoder.vocabulary.bytes(of: $1)?.count ?? 0) }
    return respeltTokens.values.reduce(vocabulary) { max($0, $1.count) }
  }

  /// Whether an id is of a special token, such as one that ends a text.
  public func isSpecial(_ id: Int32) -> Bool { specialTokenIDs.contains(id) }
}
