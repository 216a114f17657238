extension Rendering {
  /// Calls a function, a method or a macro.
  func call(_ callee: TemplateValue, _ arguments: CallArguments) throws -> TemplateValue {
    switch callee {
    case .function(let function): return try function.body(self, arguments)
    case .method(let method): return try MethodLibrary.call(method, arguments, in: self)
    case .undefined(let undefined): throw TemplateProblem(undefined.message)
    case .object(let reference):
      switch reference.kind {
      case .macro: return try call(macros[reference.index], arguments)
      case .loop:
        let value = try arguments.bound(to: ["iterable"], required: 1, of: "loop")[0] ?? .none
        return .text(try recurse(loops[reference.index], over: value))
      case .joiner:
        try arguments.expectNone(of: "joiner")
        defer { joiners[reference.index].isUsed = true }
        return .text(joiners[reference.index].isUsed ? joiners[reference.index].separator : "")
      case .namespace, .generator, .cycler: throw TemplateProblem("'\(callee.typeName)' object is not callable")
      }
    default: throw TemplateProblem("'\(callee.typeName)' object is not callable")
    }
  }

  /// Runs a macro; its output is its value.
  private func call(_ macro: MacroState, _ arguments: CallArguments) throws -> TemplateValue {
    try nested {
      let callLine = line
      let text = try captured {
        try scoped(in: macro.scope) {
          hide(macro.statement.body)
          try bind(arguments, to: macro.statement)
          _ = try execute(macro.statement.body.statements)
        }
      }
      line = callLine
      return .text(text)
    }
  }

  private func bind(_ arguments: CallArguments, to macro: MacroStatement) throws {
    var keywords = arguments.keywords
    func takeKeyword(_ name: String) -> TemplateValue? {
      guard let place = keywords.firstIndex(where: { $0.name == name }) else { return nil }
      return keywords.remove(at: place).value
    }
    for (place, parameter) in macro.parameters.enumerated() {
      if place < arguments.positional.count {
        scope.set(parameter.index, to: arguments.positional[place])
      } else if let value = takeKeyword(parameter.name) {
        scope.set(parameter.index, to: value)
      } else if let value = parameter.defaultValue {
        scope.set(parameter.index, to: try evaluate(value))
      } else {
        scope.set(parameter.index, to: .undefined(UndefinedValue(.reason("parameter '\(parameter.name)' was not provided"))))
      }
    }
    if macro.usesCaller, let name = callerName {
      scope.set(name, to: takeKeyword("caller") ?? .undefined(UndefinedValue(.reason("No caller defined"))))
    }
    if macro.usesKeywords, let name = keywordsName {
      var builder = DictionaryBuilder()
      for keyword in keywords { builder.insert(keyword.value, at: .text(keyword.name)) }
      scope.set(name, to: try dictionary(builder))
    } else if let keyword = keywords.first {
      throw TemplateProblem("macro '\(macro.name)' takes no keyword argument '\(keyword.name)'")
    }
    let extra = Array(arguments.positional.dropFirst(macro.parameters.count))
    if macro.usesPositional, let name = positionalName {
      scope.set(name, to: try list(extra, isTuple: true))
    } else if !extra.isEmpty {
      throw TemplateProblem("macro '\(macro.name)' takes not more than \(macro.parameters.count) argument(s)")
    }
  }
}
