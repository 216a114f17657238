/// `Digits`: cuts numbers off from the rest, each number character by itself or a run of them as one piece.
struct DigitStep: PreTokenizerStep {
  /// Whether each number character is a piece.
  var cutsEveryDigit: Bool

  func apply(to text: inout SplitText) {
    var pieces: [Range<Int>] = []
    for piece in text.pieces {
      var start = piece.lowerBound
      var wasNumber: Bool?
      var position = start
      while position < piece.upperBound {
        let (scalar, length) = UTF8Scalars.decode(text.bytes, at: position)
        let isNumber = ScalarClass(scalar) == .number
        if let before = wasNumber, before != isNumber || (isNumber && cutsEveryDigit) {
          pieces.append(start..<position)
          start = position
        }
        wasNumber = isNumber
        position += length
      }
      pieces.append(start..<piece.upperBound)
    }
    text.pieces = pieces
  }
}
