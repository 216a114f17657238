/// Reads the tokens of an answer as mathematics.
///
/// A recursive descent over one array of tokens. Each token is taken once, apart from look-aheads over a bracket; depth is bounded.
struct MathParser {
  /// Nothing that can be read as mathematics. The whole answer is taken for text then.
  struct Failure: Error {}

  /// The deepest nesting of brackets, fractions and powers.
  static let maximumDepth = 48

  /// The most tokens of an answer that is taken for mathematics.
  static let maximumTokens = 1024

  let lexemes: [Lexeme]
  var position = 0
  var end: Int
  var depth = 0
  /// Which of the two values a `±` has in this reading.
  let signOfPlusMinus: Int
  /// How many bars `|` are open, each of which the next bar closes.
  var openBars = 0
  /// Whether commas part items here, since brackets are open, and not digits.
  var isInBrackets = false
  /// Whether the answer is more than names.
  let hasOperators: Bool
  /// Whether there is a sign between two terms.
  let isSum: Bool

  init(_ lexemes: [Lexeme], signOfPlusMinus: Int = 1) {
    self.lexemes = lexemes
    end = lexemes.count
    hasOperators = Self.hasOperators(lexemes)
    isSum = Self.isSum(lexemes)
    self.signOfPlusMinus = signOfPlusMinus
  }

  /// The whole answer.
  mutating func answer() throws(Failure) -> AnswerNode {
    guard end <= Self.maximumTokens else { throw Failure() }
    // What is in bold from end to end.
    while end > position + 1, nextIs(.caret), lexemes[end - 1].token == .symbol(.caret) { (position, end) = (position + 1, end - 1) }
    skipFillers()
    while end > position, isIgnorableEnd(lexemes[end - 1].token) { end -= 1 }
    guard position < end else { throw Failure() }
    if let node = wholePhrase() { return node }
    let node = try list()
    guard position == end else { throw Failure() }
    return node
  }

  private func isIgnorableEnd(_ token: MathToken) -> Bool {
    token == .symbol(.period) || token == .symbol(.semicolon) || token == .symbol(.comma)
  }

  // MARK: - Tokens

  /// The next token; nil at the end.
  var next: MathToken? { position < end ? lexemes[position].token : nil }

  /// The token `offset` behind the next one.
  func token(_ offset: Int) -> MathToken? { position + offset < end ? lexemes[position + offset].token : nil }

  /// Whether white space stands before the next token.
  var isNextSpaced: Bool { position < end && lexemes[position].isSpaced }

  /// Whether the next token is `symbol`.
  func nextIs(_ symbol: MathToken.Symbol) -> Bool { next == .symbol(symbol) }

  /// Takes the next token if it is `symbol`.
  mutating func take(_ symbol: MathToken.Symbol) -> Bool {
    guard nextIs(symbol) else { return false }
    position += 1
    return true
  }

  /// Takes the next token, which must be `symbol`.
  mutating func expect(_ symbol: MathToken.Symbol) throws(Failure) {
    guard take(symbol) else { throw Failure() }
  }

  /// Runs `body` one level deeper.
  mutating func nested<Value>(_ body: (inout MathParser) throws(Failure) -> Value) throws(Failure) -> Value {
    guard depth < Self.maximumDepth else { throw Failure() }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

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
      position += 1
    }
    return found
  }

  // MARK: - Elements

  /// One item of a list: sides joined by relations, or one side.
  mutating func element() throws(Failure) -> AnswerNode {
    skipDefinitionHead()
    var sides = [try side()]
    var relations: [AnswerNode.Relation] = []
    while let token = next {
      if token == .symbol(.element) {
        position += 1
        return .membership(sides[sides.count - 1], try side())
      }
      guard let relation = Self.relation(of: token) else { break }
      position += 1
      relations.append(relation)
      sides.append(try side())
    }
    return sides.count == 1 ? sides[0] : .relation(sides, relations)
  }

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
        position += 1
        left = .union(left, try operand())
      case .symbol(.intersection):
        position += 1
        left = .intersection(left, try operand())
      case .symbol(.without):
        position += 1
        left = .without(left, try operand())
      case .symbol(.minus) where !left.isScalar:
        position += 1
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
      position += 1
      return .set([])
    case .symbol(.reals):
      position += 1
      return .reals
    case .begin(let environment):
      position += 1
      return try nested { parser throws(Failure) in try parser.rows(of: environment) }
    case .symbol(.openBracket), .symbol(.openAngle):
      return try nested { parser throws(Failure) in try parser.bracketed() }
    case .symbol(.openParenthesis) where opensTuple():
      return try nested { parser throws(Failure) in try parser.bracketed() }
    case .symbol(.closeBracket) where opensReversedInterval():
      return try nested { parser throws(Failure) in try parser.bracketed() }
    default:
      return try expressionOrRatio()
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
