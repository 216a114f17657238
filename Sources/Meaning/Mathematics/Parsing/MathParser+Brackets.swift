extension MathParser {
  /// Whether the bracket at the front holds something that is no expression by itself, and nothing but a side's end follows it.
  ///
  /// So `(1, 2)`, `{1, 2}` and `(x > 3)` are brackets, `(1+2)` and `(a+b)(a-b)` are expressions.
  func opensTuple() -> Bool {
    var depth = 0
    var index = position
    while index < end {
      switch lexemes[index].token {
      case .symbol(.openParenthesis), .symbol(.openBracket), .symbol(.openSet), .symbol(.openBrace), .symbol(.openAngle), .begin: depth += 1
      case .symbol(.closeParenthesis), .symbol(.closeBracket), .symbol(.closeSet), .symbol(.closeBrace), .symbol(.closeAngle), .end:
        depth -= 1
        if depth == 0 { return lexemes[index].token == .symbol(.closeBracket) }
      case .symbol(.comma), .symbol(.semicolon), .symbol(.digitComma):
        if depth == 1 { return true }
      case .symbol(.union), .symbol(.intersection), .symbol(.without):
        if depth == 1 { return true }
      case let token where depth == 1 && Self.relation(of: token) != nil:
        return true
      default: break
      }
      index += 1
    }
    return false
  }

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
    advance()
    if take(close) { return .set([]) }
    return try inBrackets { parser throws(Failure) in
      var items = [try parser.element()]
      if parser.take(.bar) || parser.take(.colon) {
        let condition = try parser.list()
        try parser.expect(close)
        return condition
      }
      while parser.take(.comma) || parser.take(.semicolon) || parser.take(.digitComma) {
        if parser.nextIs(.ellipsis) { throw Failure() }
        items.append(try parser.element())
      }
      try parser.expect(close)
      return .set(items)
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
      while parser.next != .end(.matrix) {
        rows[rows.count - 1].append(try parser.side())
        if parser.take(.newRow) {
          if parser.next != .end(.matrix) { rows.append([]) }
        } else if !parser.take(.ampersand) {
          guard parser.next == .end(.matrix) else { throw Failure() }
        }
      }
      parser.advance()
      guard let width = rows.first?.count, width > 0, rows.allSatisfy({ $0.count == width }) else { throw Failure() }
      return .matrix(rows)
    }
  }
}
