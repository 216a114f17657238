import JSON

/// A merge as tokenizer.json spells it: `"a b"`, or `["a", "b"]` in newer files.
struct SpeltMerge: CustomStringConvertible {
  private var text: [UInt8] = []
  private var part: [UInt8] = []
  private var whole: [UInt8] = []
  /// Where the left token ends and the right one begins in `text`.
  private var leftEnd = 0
  private var rightStart = 0

  /// Whether a character is outside of the alphabet.
  private(set) var isUnreachable = false

  /// Whether it is not a merge but the first line of an old merges.txt, which has no rank.
  private(set) var isVersion = false

  var description: String {
    "\"\(String(decoding: text[..<leftEnd], as: UTF8.self))\" with \"\(String(decoding: text[rightStart...], as: UTF8.self))\""
  }

  /// Reads the next merge into the storage of the last one; returns whether it is a merge.
  mutating func read(_ reader: inout JSONReader) throws -> Bool {
    isVersion = false
    if reader.isAtString() {
      try reader.readString(into: &text)
      isVersion = text.starts(with: "#version".utf8)
      if isVersion { return true }
      guard let space = text.firstIndex(of: UInt8(ascii: " ")), space == text.lastIndex(of: UInt8(ascii: " ")) else { return false }
      leftEnd = space
      rightStart = space + 1
      return true
    }
    guard reader.isAtArray() else { return false }
    var count = 0
    text.removeAll(keepingCapacity: true)
    var isPair = true
    try reader.readArray { reader in
      guard reader.isAtString() else {
        isPair = false
        try reader.passOverValue()
        return
      }
      try reader.readString(into: &part)
      if count == 1 {
        leftEnd = text.count
        rightStart = text.count
      }
      if count < 2 { text.append(contentsOf: part) }
      count += 1
    }
    return isPair && count == 2
  }

  /// The merge's tokens; nil where the vocabulary lacks one of the three.
  mutating func tokens(in vocabulary: TokenTable) -> (left: Int32, right: Int32, whole: Int32)? {
    whole.removeAll(keepingCapacity: true)
    isUnreachable = true
    if ByteAlphabet.read(text[..<leftEnd], into: &whole) {
      let boundary = whole.count
      if ByteAlphabet.read(text[rightStart...], into: &whole) {
        isUnreachable = false
        guard let left = vocabulary.id(of: whole, 0..<boundary), let right = vocabulary.id(of: whole, boundary..<whole.count),
          let token = vocabulary.id(of: whole)
        else { return nil }
        return (left, right, token)
      }
    }
    let left = String(decoding: text[..<leftEnd], as: UTF8.self)
    let right = String(decoding: text[rightStart...], as: UTF8.self)
    guard let leftID = vocabulary.id(ofSpelling: left), let rightID = vocabulary.id(ofSpelling: right),
      let token = vocabulary.id(ofSpelling: left + right)
    else { return nil }
    return (leftID, rightID, token)
  }
}
