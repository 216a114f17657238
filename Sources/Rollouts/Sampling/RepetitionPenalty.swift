/// Lowers the logits of tokens that have come before (CTRL; Keskar et al., 2019), as transformers does it.
enum RepetitionPenalty {
  /// Divides the positive logits of the tokens seen by the penalty, and multiplies the negative ones; each once, however often it came.
  static func apply(_ penalty: Float, to logits: inout [Float], seen: [ArraySlice<Int32>]) {
    var isSeen = [Bool](repeating: false, count: logits.count)
    for token in seen.joined() where !isSeen[Int(token)] {
      isSeen[Int(token)] = true
      logits[Int(token)] = logits[Int(token)] > 0 ? logits[Int(token)] / penalty : logits[Int(token)] * penalty
    }
  }
}
