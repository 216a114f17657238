extension MathParser {
  // MARK: - Lists

  /// Elements and what joins them, up to the end or a closing bracket.
  mutating func list() throws(Failure) -> AnswerNode {
    var items = [try element()]
    var conjunction = AnswerNode.Conjunction.comma
    while let found = takeSeparator() {
      if found != .comma { conjunction = found }
      // A separator at the end separates nothing.
      if next == nil { break }
      items.append(try element())
    }
    return items.count == 1 ? items[0] : .list(items, conjunction)
  }

  /// A comma, a semicolon, `and`, `or`, or several of them in a row.
  mutating func takeSeparator() -> AnswerNode.Conjunction? {
    var found: AnswerNode.Conjunction?
    while let token = next {
      switch token {
      case .symbol(.comma), .symbol(.semicolon), .symbol(.digitComma), .symbol(.newRow): found = found ?? .comma
      case .symbol(.and), .symbol(.ampersand): found = .and
      case .symbol(.or): found = .or
      case .word("and"): found = .and
      case .word("or"): found = .or
      default: return found
      }
      advance()
    }
    return found
  }

  // MARK: - Elements

  /// One item of a list: sides joined by relations, or one side.
  mutating func element() throws(Failure) -> AnswerNode {
    skipDefinitionHead()
    // `≤ 3`: of a variable that isn't named.
    let isUnnamed = next.flatMap(Self.relation).map { $0 != .equal } ?? false
    var sides = [isUnnamed ? .scalar(.variable(Self.unnamed)) : try side()]
    var relations: [AnswerNode.Relation] = []
    while let token = next {
      if token == .symbol(.element) {
        advance()
        return .membership(sides[sides.count - 1], try side())
      }
      guard let relation = Self.relation(of: token) else { break }
      advance()
      relations.append(relation)
      sides.append(try side())
    }
    return sides.count == 1 ? sides[0] : .relation(sides, relations)
  }

  /// The name of a variable that isn't named.
  private static let unnamed = "?"

  static func relation(of token: MathToken) -> AnswerNode.Relation? {
    guard case .symbol(let symbol) = token else { return nil }
    switch symbol {
    case .equal, .approximately: return .equal
    case .notEqual: return .notEqual
    case .less: return .less
    case .lessOrEqual: return .lessOrEqual
    case .greater: return .greater
    case .greaterOrEqual: return .greaterOrEqual
    default: return nil
    }
  }

  /// Operands joined by the operations of sets.
  mutating func side() throws(Failure) -> AnswerNode {
    var left = try operand()
    while let token = next {
      switch token {
      case .symbol(.union):
        advance()
        left = .union(left, try operand())
      case .symbol(.intersection):
        advance()
        left = .intersection(left, try operand())
      case .symbol(.without):
        advance()
        left = .without(left, try operand())
      case .symbol(.minus) where !left.isScalar:
        advance()
        left = .without(left, try operand())
      default:
        return left
      }
    }
    return left
  }

  /// Something in brackets or braces, a matrix, or an expression.
  private mutating func operand() throws(Failure) -> AnswerNode {
    switch next {
    case .symbol(.openSet):
      return try nested { parser throws(Failure) in try parser.set() }
    case .symbol(.openBrace) where opensTuple():
      return try nested { parser throws(Failure) in try parser.set() }
    case .symbol(.emptySet):
      advance()
      return .set([])
    case .symbol(.reals):
      advance()
      return .reals
    case .begin(.rows):
      advance()
      return try nested { parser throws(Failure) in try parser.rows(of: .rows) }
    case _ where combinesTuples(): return try linearCombination().node
    case .symbol(.openBracket) where operandHoldsMatrix() && !opensTuple(): return try linearCombination().node
    case .symbol(.openBracket), .symbol(.openAngle):
      return try nested { parser throws(Failure) in try parser.bracketed() }
    case .symbol(.openParenthesis) where opensTuple():
      return try nested { parser throws(Failure) in try parser.bracketed() }
    case .symbol(.closeBracket) where opensReversedInterval():
      return try nested { parser throws(Failure) in try parser.bracketed() }
    default:
      return operandHoldsMatrix() ? try linearCombination().node : try expressionOrRatio()
    }
  }

  /// An expression, or a ratio `a:b:c`.
  private mutating func expressionOrRatio() throws(Failure) -> AnswerNode {
    let first = try expression()
    guard nextIs(.colon) else { return .scalar(first) }
    let start = position
    var terms = [first]
    while take(.colon) { terms.append(try expression()) }
    if let time = try time(terms, from: start) { return time }
    return terms.count == 2 ? .scalar(.quotient(terms[0], terms[1])) : .ratio(terms)
  }
}

extension AnswerNode {
  /// Whether the node is an expression.
  var isScalar: Bool {
    if case .scalar = self { true } else { false }
  }
}
