/// Tokens that are found in a text before all other steps, such as `<|endoftext|>`.
struct AddedTokens: Sendable {
  /// A stretch of text: an added token, or the text between two.
  enum Segment {
    case token(Int32)
    case text(Range<Int>)
  }

  private var tokens: [AddedToken] = []
  private var trie = TokenTrie()

  /// Whether there is nothing to find.
  var isEmpty: Bool { trie.isEmpty }

  /// Adds a token that is found where `content` stands.
  mutating func insert(_ token: AddedToken, content: [UInt8]) {
    trie.insert(content, entry: tokens.count)
    tokens.append(token)
  }

  /// Cuts `bytes[range]` at the tokens: leftmost first and, of those that begin at one place, the longest.
  ///
  /// As in Hugging Face's library, white space that a token takes on its right is searched again: a token of spaces is found there once
  /// more. If that token also takes white space on its left, nothing is left of it.
  func split(_ bytes: [UInt8], _ range: Range<Int>) -> [Segment] {
    var segments: [Segment] = []
    var textStart = range.lowerBound
    var position = range.lowerBound
    while true {
      position = trie.candidate(bytes, from: position, to: range.upperBound)
      guard position < range.upperBound else { break }
      guard let (entry, end) = trie.longestMatch(bytes, from: position, to: range.upperBound) else {
        position += 1
        continue
      }
      let token = tokens[entry]
      let start = position
      position = end
      if token.isSingleWord, isBesideWord(bytes, start..<end, in: range) { continue }
      let tokenStart = token.takesLeft ? max(textStart, whitespaceStart(bytes, before: start, from: textStart)) : start
      let tokenEnd = token.takesRight ? whitespaceEnd(bytes, from: end, to: range.upperBound) : end
      if textStart < tokenStart { segments.append(.text(textStart..<tokenStart)) }
      if tokenStart < tokenEnd { segments.append(.token(token.id)) }
      textStart = tokenEnd
    }
    if textStart < range.upperBound { segments.append(.text(textStart..<range.upperBound)) }
    return segments
  }

  private func isBesideWord(_ bytes: [UInt8], _ match: Range<Int>, in range: Range<Int>) -> Bool {
    if match.lowerBound > range.lowerBound, Self.isWord(bytes, at: UTF8Scalars.start(bytes, before: match.lowerBound)) { return true }
    return match.upperBound < range.upperBound && Self.isWord(bytes, at: match.upperBound)
  }

  private func whitespaceStart(_ bytes: [UInt8], before position: Int, from start: Int) -> Int {
    var position = position
    while position > start {
      let before = UTF8Scalars.start(bytes, before: position)
      guard Self.isWhitespace(bytes, at: before) else { break }
      position = before
    }
    return position
  }

  private func whitespaceEnd(_ bytes: [UInt8], from position: Int, to end: Int) -> Int {
    var position = position
    while position < end, Self.isWhitespace(bytes, at: position) { position += UTF8Scalars.length(bytes[position]) }
    return position
  }

  private static func isWord(_ bytes: [UInt8], at position: Int) -> Bool { tables.length(0, bytes, at: position) > 0 }

  private static func isWhitespace(_ bytes: [UInt8], at position: Int) -> Bool { tables.length(1, bytes, at: position) > 0 }

  private static let tables: ScalarTables = {
    var tables = ScalarTables(.unicodeWord)
    _ = tables.add(.whitespace)
    return tables
  }()
}

/// One entry of tokenizer.json's `added_tokens`.
struct AddedToken: Sendable {
  var id: Int32
  var content: String
  /// Whether it is found only where no word character is beside it.
  var isSingleWord: Bool
  /// Whether it takes the white space on its left.
  var takesLeft: Bool
  /// Whether it takes the white space on its right.
  var takesRight: Bool
  /// Whether it is looked for in the normalised text, in its own normal form.
  var isNormalized: Bool
  /// Whether it is left out where special tokens are skipped.
  var isSpecial: Bool
}
