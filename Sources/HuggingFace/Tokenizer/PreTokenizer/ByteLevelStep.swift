/// `ByteLevel`: GPT-2's cut into words, numbers, punctuation and white space.
///
/// The bytes stay bytes here; the alphabet that stands for them is only how tokenizer.json spells its vocabulary.
struct ByteLevelStep: PreTokenizerStep {
  /// Whether a piece that does not begin with a space gets one.
  var addsPrefixSpace: Bool

  /// Whether pieces are cut by GPT-2's expression; if not, they stay as they are.
  var usesExpression: Bool

  func apply(to text: inout SplitText) {
    if addsPrefixSpace { addSpaces(to: &text) }
    guard usesExpression else { return }
    var pieces: [Range<Int>] = []
    for piece in text.pieces {
      var position = piece.lowerBound
      while position < piece.upperBound {
        let end = Self.matchEnd(text.bytes, from: position, to: piece.upperBound)
        pieces.append(position..<end)
        position = end
      }
    }
    text.pieces = pieces
  }

  private func addSpaces(to text: inout SplitText) {
    var spaced: [UInt8] = []
    spaced.reserveCapacity(text.bytes.count + text.pieces.count)
    for index in text.pieces.indices {
      let piece = text.pieces[index]
      let start = spaced.count
      if text.bytes[piece.lowerBound] != UInt8(ascii: " ") { spaced.append(UInt8(ascii: " ")) }
      spaced.append(contentsOf: text.bytes[piece])
      text.pieces[index] = start..<spaced.count
    }
    text.bytes = spaced
  }

  /// The end of the match that begins at `position`, of the expression
  /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
  /// (https://github.com/openai/gpt-2, src/encoder.py). Every character begins a match, so nothing is left between matches.
  static func matchEnd(_ bytes: [UInt8], from position: Int, to end: Int) -> Int {
    if bytes[position] == UInt8(ascii: "'"), let length = contractionLength(bytes, from: position + 1, to: end) {
      return position + 1 + length
    }
    let start = bytes[position] == UInt8(ascii: " ") ? position + 1 : position
    if start < end {
      let (scalar, length) = UTF8Scalars.decode(bytes, at: start)
      let kind = ScalarClass(scalar)
      if kind != .whitespace { return runEnd(of: kind, bytes, from: start + length, to: end) }
    }
    return whitespaceEnd(bytes, from: position, to: end)
  }

  private static func contractionLength(_ bytes: [UInt8], from position: Int, to end: Int) -> Int? {
    guard position < end else { return nil }
    switch bytes[position] {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 1
    case UInt8(ascii: "r"), UInt8(ascii: "v"): return position + 1 < end && bytes[position + 1] == UInt8(ascii: "e") ? 2 : nil
    case UInt8(ascii: "l"): return position + 1 < end && bytes[position + 1] == UInt8(ascii: "l") ? 2 : nil
    default: return nil
    }
  }

  /// The end of the run of characters of one class.
  private static func runEnd(of kind: ScalarClass, _ bytes: [UInt8], from position: Int, to end: Int) -> Int {
    var position = position
    while position < end {
      let (scalar, length) = UTF8Scalars.decode(bytes, at: position)
      guard ScalarClass(scalar) == kind else { break }
      position += length
    }
    return position
  }

  /// White space up to the end of the text, or up to its last character, which the next match may begin with.
  private static func whitespaceEnd(_ bytes: [UInt8], from position: Int, to end: Int) -> Int {
    let runEnd = runEnd(of: .whitespace, bytes, from: position, to: end)
    if runEnd == end { return end }
    let last = UTF8Scalars.decodeBackwards(bytes, before: runEnd).length
    return runEnd - last > position ? runEnd - last : runEnd
  }
}
