import Files

extension TemplateParser {
  /// Reads statements up to a tag that is one of `ends`, whose name is then the current token; or to the template's end.
  mutating func parseBody(until ends: [String]) throws -> [TemplateStatement] {
    let opening = token.line
    var statements: [TemplateStatement] = []
    while true {
      let line = token.line
      switch token.form {
      case .data(let text):
        advance()
        statements.append(TemplateStatement(line: line, form: .text(text)))
      case .variableBegin:
        advance()
        statements.append(TemplateStatement(line: line, form: .output(try parseTuple())))
        try expect(.variableEnd)
      case .blockBegin:
        advance()
        if case .name(let name) = token.form, ends.contains(name) { return statements }
        if let statement = try nested({ try $0.parseStatement() }) { statements.append(contentsOf: statement) }
        try expect(.blockEnd)
      default:
        guard ends.isEmpty else {
          throw failure("the template ends inside a block, expected \(Self.listed(ends))", line: opening)
        }
        return statements
      }
    }
  }

  private static func listed(_ tags: [String]) -> String { tags.map { "\"{% \($0) %}\"" }.joined(separator: " or ") }

  /// Reads a tag's end, the body, and the name of the tag that ends it.
  private mutating func parseBlock(until ends: [String]) throws -> (statements: [TemplateStatement], end: String) {
    _ = takeSymbol(":")
    try expect(.blockEnd)
    let statements = try parseBody(until: ends)
    return (statements, try expectName())
  }

  private mutating func parseScope(until end: String) throws -> ScopedBody {
    let outer = isConditional
    isConditional = false
    defer { isConditional = outer }
    return scoped(try parseBlock(until: [end]).statements)
  }

  private mutating func parseStatement() throws -> [TemplateStatement]? {
    let line = token.line
    guard case .name(let tag) = token.form else { throw failure("expected a tag's name, found \(token.summary)") }
    advance()
    func statement(_ form: TemplateStatement.Form) -> [TemplateStatement] { [TemplateStatement(line: line, form: form)] }
    switch tag {
    case "if": return statement(try parseCondition())
    case "for": return statement(.loop(try parseLoop()))
    case "set": return statement(try parseSet())
    case "macro": return statement(.macro(try parseMacro()))
    case "call": return statement(try parseCallBlock(line: line))
    case "filter":
      let filter = try parseFilters(of: try expression(.collected, line: line), beginsWithName: true)
      return statement(.filterBlock(filter, body: try parseScope(until: "endfilter")))
    case "with": return statement(try parseWith())
    case "generation":
      return statement(.generation(try parseFunctionBody(until: "endgeneration")))
    case "print": return try parsePrint(line: line)
    case "break", "continue":
      guard loopNesting > 0 else { throw failure("the tag \"\(tag)\" outside of a loop", line: line) }
      return statement(tag == "break" ? .breakLoop : .continueLoop)
    case "include", "import", "from", "extends", "block", "autoescape", "do", "trans", "debug":
      throw failure("the tag \"\(tag)\" is not supported", line: line, .unsupported)
    default: throw failure("the tag \"\(tag)\" is not known here", line: line)
    }
  }

  private mutating func parseCondition() throws -> TemplateStatement.Form {
    let outer = isConditional
    isConditional = true
    defer { isConditional = outer }
    var branches: [(test: TemplateExpression, body: [TemplateStatement])] = []
    while true {
      let test = try parseTuple(allowsCondition: false)
      let block = try parseBlock(until: ["elif", "else", "endif"])
      branches.append((test, block.statements))
      if block.end == "elif" { continue }
      let otherwise = block.end == "else" ? try parseBlock(until: ["endif"]).statements : []
      return .condition(branches, otherwise: otherwise)
    }
  }

  private mutating func parseLoop() throws -> LoopStatement {
    outerLoops += 1
    defer { outerLoops -= 1 }
    let target = try parseTarget(until: "in")
    guard takeName("in") else { throw failure("expected 'in', found \(token.summary)") }
    let iterable = try parseTuple(allowsCondition: false, until: "recursive")
    let outer = isConditional
    isConditional = false
    defer { isConditional = outer }
    let condition = takeName("if") ? try parseExpression() : nil
    let isRecursive = takeName("recursive")
    // The body of a recursive loop is a function; a `break` in it ends the loop all the same.
    loopNesting += 1
    let body = try parseBlock(until: ["endfor", "else"])
    loopNesting -= 1
    let otherwise = body.end == "else" ? try parseBlock(until: ["endfor"]).statements : nil
    return LoopStatement(
      target: target, iterable: iterable, condition: condition, isRecursive: isRecursive, body: scoped(body.statements),
      otherwise: otherwise.map { scoped($0) })
  }

  private mutating func parseSet() throws -> TemplateStatement.Form {
    let target = try parseTarget(allowsNamespace: true)
    if takeSymbol("=") { return .set(target, try parseTuple()) }
    let line = token.line
    let filter = isSymbol("|") ? try parseFilters(of: try expression(.collected, line: line)) : nil
    return .setBlock(target, filter: filter, body: try parseScope(until: "endset"))
  }

  private mutating func parseWith() throws -> TemplateStatement.Form {
    var assignments: [(target: AssignmentTarget, value: TemplateExpression)] = []
    while token.form != .blockEnd {
      if !assignments.isEmpty { try expect(.symbol(",")) }
      let target = try parseTarget()
      try expect(.symbol("="))
      assignments.append((target, try parseExpression()))
    }
    return .with(assignments, body: try parseScope(until: "endwith"))
  }

  private mutating func parsePrint(line: Int) throws -> [TemplateStatement] {
    var statements: [TemplateStatement] = []
    while token.form != .blockEnd {
      if !statements.isEmpty { try expect(.symbol(",")) }
      statements.append(TemplateStatement(line: line, form: .output(try parseExpression())))
    }
    return statements
  }

  /// The target of `set`, `for` and `with`: a name, or several with commas; with `set`, attributes of namespaces, too.
  private mutating func parseTarget(until end: String? = nil, allowsNamespace: Bool = false) throws -> AssignmentTarget {
    var targets: [AssignmentTarget] = []
    var isTuple = false
    while true {
      if token.form == .blockEnd || isSymbol(")") || isSymbol("=") || end.map(isName) == true { break }
      targets.append(try parseSingleTarget(allowsNamespace: allowsNamespace))
      guard takeSymbol(",") else { break }
      isTuple = true
    }
    if !isTuple, let target = targets.first { return target }
    guard isTuple else { throw failure("expected a name to assign to, found \(token.summary)") }
    return .tuple(targets)
  }

  private mutating func parseSingleTarget(allowsNamespace: Bool) throws -> AssignmentTarget {
    if takeSymbol("(") {
      let target = try nested { try $0.parseTarget(allowsNamespace: allowsNamespace) }
      try expect(.symbol(")"))
      return target
    }
    guard case .name(let name) = token.form, !Self.constants.contains(name) else {
      throw failure("cannot assign to \(token.summary)")
    }
    guard name != "loop" || outerLoops == 0 else { throw failure("cannot assign to 'loop' inside of a loop") }
    advance()
    guard allowsNamespace, takeSymbol(".") else { return .name(index(of: name)) }
    usedNames[usedNames.count - 1].insert(name)
    return .attribute(namespace: index(of: name), name: try expectName())
  }

  private static let constants: Set<String> = ["true", "false", "none", "True", "False", "None"]
}
