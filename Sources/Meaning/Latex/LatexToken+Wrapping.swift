extension LatexToken {
  /// More layers than this stay: what is wrapped that often is no answer, and each layer costs one pass.
  static let maximumWrapping = 16

  /// `tokens` without white space, mathematics delimiters, `**`, braces and a final period around them. O(n).
  static func unwrapped(_ tokens: ArraySlice<LatexToken>) -> ArraySlice<LatexToken> {
    var tokens = trimmed(tokens)
    for _ in 0..<maximumWrapping {
      let inner = trimmed(withoutFinalPeriod(withoutLayer(tokens)))
      if inner.count == tokens.count { break }
      tokens = inner
    }
    return tokens
  }

  /// `tokens` without white space at its ends.
  static func trimmed(_ tokens: ArraySlice<LatexToken>) -> ArraySlice<LatexToken> {
    var tokens = tokens
    while tokens.first == .space { tokens.removeFirst() }
    while tokens.last == .space { tokens.removeLast() }
    return tokens
  }

  /// The inside, if `open` and `close` are the first and last token and belong together; nil otherwise. O(n).
  static func inside(_ tokens: ArraySlice<LatexToken>, open: LatexToken, close: LatexToken) -> ArraySlice<LatexToken>? {
    guard tokens.count >= 2, tokens.first == open, tokens.last == close else { return nil }
    let inner = tokens.dropFirst().dropLast()
    if open == close { return inner.contains(open) ? nil : inner }
    var depth = 0
    for token in inner {
      if token == open { depth += 1 }
      if token == close { depth -= 1 }
      if depth < 0 { return nil }
    }
    return depth == 0 ? inner : nil
  }

  private static func withoutLayer(_ tokens: ArraySlice<LatexToken>) -> ArraySlice<LatexToken> {
    inside(tokens, open: .scalar("{"), close: .scalar("}"))
      ?? inside(tokens, open: .command("("), close: .command(")"))
      ?? inside(tokens, open: .command("["), close: .command("]"))
      ?? insideMarks(tokens, "$", width: 2) ?? insideMarks(tokens, "$", width: 1) ?? insideMarks(tokens, "*", width: 2)
      ?? tokens
  }

  /// The inside of `width` marks on either side, if no further mark is there.
  private static func insideMarks(_ tokens: ArraySlice<LatexToken>, _ mark: Unicode.Scalar, width: Int) -> ArraySlice<LatexToken>? {
    let isWrapped =
      tokens.count >= 2 * width && tokens.prefix(width).allSatisfy { $0.is(mark) } && tokens.suffix(width).allSatisfy { $0.is(mark) }
    guard isWrapped else { return nil }
    let inner = tokens.dropFirst(width).dropLast(width)
    return inner.contains { $0.is(mark) } ? nil : inner
  }

  private static func withoutFinalPeriod(_ tokens: ArraySlice<LatexToken>) -> ArraySlice<LatexToken> {
    guard tokens.last?.is(".") == true, tokens.dropLast().last?.is(".") != true else { return tokens }
    return tokens.dropLast()
  }
}
