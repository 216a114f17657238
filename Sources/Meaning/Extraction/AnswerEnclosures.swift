extension ScannedText {
  /// `range` without white space, `$ $`, `\( \)` and `** **` around it, and without a final period.
  func withoutEnclosures(_ range: Range<Int>) -> Range<Int> {
    var range = trimmed(range)
    while true {
      let inner = trimmed(withoutFinalPeriod(withoutDelimiters(range)))
      if inner == range { return range }
      range = inner
    }
  }

  /// Whether anything but punctuation that encloses answers is there.
  func hasSubstance(_ range: Range<Int>) -> Bool {
    !range.allSatisfy { index in
      scalars[index].isWhiteSpace || "*$.#:\\[]()".unicodeScalars.contains(scalars[index])
    }
  }

  /// Whether the period at `index`, if there is one, may end a sentence: one of several (an ellipsis) doesn't, nor does the empty delimiter of
  /// `\left.` and `\right.`.
  func endsSentence(at index: Int) -> Bool {
    scalar(at: index) == "." && scalar(at: index - 1) != "." && scalar(at: index + 1) != "." && !has("\\right", at: index - 6)
      && !has("\\left", at: index - 5)
  }

  /// The number of `**` in `range`.
  func boldMarks(in range: Range<Int>) -> Int {
    var (count, index) = (0, range.lowerBound)
    while index + 1 < range.upperBound {
      let isMark = scalars[index] == "*" && scalars[index + 1] == "*"
      count += isMark ? 1 : 0
      index += isMark ? 2 : 1
    }
    return count
  }

  private func withoutFinalPeriod(_ range: Range<Int>) -> Range<Int> {
    guard let last = range.last, endsSentence(at: last) else { return range }
    return range.dropLast()
  }

  private func withoutDelimiters(_ range: Range<Int>) -> Range<Int> {
    guard range.count >= 2 else { return range }
    let (first, end) = (range.lowerBound, range.upperBound)
    let startsBold = has("**", at: first)
    let endsBold = has("**", at: end - 2)
    if startsBold || endsBold {
      let marks = boldMarks(in: range)
      if startsBold && endsBold && marks == 2 { return first + 2..<end - 2 }
      // The other half of an odd mark lies outside of the answer.
      if marks == 1 { return startsBold ? first + 2..<end : first..<end - 2 }
    }
    if scalars[first] == "$", scalars[end - 1] == "$" {
      let width = range.count >= 4 && has("$$", at: first) && has("$$", at: end - 2) ? 2 : 1
      let inner = first + width..<end - width
      if !isEscaped(end - width, in: range), inner.allSatisfy({ scalars[$0] != "$" || isEscaped($0, in: range) }) { return inner }
    }
    if range.count >= 4, has("\\(", at: first), has("\\)", at: end - 2), !isEscaped(end - 2, in: range) {
      let inner = first + 2..<end - 2
      if !inner.contains(where: { has("\\(", at: $0) || has("\\)", at: $0) }) { return inner }
    }
    return range
  }

  /// Whether an odd number of backslashes stands before `index`.
  private func isEscaped(_ index: Int, in range: Range<Int>) -> Bool {
    var start = index
    while start > range.lowerBound, scalars[start - 1] == "\\" { start -= 1 }
    return !(index - start).isMultiple(of: 2)
  }
}
