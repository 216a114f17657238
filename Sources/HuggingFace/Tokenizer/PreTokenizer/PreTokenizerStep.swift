/// A text on its way to the byte-pair encoder, cut into pieces; no token crosses from one into the next.
struct SplitText {
  /// The text in UTF-8.
  var bytes: [UInt8]

  /// The pieces in order, none of them empty.
  var pieces: [Range<Int>]

  /// A text in one piece.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    self.pieces = bytes.isEmpty ? [] : [bytes.indices]
  }
}

/// One step of tokenizer.json's `pre_tokenizer`.
protocol PreTokenizerStep: Sendable {
  /// Cuts the pieces further.
  func apply(to text: inout SplitText)
}
