/// `FixedLength`: cuts pieces after every so many characters.
struct FixedLengthStep: PreTokenizerStep {
  /// Characters in a piece, at least 1.
  var length: Int

  func apply(to text: inout SplitText) {
    var pieces: [Range<Int>] = []
    for piece in text.pieces {
      var start = piece.lowerBound
      while start < piece.upperBound {
        var end = start
        var count = 0
        while count < length, end < piece.upperBound {
          end += UTF8Scalars.length(text.bytes[end])
          count += 1
        }
        pieces.append(start..<end)
        start = end
      }
    }
    text.pieces = pieces
  }
}
