/// Tokens that are found in a text before anything else happens to it, such as `<|endoftext|>`.
struct AddedTokens: Sendable {
  /// One entry of tokenizer.json's `added_tokens`.
  struct Token: Sendable {
    var id: Int32
    var content: [UInt8]
    /// Whether it is only found where no word character is beside it.
    var isSingleWord: Bool
    /// Whether it takes the white space on its left.
    var takesLeft: Bool
    /// Whether it takes the white space on its right.
    var takesRight: Bool
  }

  /// A stretch of text: an added token, or what lies between two.
  enum Segment {
    case token(Int32)
    case text(Range<Int>)
  }

  private let tokens: [Token]
  /// The tokens' contents as a trie: the child of a node by a byte is under `node << 8 | byte`; node 0 is the root.
  private var edges: [Int: Int] = [:]
  /// The token that ends at each node, -1 where none does.
  private var ends: [Int] = [-1]
  private var begins = [Bool](repeating: false, count: 256)

  /// Tokens without content are never found.
  init(_ tokens: [Token]) {
    self.tokens = tokens
    for (index, token) in tokens.enumerated() {
      guard let first = token.content.first else { continue }
      begins[Int(first)] = true
      var node = 0
      for byte in token.content {
        if let next = edges[node << 8 | Int(byte)] {
          node = next
        } else {
          edges[node << 8 | Int(byte)] = ends.count
          node = ends.count
          ends.append(-1)
        }
      }
      ends[node] = index
    }
  }

  /// Cuts `bytes[range]` at the tokens: leftmost first and, of those that begin at one place, the longest.
  ///
  /// As in Hugging Face's library, white space that a token takes on its right is still searched: a token of spaces is found
  /// there once more.
  func split(_ bytes: [UInt8], _ range: Range<Int>) -> [Segment] {
    var segments: [Segment] = []
    var textStart = range.lowerBound
    var position = range.lowerBound
    while position < range.upperBound {
      guard begins[Int(bytes[position])], let (token, end) = longestMatch(bytes, from: position, to: range.upperBound) else {
        position += 1
        continue
      }
      let start = position
      position = end
      if token.isSingleWord, isBesideWord(bytes, start..<end, in: range) { continue }
      let textEnd = token.takesLeft ? whitespaceStart(bytes, before: start, from: textStart) : start
      if textStart < textEnd { segments.append(.text(textStart..<textEnd)) }
      segments.append(.token(token.id))
      textStart = token.takesRight ? whitespaceEnd(bytes, from: end, to: range.upperBound) : end
    }
    if textStart < range.upperBound { segments.append(.text(textStart..<range.upperBound)) }
    return segments
  }

  private func longestMatch(_ bytes: [UInt8], from start: Int, to end: Int) -> (Token, end: Int)? {
    var node = 0
    var position = start
    var longest: (Token, end: Int)?
    while position < end, let next = edges[node << 8 | Int(bytes[position])] {
      node = next
      position += 1
      if ends[node] >= 0 { longest = (tokens[ends[node]], position) }
    }
    return longest
  }

  private func isBesideWord(_ bytes: [UInt8], _ match: Range<Int>, in range: Range<Int>) -> Bool {
    if match.lowerBound > range.lowerBound, isWord(UTF8Scalars.decodeBackwards(bytes, before: match.lowerBound).scalar) { return true }
    return match.upperBound < range.upperBound && isWord(UTF8Scalars.decode(bytes, at: match.upperBound).scalar)
  }

  /// `\w` as Unicode has it (UTS #18, annex C).
  private func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isAlphabetic || scalar.properties.isJoinControl { return true }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
    default: return false
    }
  }

  private func whitespaceStart(_ bytes: [UInt8], before position: Int, from start: Int) -> Int {
    var position = position
    while position > start {
      let (scalar, length) = UTF8Scalars.decodeBackwards(bytes, before: position)
      guard ScalarClass(scalar) == .whitespace else { break }
      position -= length
    }
    return position
  }

  private func whitespaceEnd(_ bytes: [UInt8], from position: Int, to end: Int) -> Int {
    var position = position
    while position < end {
      let (scalar, length) = UTF8Scalars.decode(bytes, at: position)
      guard ScalarClass(scalar) == .whitespace else { break }
      position += length
    }
    return position
  }
}
