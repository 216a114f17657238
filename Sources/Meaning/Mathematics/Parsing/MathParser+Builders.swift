/// Sets by a condition: `\{x \mid x > 3\}`, `\{x \in \mathbb{R} : x > 3\}`, `\{(x,y) \mid x + y = 1\}`.
extension MathParser {
  /// Whether the braces at the front hold a condition: behind a bar or colon with a relation, or `∈`, behind it. A bar is one only behind what
  /// the condition is on, as it may open an absolute value.
  var isBuilder: Bool {
    guard let close = close(of: position) else { return false }
    let hasHead = hasBuilderHead(at: position + 1, before: close)
    var index = position + 1
    var isConditional = false
    while index < close {
      switch lexemes[index].token {
      case .symbol(.colon): isConditional = true
      case .symbol(.bar) where hasHead: isConditional = true
      case .symbol(.element) where isConditional: return true
      case let token where isConditional && Self.relation(of: token) != nil: return true
      case .symbol(.comma) where !isConditional: return false
      default: break
      }
      index = (self.close(of: index) ?? index) + 1
    }
    return false
  }

  /// Whether a variable, or several in parentheses, stands at `index`, and then a bar, a colon or `∈`.
  private func hasBuilderHead(at index: Int, before close: Int) -> Bool {
    var index = index
    switch lexemes[index].token {
    case .letter: index += 1
    case .symbol(.openParenthesis): index = (self.close(of: index) ?? close) + 1
    default: return false
    }
    if index + 1 < close, lexemes[index].token == .symbol(.underscore) { index = (self.close(of: index + 1) ?? index + 1) + 1 }
    guard index < close else { return false }
    switch lexemes[index].token {
    case .symbol(.bar), .symbol(.colon), .symbol(.element): return true
    default: return false
    }
  }

  /// The variables, where they are from, and the condition up to the closing brace; the opening one is taken.
  mutating func builder(to close: MathToken.Symbol) throws(Failure) -> AnswerNode {
    var variables: [String] = []
    var domain: AnswerNode?
    if take(.openParenthesis) {
      repeat { variables.append(try boundVariable()) } while take(.comma)
      try expect(.closeParenthesis)
      if take(.element) { try takeRealSpace(of: variables.count) }
    } else {
      variables = [try boundVariable()]
      if take(.element) { domain = try side() }
    }
    guard take(.bar) || take(.colon) else { throw Failure() }
    let condition = try list()
    try expect(close)
    return .builder(variables, domain: domain, condition: condition)
  }

  private mutating func boundVariable() throws(Failure) -> String {
    guard case .variable(let name) = try primary() else { throw Failure() }
    return name
  }

  /// `\mathbb{R}^2`.
  private mutating func takeRealSpace(of dimension: Int) throws(Failure) {
    try expect(.reals)
    try expect(.caret)
    guard try argument().whole == dimension else { throw Failure() }
  }
}
