/// WordPiece: a word is cut, from its beginning on, into the longest tokens of the vocabulary (Wu et al.,
/// https://arxiv.org/abs/1609.08144).
struct WordPieceModel: Sendable {
  /// The most bytes of all tokens together; a tree of them takes some eighty times as much. Multilingual vocabularies have one million.
  static let sizeLimit = 4 << 20

  /// Words of more characters are unknown, unless the file gives another limit.
  static let usualWordLimit = 100

  /// All tokens, added ones included.
  var vocabulary: TokenTable

  /// The token of a word that cannot be cut into tokens.
  let unknownToken: Int32

  /// Characters of the longest word that is cut.
  let wordLimit: Int

  private var beginnings = TokenTrie()
  private var continuations = TokenTrie()

  /// A model of the vocabulary's tokens. Those within a word are spelt with `prefix`.
  init(_ vocabulary: TokenTable, unknownToken: Int32, prefix: String = "##", wordLimit: Int = usualWordLimit) {
    self.vocabulary = vocabulary
    self.unknownToken = unknownToken
    self.wordLimit = wordLimit
    let prefix = Array(prefix.utf8)
    for id in 0..<Int32(vocabulary.idBound) {
      guard let bytes = vocabulary.bytes(of: id) else { continue }
      beginnings.insert(Array(bytes), entry: Int(id))
      if bytes.starts(with: prefix) { continuations.insert(Array(bytes.dropFirst(prefix.count)), entry: Int(id)) }
    }
  }

  /// Appends the tokens of the word `bytes[range]`. O(n · longest token).
  func encode(_ bytes: [UInt8], _ range: Range<Int>, into ids: inout [Int32]) {
    let start = ids.count
    var position = range.lowerBound
    let isShort = range.count <= wordLimit || bytes[range].count { $0 & 0xC0 != 0x80 } <= wordLimit
    while isShort, position < range.upperBound {
      let trie = position == range.lowerBound ? beginnings : continuations
      guard let (id, end) = trie.longestMatch(bytes, from: position, to: range.upperBound) else { break }
      ids.append(Int32(id))
      position = end
    }
    guard position < range.upperBound else { return }
    ids.removeLast(ids.count - start)
    ids.append(unknownToken)
  }
}
