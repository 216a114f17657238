extension Rendering {
  /// The value of an expression.
  func evaluate(_ expression: TemplateExpression) throws -> TemplateValue {
    switch expression.form {
    case .literal(let value): return value
    case .name(let name):
      try spend(1)
      return value(of: name)
    case .collected: return collected
    default:
      try spend(1)
      return try nested { try evaluateCompound(expression) }
    }
  }

  private func evaluateCompound(_ expression: TemplateExpression) throws -> TemplateValue {
    switch expression.form {
    case .attribute(let base, let name):
      let value = try evaluate(base)
      line = expression.line
      return try attribute(name, of: value)
    case .item(let base, let key):
      let value = try evaluate(base)
      let key = try evaluate(key)
      line = expression.line
      return try item(key, of: value)
    case .call(let callee, let list):
      let function = try evaluate(callee)
      let arguments = try evaluate(list)
      line = expression.line
      return try call(function, arguments)
    case .filter(let base, let filter, let list):
      return try evaluateFilter(filter, of: base, list, line: expression.line)
    case .test(let base, let test, let list):
      return try evaluateTest(test, of: base, list, line: expression.line)
    case .comparison(let first, let rest): return try compare(first, rest)
    case .not(let operand): return .boolean(try !evaluate(operand).isTrue)
    case .all(let parts): return try evaluateLogic(parts, stopsAt: false)
    case .any(let parts): return try evaluateLogic(parts, stopsAt: true)
    default: return try evaluateOther(expression)
    }
  }

  private func evaluateOther(_ expression: TemplateExpression) throws -> TemplateValue {
    switch expression.form {
    case .conditional(let test, let then, let otherwise):
      if try evaluate(test).isTrue { return try evaluate(then) }
      if let otherwise { return try evaluate(otherwise) }
      return .undefined(
        UndefinedValue(.reason("the inline if-expression on line \(expression.line) evaluated to false and no else section was defined")))
    case .arithmetic(let first, let rest): return try evaluateArithmetic(first, rest)
    case .concatenation(let parts): return try evaluateConcatenation(parts)
    case .sign(let isMinus, let operand): return try evaluateSign(isMinus: isMinus, operand)
    case .slice(let base, let start, let stop, let step):
      let value = try evaluate(base)
      let bounds = try [start, stop, step].map { try $0.map { try evaluate($0) } }
      line = expression.line
      return try slice(value, start: bounds[0], stop: bounds[1], step: bounds[2])
    case .tuple(let parts): return try list(try parts.map { try evaluate($0) }, isTuple: true)
    case .list(let parts): return try list(try parts.map { try evaluate($0) })
    case .dictionary(let members): return try evaluateDictionary(members)
    default: preconditionFailure("an expression that another function evaluates")
    }
  }

  private func evaluateFilter(
    _ filter: NamedFilter, of base: TemplateExpression, _ list: ArgumentList, line: Int
  ) throws -> TemplateValue {
    let value = try evaluate(base)
    let arguments = try evaluate(list)
    self.line = line
    guard let function = filter.function else { throw Self.unknown(filter: filter.name) }
    return try function(self, value, arguments)
  }

  private func evaluateTest(_ test: NamedTest, of base: TemplateExpression, _ list: ArgumentList, line: Int) throws -> TemplateValue {
    let value = try evaluate(base)
    let arguments = try evaluate(list)
    self.line = line
    guard let function = test.function else { throw Self.unknown(test: test.name) }
    return .boolean(try function(self, value, arguments))
  }

  static func unknown(filter name: String) -> TemplateProblem {
    TemplateProblem("the filter \"\(name)\" is not supported", isUnsupported: true)
  }

  static func unknown(test name: String) -> TemplateProblem {
    TemplateProblem("the test \"\(name)\" is not supported", isUnsupported: true)
  }

  /// `and` and `or` give the value that decided.
  private func evaluateLogic(_ parts: [TemplateExpression], stopsAt truth: Bool) throws -> TemplateValue {
    for part in parts.dropLast() {
      let value = try evaluate(part)
      if value.isTrue == truth { return value }
    }
    return try evaluate(parts[parts.count - 1])
  }

  private func evaluateDictionary(_ members: [(key: TemplateExpression, value: TemplateExpression)]) throws -> TemplateValue {
    var builder = DictionaryBuilder()
    for (key, value) in members {
      let key = try evaluate(key)
      guard builder.insert(try evaluate(value), at: key) else { throw TemplateProblem("unhashable type: '\(key.typeName)'") }
    }
    return try dictionary(builder)
  }

  private func evaluateConcatenation(_ parts: [TemplateExpression]) throws -> TemplateValue {
    var bytes: [UInt8] = []
    for part in parts {
      bytes += try string(try evaluate(part)).bytes
      try check(size: bytes.count)
    }
    return try text(TemplateText(bytes: bytes))
  }

  /// The arguments of a call, evaluated.
  func evaluate(_ list: ArgumentList) throws -> CallArguments {
    var arguments = CallArguments(try list.positional.map { try evaluate($0) })
    for keyword in list.keywords { arguments.keywords.append((keyword.name, try evaluate(keyword.value))) }
    if let spread = list.spread {
      arguments.positional += try elements(of: try evaluate(spread))
      try check(elements: arguments.positional.count)
    }
    if let spread = list.keywordSpread {
      guard case .dictionary(let dictionary) = try evaluate(spread) else { throw TemplateProblem("'**' before a value of another type") }
      for (key, value) in zip(dictionary.keys, dictionary.values) {
        guard case .text(let name) = key else { throw TemplateProblem("keywords must be strings") }
        guard !list.keywords.contains(where: { $0.name == name.string }) else {
          throw TemplateProblem("two values for the argument '\(name.string)'")
        }
        arguments.keywords.append((name.string, value))
      }
      try spend(dictionary.count)
    }
    return arguments
  }
}
