extension MathParser {
  /// Whether `]a, b[`, the interval without its ends, stands at the front.
  func opensReversedInterval() -> Bool {
    depth == 0 && position == 0 && end > 0 && lexemes[end - 1].token == .symbol(.openBracket)
  }

  /// Items in brackets; those of an interval may be of different kinds.
  mutating func bracketed() throws(Failure) -> AnswerNode {
    let open: AnswerNode.Bracket
    switch next {
    case .symbol(.openParenthesis), .symbol(.closeBracket): open = .round
    case .symbol(.openBracket): open = .square
    default: open = .angle
    }
    let isReversed = nextIs(.closeBracket)
    advance()
    let items = try inBrackets { parser throws(Failure) in
      var items = [try parser.element()]
      while parser.take(.comma) || parser.take(.semicolon) || parser.take(.digitComma) { items.append(try parser.element()) }
      return items
    }
    let close: AnswerNode.Bracket
    switch next {
    case .symbol(.closeParenthesis): close = .round
    case .symbol(.openBracket) where isReversed: close = .round
    case .symbol(.closeBracket): close = .square
    case .symbol(.closeAngle): close = .angle
    default: throw Failure()
    }
    advance()
    if items.count == 1, open == close { return items[0] }
    return .bracketed(open: open, items: items, close: close)
  }

  /// A set in braces, by its members or by a condition; those who write no TeX leave out the backslashes.
  mutating func set() throws(Failure) -> AnswerNode {
    let close: MathToken.Symbol = nextIs(.openSet) ? .closeSet : .closeBrace
    let isBuilder = isBuilder
    advance()
    if take(close) { return .set([]) }
    return try inBrackets { parser throws(Failure) in
      if isBuilder { return try parser.builder(to: close) }
      var items = [try parser.element()]
      while parser.take(.comma) || parser.take(.semicolon) || parser.take(.digitComma) {
        if parser.nextIs(.ellipsis) { throw Failure() }
        items.append(try parser.element())
      }
      try parser.expect(close)
      // TeX's braces only group.
      return close == .closeBrace && items.count == 1 ? items[0] : .set(items)
    }
  }

  /// The rows of an environment up to its end.
  mutating func rows(of environment: MathToken.Environment) throws(Failure) -> AnswerNode {
    try inBrackets { parser throws(Failure) in
      if environment == .rows {
        let items = try parser.list()
        guard parser.next == .end(.rows) else { throw Failure() }
        parser.advance()
        return items
      }
      var rows: [[AnswerNode]] = [[]]
      while parser.next != .end(environment) {
        rows[rows.count - 1].append(try parser.side())
        if parser.take(.newRow) {
          if parser.next != .end(environment) { rows.append([]) }
        } else if !parser.take(.ampersand) {
          guard parser.next == .end(environment) else { throw Failure() }
        }
      }
      parser.advance()
      guard let width = rows.first?.count, width > 0, rows.allSatisfy({ $0.count == width }) else { throw Failure() }
      return .matrix(rows)
    }
  }
}
