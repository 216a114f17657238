extension TemplateParser {
  /// Reads a name, a literal or a part in brackets.
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

  /// Reads the rest after the first colon of `[start:stop:step]`.
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
}
