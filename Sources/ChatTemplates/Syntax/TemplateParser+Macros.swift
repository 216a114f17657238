extension TemplateParser {
  mutating func parseMacro() throws -> MacroStatement {
    let name = try expectName()
    let index = index(of: name)
    guard isSymbol("(") else { throw failure("expected the parameters of the macro \"\(name)\", found \(token.summary)") }
    return try parseFunction(name: name, index: index, until: "endmacro")
  }

  /// `{% call(parameters) macro(arguments) %}`.
  mutating func parseCallBlock(line: Int) throws -> TemplateStatement.Form {
    usedNames.append([])
    let parameters = isSymbol("(") ? try parseParameters() : []
    let call = try parseExpression()
    guard case .call = call.form else { throw failure("expected a call of a macro", line: line) }
    let caller = try parseFunction(name: "caller", index: nil, parameters: parameters, until: "endcall")
    return .callBlock(call: call, caller: caller)
  }

  private mutating func parseFunction(name: String, index: NameIndex?, until end: String) throws -> MacroStatement {
    usedNames.append([])
    return try parseFunction(name: name, index: index, parameters: try parseParameters(), until: end)
  }

  /// Reads a body and takes the names that it used from the top of ``usedNames``.
  private mutating func parseFunction(
    name: String, index: NameIndex?, parameters: [(name: String, index: NameIndex, defaultValue: TemplateExpression?)], until end: String
  ) throws -> MacroStatement {
    let body = try parseFunctionBody(until: end)
    let used = usedNames.removeLast()
    let own = Set(parameters.map(\.name))
    usedNames[usedNames.count - 1].formUnion(used)
    return MacroStatement(
      name: name, nameIndex: index, parameters: parameters, body: body,
      usesCaller: used.contains("caller") && !own.contains("caller"),
      usesKeywords: used.contains("kwargs") && !own.contains("kwargs"),
      usesPositional: used.contains("varargs") && !own.contains("varargs"))
  }

  /// Reads a body that no `break` leaves.
  mutating func parseFunctionBody(until end: String) throws -> ScopedBody {
    let outer = (loopNesting, isConditional)
    (loopNesting, isConditional) = (0, false)
    defer { (loopNesting, isConditional) = outer }
    _ = takeSymbol(":")
    try expect(.blockEnd)
    let body = scoped(try parseBody(until: [end]))
    advance()
    return body
  }

  private mutating func parseParameters() throws -> [(name: String, index: NameIndex, defaultValue: TemplateExpression?)] {
    var parameters: [(name: String, index: NameIndex, defaultValue: TemplateExpression?)] = []
    try expect(.symbol("("))
    while !isSymbol(")") {
      if !parameters.isEmpty { try expect(.symbol(",")) }
      let name = try expectName()
      guard !parameters.contains(where: { $0.name == name }) else { throw failure("two parameters with the name \"\(name)\"") }
      let value = takeSymbol("=") ? try parseExpression() : nil
      guard value != nil || parameters.last?.defaultValue == nil else {
        throw failure("the parameter \"\(name)\" without a default after one that has a default")
      }
      parameters.append((name, index(of: name), value))
    }
    try expect(.symbol(")"))
    return parameters
  }
}
