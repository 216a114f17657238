extension MathParser {
  /// The answer that the tokens spell; nil where they aren't mathematics. With `±` both of its readings, one after the other.
  static func node(of lexemes: [Lexeme]) -> AnswerNode? {
    guard let node = reading(of: lexemes, sign: 1) else { return nil }
    let hasTwo = lexemes.contains { $0.token == .symbol(.plusMinus) || $0.token == .symbol(.minusPlus) }
    guard hasTwo else { return node }
    guard let other = reading(of: lexemes, sign: -1) else { return nil }
    switch (node, other) {
    case (.set(let items), .set(let others)): return .set(items + others)
    case (.list(let items, let conjunction), .list(let others, _)): return .list(items + others, conjunction)
    default: return .list([node, other], .or)
    }
  }

  private static func reading(of lexemes: [Lexeme], sign: Int) -> AnswerNode? {
    var parser = MathParser(lexemes, signOfPlusMinus: sign)
    return try? parser.answer()
  }
}
