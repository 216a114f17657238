extension ScannedText {
  /// More layers than this stay: what is wrapped that often is no answer, and each layer costs one pass.
  private static let maximumEnclosures = 24

  /// `range` without what encloses an answer, and without a final period or comma.
  ///
  /// White space, `$ $`, `\( \)`, `\[ \]`, `** **`, `__ __`, backticks, code fences, displaying environments; and the closing one of these, or of
  /// braces and parentheses, that opened before the range.
  func withoutEnclosures(_ range: Range<Int>) -> Range<Int> {
    var range = trimmed(range)
    for _ in 0..<Self.maximumEnclosures {
      let inner = trimmed(withoutFinalPeriod(withoutBlock(withoutStrayCloser(withoutDelimiters(withoutTick(range))))))
      if inner == range { break }
      range = inner
    }
    return range
  }

  /// `range` without a mark at its end that closes what opened before it: the `}` of `\text{The answer is 5}`, the `)` of `(so the answer is 5)`.
  private func withoutStrayCloser(_ range: Range<Int>) -> Range<Int> {
    guard range.count >= 2, let last = range.last else { return range }
    let rest = range.dropLast()
    switch scalars[last] {
    case "}" where scalars[last - 1] != "\\":
      return depth(of: "{", "}", in: range) < 0 ? rest : range
    case ")" where scalars[last - 1] == "\\":
      return contains("\\(", in: range) ? range : rest.dropLast()
    case "]" where scalars[last - 1] == "\\":
      return contains("\\[", in: range) ? range : rest.dropLast()
    case ")" where !range.contains(where: { "([".unicodeScalars.contains(scalars[$0]) }):
      // `B)` names a choice.
      return range.count == 2 && scalars[range.lowerBound].isASCIILetter ? range : rest
    case "*" where scalars[last - 1] != "*" && range.count(where: { scalars[$0] == "*" }) == 1: return rest
    case "_" where range.count(where: { scalars[$0] == "_" }) == 1: return rest
    case "$" where scalars[last - 1] != "\\" && range.count(where: { scalars[$0] == "$" && !isEscaped($0, in: range) }) == 1:
      return rest
    default: return range
    }
  }

  /// How many more unescaped `open` than `close` there are.
  private func depth(of open: Unicode.Scalar, _ close: Unicode.Scalar, in range: Range<Int>) -> Int {
    var (depth, index) = (0, range.lowerBound)
    while index < range.upperBound {
      let scalar = scalars[index]
      index += scalar == "\\" ? 2 : 1
      depth += scalar == open ? 1 : scalar == close ? -1 : 0
    }
    return depth
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

  /// `range` without marks of joy at its end: `5 ✅`.
  private func withoutTick(_ range: Range<Int>) -> Range<Int> {
    var range = range
    while range.count > 1, let last = range.last, "✔✓✅☑🎉\u{FE0F}".unicodeScalars.contains(scalars[last]) { range = range.dropLast() }
    return range
  }

  private func withoutFinalPeriod(_ range: Range<Int>) -> Range<Int> {
    guard let last = range.last else { return range }
    let isComma = (scalars[last] == "," || scalars[last] == ";") && scalar(at: last - 1) != "\\"
    return isComma || endsSentence(at: last) ? range.dropLast() : range
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
    if has("__", at: first), has("__", at: end - 2), range.count > 4, !contains("_", in: first + 2..<end - 2) { return first + 2..<end - 2 }
    for mark: Unicode.Scalar in ["`", "*"] where range.count > 2 && scalars[first] == mark && scalars[end - 1] == mark {
      let inner = first + 1..<end - 1
      if !inner.contains(where: { scalars[$0] == mark }) { return inner }
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
