extension TemplateParser {
  /// Reads expressions with commas between them as a tuple, and one alone as itself.
  mutating func parseTuple(
    allowsCondition: Bool = true, until end: String? = nil, isInParentheses: Bool = false
  ) throws -> TemplateExpression {
    let line = token.line
    var parts: [TemplateExpression] = []
    var isTuple = false
    while true {
      if token.form == .variableEnd || token.form == .blockEnd || isSymbol(")") || end.map(isName) == true { break }
      parts.append(allowsCondition ? try parseExpression() : try nested { try $0.parseAny() })
      guard takeSymbol(",") else { break }
      isTuple = true
    }
    if !isTuple, let part = parts.first { return part }
    guard isTuple || isInParentheses else { throw failure("expected an expression, found \(token.summary)") }
    return try expression(.tuple(parts), line: line, over: parts)
  }

  /// Reads an expression with all its parts.
  mutating func parseExpression() throws -> TemplateExpression {
    try nested { try $0.parseConditional() }
  }

  private mutating func parseConditional() throws -> TemplateExpression {
    let line = token.line
    let refused = refusals.count
    var result = try parseAny()
    while takeName("if") {
      let test = try parseAny()
      let otherwise = takeName("else") ? try parseExpression() : nil
      result = try expression(
        .conditional(test, then: result, otherwise: otherwise), line: line, over: [test, result] + (otherwise.map { [$0] } ?? []))
      // Like a branch of `if`, one of these may never be reached.
      refusals.removeLast(refusals.count - refused)
    }
    return result
  }

  private mutating func parseAny() throws -> TemplateExpression {
    let line = token.line
    var parts = [try parseAll()]
    while takeName("or") { parts.append(try parseAll()) }
    return parts.count == 1 ? parts[0] : try expression(.any(parts), line: line, over: parts)
  }

  private mutating func parseAll() throws -> TemplateExpression {
    let line = token.line
    var parts = [try parseNot()]
    while takeName("and") { parts.append(try parseNot()) }
    return parts.count == 1 ? parts[0] : try expression(.all(parts), line: line, over: parts)
  }

  private mutating func parseNot() throws -> TemplateExpression {
    let line = token.line
    guard takeName("not") else { return try parseComparison() }
    let operand = try nested { try $0.parseNot() }
    return try expression(.not(operand), line: line, over: [operand])
  }

  private mutating func parseComparison() throws -> TemplateExpression {
    let line = token.line
    let first = try parseSum()
    var rest: [(operation: ComparisonOperator, operand: TemplateExpression)] = []
    while let operation = takeComparison() { rest.append((operation, try parseSum())) }
    return rest.isEmpty ? first : try expression(.comparison(first, rest), line: line, over: [first] + rest.map(\.operand))
  }

  private mutating func takeComparison() -> ComparisonOperator? {
    switch token.form {
    case .symbol(let symbol):
      guard let operation = ComparisonOperator(rawValue: symbol) else { return nil }
      advance()
      return operation
    case .name("in"):
      advance()
      return .contained
    case .name("not") where following.form == .name("in"):
      advance()
      advance()
      return .notContained
    default: return nil
    }
  }

  private mutating func parseSum() throws -> TemplateExpression {
    try parseArithmetic([.add, .subtract]) { try $0.parseConcatenation() }
  }

  private mutating func parseConcatenation() throws -> TemplateExpression {
    let line = token.line
    var parts = [try parseProduct()]
    while takeSymbol("~") { parts.append(try parseProduct()) }
    return parts.count == 1 ? parts[0] : try expression(.concatenation(parts), line: line, over: parts)
  }

  private mutating func parseProduct() throws -> TemplateExpression {
    try parseArithmetic([.multiply, .divide, .floorDivide, .remainder]) { parser in
      try parser.parseArithmetic([.power]) { try $0.parseUnary() }
    }
  }

  private mutating func parseArithmetic(
    _ operations: [ArithmeticOperator], operand: (inout TemplateParser) throws -> TemplateExpression
  ) throws -> TemplateExpression {
    let line = token.line
    let first = try operand(&self)
    var rest: [(operation: ArithmeticOperator, operand: TemplateExpression)] = []
    while case .symbol(let symbol) = token.form, let operation = ArithmeticOperator(rawValue: symbol), operations.contains(operation) {
      advance()
      rest.append((operation, try operand(&self)))
    }
    return rest.isEmpty ? first : try expression(.arithmetic(first, rest), line: line, over: [first] + rest.map(\.operand))
  }

  private mutating func parseUnary(takesFilters: Bool = true) throws -> TemplateExpression {
    let line = token.line
    var result: TemplateExpression
    if isSymbol("-") || isSymbol("+") {
      let isMinus = isSymbol("-")
      advance()
      let operand = try nested { try $0.parseUnary(takesFilters: false) }
      result = try expression(.sign(isMinus: isMinus, operand), line: line, over: [operand])
    } else {
      result = try parsePrimary()
    }
    result = try parsePostfix(of: result)
    return takesFilters ? try parseFiltersAndTests(of: result) : result
  }
}
