extension ExpressionParser {
  /// A part with the quantifiers after it; each applies to everything before it as a whole.
  mutating func parseQuantifiers(_ atom: ExpressionNode, at start: Int) throws(ExpressionError) -> ExpressionNode {
    var node = atom
    let outer = depth
    while let (minimum, maximum, isInterval) = try parseCount() {
      try descend()
      if case .assertion = atom { throw failure("a repeated assertion", at: start) }
      if node.isNullable, maximum == nil {
        throw failure("an unbounded repetition of what may be empty", at: start)
      }
      // As in Ruby, an interval has no possessive form, and `{n}?` means "n times or not at all".
      if take("?") {
        if isInterval, minimum == maximum {
          node = .repetition(.repetition(node, minimum: minimum, maximum: maximum, .greedy), minimum: 0, maximum: 1, .greedy)
        } else {
          node = .repetition(node, minimum: minimum, maximum: maximum, .lazy)
        }
      } else if !isInterval, take("+") {
        node = .repetition(node, minimum: minimum, maximum: maximum, .possessive)
      } else {
        node = .repetition(node, minimum: minimum, maximum: maximum, .greedy)
      }
    }
    depth = outer
    return node
  }

  /// How often: `*`, `+`, `?` or `{n,m}`; nil where there is no quantifier.
  private mutating func parseCount() throws(ExpressionError) -> (minimum: Int, maximum: Int?, isInterval: Bool)? {
    if take("*") { return (0, nil, false) }
    if take("+") { return (1, nil, false) }
    if take("?") { return (0, 1, false) }
    let start = position
    guard take("{") else { return nil }
    let low = try parseNumber()
    var high = low
    if take(",") { high = try parseNumber() } else if low == nil { high = nil }
    guard low != nil || high != nil, take("}") else {
      // Not a quantifier: the brace is a plain character.
      position = start
      return nil
    }
    let minimum = low ?? 0
    if let high, high < minimum { throw failure("a quantifier from \(minimum) to \(high)", at: start) }
    return (minimum, high, true)
  }

  private mutating func parseNumber() throws(ExpressionError) -> Int? {
    var number: Int?
    while let scalar = next, ("0"..."9").contains(scalar) {
      let value = (number ?? 0) * 10 + Int(scalar.value - 0x30)
      guard value <= Self.maximumCount else { throw failure("a count above \(Self.maximumCount)") }
      number = value
      position += 1
    }
    return number
  }
}
