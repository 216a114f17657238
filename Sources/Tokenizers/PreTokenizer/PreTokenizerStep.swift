/// A text on its way to the byte-pair encoder, cut into pieces; no token crosses from one piece into the next.
struct SplitText {
  /// The text in UTF-8.
  var bytes: [UInt8]

  /// The pieces in order, none of them empty.
  var pieces: [Range<Int>]

  /// A text in one piece.
  init(_ bytes: [UInt8]) { self.init(bytes, bytes.indices) }

  /// A stretch of a text in one piece.
  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    self.pieces = range.isEmpty ? [] : [range]
  }

  /// Replaces each piece by other bytes.
  mutating func replacePieces(_ append: (ArraySlice<UInt8>, inout [UInt8]) -> Void) {
    var replaced: [UInt8] = []
    replaced.reserveCapacity(2 * bytes.count)
    for index in pieces.indices {
      let start = replaced.count
      append(bytes[pieces[index]], &replaced)
      pieces[index] = start..<replaced.count
    }
    bytes = replaced
  }
}

/// One step of tokenizer.json's `pre_tokenizer`.
protocol PreTokenizerStep: Sendable {
  /// Cuts the pieces further.
  func apply(to text: inout SplitText)
}

/// `Digits`: cuts numbers off from the rest, each number character by itself or a run of them as one piece.
struct DigitStep: PreTokenizerStep {
  private let split: SplitStep

  /// `cutsEveryDigit`: whether each number character is a piece.
  init(cutsEveryDigit: Bool) {
    split = SplitStep(pattern: .set(Self.numbers), behavior: cutsEveryDigit ? .isolated : .contiguous)
  }

  func apply(to text: inout SplitText) { split.apply(to: &text) }

  private static let numbers = ScalarTables(.numbers)
}

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
