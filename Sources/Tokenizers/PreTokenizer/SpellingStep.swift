/// Spells bytes in GPT-2's alphabet for the steps after `ByteLevel`, or turns the spelling back into bytes after them.
struct SpellingStep: PreTokenizerStep {
  /// Whether the alphabet becomes bytes again.
  var isReading: Bool

  func apply(to text: inout SplitText) {
    text.replacePieces { piece, bytes in
      if isReading { ByteAlphabet.read(piece, into: &bytes) } else { ByteAlphabet.spell(piece, into: &bytes) }
    }
  }
}
