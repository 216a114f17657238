extension TemplateParser {
  /// Reads the arguments of a call, a filter or a test, between parentheses.
  mutating func parseArguments() throws -> ArgumentList {
    let line = token.line
    var list = ArgumentList()
    try expect(.symbol("("))
    var isFirst = true
    while !isSymbol(")") {
      if !isFirst {
        try expect(.symbol(","))
        if isSymbol(")") { break }
      }
      isFirst = false
      if takeSymbol("*") {
        guard list.spread == nil, list.keywordSpread == nil else { throw failure("two spread arguments in a call", line: line) }
        list.spread = try parseExpression()
      } else if takeSymbol("**") {
        guard list.keywordSpread == nil else { throw failure("two spread arguments in a call", line: line) }
        list.keywordSpread = try parseExpression()
      } else if case .name(let name) = token.form, following.form == .symbol("=") {
        guard list.keywordSpread == nil else { throw failure("a named argument after a spread one", line: line) }
        guard !list.keywords.contains(where: { $0.name == name }) else { throw failure("the argument \"\(name)\" twice", line: line) }
        advance()
        advance()
        list.keywords.append((name, try parseExpression()))
      } else {
        guard list.spread == nil, list.keywordSpread == nil, list.keywords.isEmpty else {
          throw failure("an argument without a name after one with a name", line: line)
        }
        list.positional.append(try parseExpression())
      }
    }
    advance()
    return list
  }

  /// Reads `|filter(arguments)` once or several times; `filter` blocks begin with the name.
  mutating func parseFilters(of base: TemplateExpression, beginsWithName: Bool = false) throws -> TemplateExpression {
    var result = base
    var isAtName = beginsWithName
    while isAtName || takeSymbol("|") {
      isAtName = false
      let line = token.line
      let name = try parseDottedName()
      let function = FilterLibrary.filters[name]
      if function == nil { refuse("the filter \"\(name)\"", line: line) }
      let arguments = isSymbol("(") ? try parseArguments() : ArgumentList()
      result = try expression(
        .filter(result, NamedFilter(name: name, function: function), arguments), line: line, over: [result] + arguments.expressions)
    }
    return result
  }

  /// Reads `is test arguments`.
  mutating func parseTest(of base: TemplateExpression) throws -> TemplateExpression {
    advance()
    let line = token.line
    let isNegated = takeName("not")
    let name = try parseDottedName()
    let function = TestLibrary.tests[name]
    if function == nil { refuse("the test \"\(name)\"", line: line) }
    var arguments = ArgumentList()
    if isSymbol("(") {
      arguments = try parseArguments()
    } else if beginsTestArgument {
      if isName("is") { throw failure("two tests in a chain", line: line) }
      arguments.positional = [try nested { parser in try parser.parsePostfix(of: try parser.parsePrimary()) }]
    }
    let test = try expression(
      .test(base, NamedTest(name: name, function: function), arguments), line: line, over: [base] + arguments.expressions)
    return isNegated ? try expression(.not(test), line: line, over: [test]) : test
  }

  private var beginsTestArgument: Bool {
    switch token.form {
    case .name(let name): !["else", "or", "and"].contains(name)
    case .text, .integer, .float, .symbol("("), .symbol("["), .symbol("{"): true
    default: false
    }
  }

  private mutating func parseDottedName() throws -> String {
    var name = try expectName()
    while takeSymbol(".") { name += "." + (try expectName()) }
    return name
  }
}
