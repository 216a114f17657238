/// Sums and products over an index.
extension MathParser {
  /// What stands behind `\sum` or `\prod`, which is taken: the index with its bounds, and the body.
  ///
  /// The body is the term that follows, as TeX's authors mean it: factors belong to it, and it ends at a plus or minus, so that
  /// `\sum_{k=1}^{3} k + 1` is 7.
  mutating func series(_ kind: Series.Kind) throws(Failure) -> Expression {
    try nested { parser throws(Failure) in
      var range: (index: Expression.Name, lower: Expression, upper: Expression?)?
      var upper: Expression?
      while upper == nil || range == nil {
        if range == nil, parser.take(.underscore) {
          range = try parser.rangeOfIndex()
          upper = upper ?? range?.upper
        } else if upper == nil, parser.take(.caret) {
          upper = try parser.exponent()
        } else {
          throw Failure()
        }
      }
      guard let range, let upper, range.upper == nil || !parser.nextIs(.caret) else { throw Failure() }
      var sign = 1
      while let next = parser.takeSign() { sign *= next }
      let start = parser.position
      let body = try parser.term()
      guard !parser.appliesFunction(to: range.index, in: start..<parser.position) else { throw Failure() }
      let series = Series(kind: kind, index: range.index, lower: range.lower, upper: upper, body: sign < 0 ? .negation(body) : body)
      guard let value = series.value(within: &parser.allowance) else { throw Failure() }
      return value
    }
  }

  /// Whether a letter stands before nothing but the index in parentheses: `f(k)` isn't known, although `f(x)` is read as a product elsewhere.
  private func appliesFunction(to index: Expression.Name, in range: Range<Int>) -> Bool {
    range.dropLast(3).contains { place in
      guard case .letter(let function) = lexemes[place].token, function != index.text else { return false }
      return lexemes[place + 1].token == .symbol(.openParenthesis) && lexemes[place + 2].token == .letter(index.text)
        && lexemes[place + 3].token == .symbol(.closeParenthesis)
    }
  }

  /// `{k = 1}`, or with both bounds `{1 \le k \le n}`.
  private mutating func rangeOfIndex() throws(Failure) -> (index: Expression.Name, lower: Expression, upper: Expression?) {
    try expect(.openBrace)
    return try inBraces { parser throws(Failure) in
      let first = try parser.expression()
      if parser.take(.equal) {
        guard let index = Expression.Name(first) else { throw Failure() }
        let lower = try parser.expression()
        try parser.expect(.closeBrace)
        return (index, lower, nil)
      }
      let isAbove = try parser.takeOrder()
      guard let index = Expression.Name(try parser.expression()) else { throw Failure() }
      let isBelow = try parser.takeOrder()
      let last = try parser.expression()
      try parser.expect(.closeBrace)
      return (index, isAbove ? first.adding(.one) : first, isBelow ? last.subtracting(.one) : last)
    }
  }

  /// `<` or `≤` at the front; whether it is `<`.
  private mutating func takeOrder() throws(Failure) -> Bool {
    if take(.less) { return true }
    try expect(.lessOrEqual)
    return false
  }
}
