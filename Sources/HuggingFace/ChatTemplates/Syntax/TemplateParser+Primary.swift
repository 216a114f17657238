extension TemplateParser {
  /// Reads a name, a literal or what is in brackets.
  mutating func parsePrimary() throws -> TemplateExpression {
    let line = token.line
    switch token.form {
    case .name(let name):
      advance()
      return try expression(form(ofName: name), line: line)
    case .text(let text):
      advance()
      var bytes = text.bytes
      while case .text(let more) = token.form {
        bytes += more.bytes
        advance()
      }
      return try expression(.literal(.text(TemplateText(bytes: bytes))), line: line)
    case .integer(let value):
      advance()
      return try expression(.literal(.integer(value)), line: line)
    case .float(let value):
      advance()
      return try expression(.literal(.float(value)), line: line)
    case .symbol("("):
      advance()
      let result = try nested { try $0.parseTuple(isInParentheses: true) }
      try expect(.symbol(")"))
      return result
    case .symbol("["):
      advance()
      let elements = try parseElements(until: "]") { try $0.parseExpression() }
      return try expression(.list(elements), line: line, over: elements)
    case .symbol("{"):
      advance()
      let members = try parseElements(until: "}") { parser in
        let key = try parser.parseExpression()
        try parser.expect(.symbol(":"))
        return (key: key, value: try parser.parseExpression())
      }
      return try expression(.dictionary(members), line: line, over: members.flatMap { [$0.key, $0.value] })
    default: throw failure("expected an expression, found \(token.summary)")
    }
  }

  private mutating func form(ofName name: String) -> TemplateExpression.Form {
    switch name {
    case "true", "True": return .literal(.boolean(true))
    case "false", "False": return .literal(.boolean(false))
    case "none", "None": return .literal(.none)
    default:
      usedNames[usedNames.count - 1].insert(name)
      return .name(index(of: name))
    }
  }

  private mutating func parseElements<Element>(
    until end: String, element: (inout TemplateParser) throws -> Element
  ) throws -> [Element] {
    var elements: [Element] = []
    while !isSymbol(end) {
      if !elements.isEmpty { try expect(.symbol(",")) }
      if isSymbol(end) { break }
      elements.append(try element(&self))
    }
    advance()
    return elements
  }

  /// Reads the attributes, elements and calls that follow a value.
  mutating func parsePostfix(of base: TemplateExpression) throws -> TemplateExpression {
    var result = base
    while true {
      if isSymbol(".") || isSymbol("[") {
        result = try parseSubscript(of: result)
      } else if isSymbol("(") {
        result = try parseCall(of: result)
      } else {
        return result
      }
    }
  }

  /// Reads the filters, tests and calls that follow a value.
  mutating func parseFiltersAndTests(of base: TemplateExpression) throws -> TemplateExpression {
    var result = base
    while true {
      if isSymbol("|") {
        result = try parseFilters(of: result)
      } else if isName("is") {
        result = try parseTest(of: result)
      } else if isSymbol("(") {
        result = try parseCall(of: result)
      } else {
        return result
      }
    }
  }

  private mutating func parseSubscript(of base: TemplateExpression) throws -> TemplateExpression {
    let line = token.line
    if takeSymbol(".") {
      switch token.form {
      case .name(let name):
        advance()
        return try expression(.attribute(base, TemplateText(name)), line: line, over: [base])
      case .integer(let index):
        advance()
        let index = try expression(.literal(.integer(index)), line: line)
        return try expression(.item(base, index), line: line, over: [base])
      default: throw failure("expected an attribute's name or a number after '.', found \(token.summary)")
      }
    }
    advance()
    var parts: [TemplateExpression] = []
    while !isSymbol("]") {
      if !parts.isEmpty { try expect(.symbol(",")) }
      let start = isSymbol(":") ? nil : try parseExpression()
      if parts.isEmpty, takeSymbol(":") { return try parseSlice(of: base, start: start, line: line) }
      guard let start else { throw failure("expected an expression, found \(token.summary)") }
      parts.append(start)
    }
    advance()
    let key = parts.count == 1 ? parts[0] : try expression(.tuple(parts), line: line, over: parts)
    return try expression(.item(base, key), line: line, over: [base, key])
  }

  /// Reads what follows the first colon of `[start:stop:step]`.
  private mutating func parseSlice(of base: TemplateExpression, start: TemplateExpression?, line: Int) throws -> TemplateExpression {
    func isPartEnd() -> Bool { isSymbol(":") || isSymbol("]") }
    let stop = isPartEnd() ? nil : try parseExpression()
    let step = takeSymbol(":") && !isPartEnd() ? try parseExpression() : nil
    guard takeSymbol("]") else { throw failure("expected ']' after a slice, found \(token.summary)") }
    return try expression(
      .slice(base, start: start, stop: stop, step: step), line: line, over: [base] + [start, stop, step].compactMap { $0 })
  }

  private mutating func parseCall(of callee: TemplateExpression) throws -> TemplateExpression {
    let line = token.line
    let arguments = try parseArguments()
    return try expression(.call(callee, arguments), line: line, over: [callee] + arguments.expressions)
  }

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

  private mutating func parseTest(of base: TemplateExpression) throws -> TemplateExpression {
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
