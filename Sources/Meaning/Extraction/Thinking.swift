extension ScannedText {
  /// The marks around what a model thinks before it answers, by kind.
  private static let thinkingMarks: [(open: String, close: String)] = [
    ("<think>", "</think>"), ("<thinking>", "</thinking>"), ("[think]", "[/think]"),
  ]

  /// What follows the model's thinking: the text behind the last closing mark, all of it where there is none; nil where thinking isn't finished.
  ///
  /// A prompt may have opened the thinking already, so a closing mark needs no opening one. O(n).
  func behindThinking() -> ScannedText? {
    for index in scalars.indices.reversed() where scalars[index] == "<" || scalars[index] == "[" {
      for mark in Self.thinkingMarks {
        if has(mark.close, at: index) { return ScannedText(scalars: Array(scalars[(index + mark.close.utf8.count)...])) }
        if has(mark.open, at: index) { return nil }
      }
    }
    return self
  }
}
