extension ScannedText {
  /// Environments that only display what they hold; any other, such as a matrix, is part of the answer.
  private static let displays: Set<String> = [
    "equation", "align", "gather", "multline", "displaymath", "math", "eqnarray", "flalign", "alignat", "aligned", "gathered", "split",
    "dmath",
    "center", "verbatim", "quote", "document",
  ]

  /// What the code fence, display mathematics or displaying environment at `index` states; nil where none of these starts there.
  func block(at index: Int, before limit: Int) -> Statement? {
    if let fence = fence(at: index, before: limit) { return unwrapped(fence.inner) }
    if isFence(at: index) { return .cutOff }
    for (open, close) in [("$$", "$$"), ("\\[", "\\]")] where has(open, at: index) {
      guard let end = (index + 2..<max(index + 2, limit)).first(where: { has(close, at: $0) }) else { return .cutOff }
      let inner = index + 2..<end
      let isMultiline = inner.contains { scalars[$0].endsLine }
      return isMultiline || endsLine(from: end + 2, before: limit) ? unwrapped(inner) : nil
    }
    guard let name = environment(at: index), Self.displays.contains(name.text) else { return nil }
    guard let end = endOfEnvironment(name, before: limit) else { return .cutOff }
    return unwrapped(name.range.upperBound..<end.lowerBound)
  }

  /// `range` without a fence, display brackets or a displaying environment that is all of it.
  func withoutBlock(_ range: Range<Int>) -> Range<Int> {
    guard let first = range.first else { return range }
    if isFence(at: first), let fence = fence(at: first, before: range.upperBound), fence.end == range.upperBound { return fence.inner }
    if range.count >= 4, has("\\[", at: first), has("\\]", at: range.upperBound - 2) {
      let inner = first + 2..<range.upperBound - 2
      if !contains("\\[", in: inner) && !contains("\\]", in: inner) { return inner }
    }
    guard let name = environment(at: first), Self.displays.contains(name.text), let end = endOfEnvironment(name, before: range.upperBound),
      end.upperBound == range.upperBound
    else { return range }
    return name.range.upperBound..<end.lowerBound
  }

  private func isFence(at index: Int) -> Bool { has("```", at: index) || has("~~~", at: index) }

  /// The content of the code fence at `index` without the name of its language, and the end of the fence; nil where it isn't closed.
  private func fence(at index: Int, before limit: Int) -> (inner: Range<Int>, end: Int)? {
    guard isFence(at: index) else { return nil }
    let mark = scalars[index]
    var start = index
    while start < limit, scalars[start] == mark { start += 1 }
    let width = start - index
    let line = endOfLine(from: start, before: limit)
    // Backticks may close on their line.
    var run = 0
    for place in start..<max(start, limit) {
      run = scalars[place] == mark ? run + 1 : 0
      guard run == width else { continue }
      let close = place + 1 - width
      var end = place + 1
      while end < limit, scalars[end] == mark { end += 1 }
      return ((close > line ? line : start)..<close, end)
    }
    return nil
  }

  /// Whether nothing but marks and prose stands on the line behind `index`.
  private func endsLine(from index: Int, before limit: Int) -> Bool {
    let line = index..<max(index, endOfLine(from: index, before: max(index, limit)))
    if isNothing(line) { return true }
    return startOfProse(in: index - 1..<line.upperBound) <= indexAfterWhiteSpace(from: index)
      || line.first.map { endsSentence(at: $0) } == true
  }

  /// The name of the environment that begins at `index`, without a star.
  private func environment(at index: Int) -> (text: String, range: Range<Int>)? {
    guard has("\\begin{", at: index) else { return nil }
    var end = index + 7
    while end < index + 24, let letter = scalar(at: end), letter.isASCIILetter { end += 1 }
    let text = string(index + 7..<end)
    if scalar(at: end) == "*" { end += 1 }
    guard scalar(at: end) == "}" else { return nil }
    return (text, index..<end + 1)
  }

  /// The `\end{…}` of an environment.
  private func endOfEnvironment(_ name: (text: String, range: Range<Int>), before limit: Int) -> Range<Int>? {
    let literal = "\\end{" + name.text.lowercased()
    guard let start = (name.range.upperBound..<max(name.range.upperBound, limit)).first(where: { has(literal, at: $0) }) else { return nil }
    var end = start + literal.utf8.count
    if scalar(at: end) == "*" { end += 1 }
    guard scalar(at: end) == "}", end < limit else { return nil }
    return start..<end + 1
  }
}
