extension Rendering {
  /// How a statement ended.
  enum Flow {
    case onwards, breaksLoop, continuesLoop
  }

  func execute(_ statements: [TemplateStatement]) throws -> Flow {
    for statement in statements {
      try spend(1)
      let flow = try execute(statement)
      if flow != .onwards { return flow }
    }
    return .onwards
  }

  private func execute(_ statement: TemplateStatement) throws -> Flow {
    line = statement.line
    switch statement.form {
    case .text(let text): try write(text)
    case .output(let expression): try write(try string(try evaluate(expression)))
    case .condition(let branches, let otherwise): return try nested { try executeCondition(branches, otherwise: otherwise) }
    case .loop(let loop):
      return try nested {
        try execute(loop, over: try evaluate(loop.iterable), depth0: 0)
        return .onwards
      }
    case .breakLoop: return .breaksLoop
    case .continueLoop: return .continuesLoop
    default: return try nested { try executeOther(statement) }
    }
    return .onwards
  }

  private func executeCondition(
    _ branches: [(test: TemplateExpression, body: [TemplateStatement])], otherwise: [TemplateStatement]
  ) throws -> Flow {
    for branch in branches where try evaluate(branch.test).isTrue { return try execute(branch.body) }
    return try execute(otherwise)
  }

  private func executeOther(_ statement: TemplateStatement) throws -> Flow {
    switch statement.form {
    case .set(let target, let expression): try assign(try evaluate(expression), to: target)
    case .setBlock(let target, let filter, let body):
      let (value, flow) = try collect(body, filter: filter)
      try assign(value, to: target)
      return flow
    case .filterBlock(let filter, let body):
      let (value, flow) = try collect(body, filter: filter)
      try write(try string(value))
      return flow
    case .with(let assignments, let body):
      let values = try assignments.map { try evaluate($0.value) }
      return try scoped {
        hide(body)
        for (assignment, value) in zip(assignments, values) { try assign(value, to: assignment.target) }
        return try execute(body.statements)
      }
    case .macro(let macro):
      let value = try define(macro)
      if let name = macro.nameIndex { scope.set(name, to: value) }
    case .callBlock(let call, let caller): try executeCallBlock(call, caller: caller)
    case .generation(let body): return try execute(body)
    case .text, .output, .condition, .loop, .breakLoop, .continueLoop: break
    }
    return .onwards
  }

  /// Runs statements with variables of their own.
  private func execute(_ body: ScopedBody) throws -> Flow {
    try scoped {
      hide(body)
      return try execute(body.statements)
    }
  }

  /// A body's output, through a filter where there is one.
  private func collect(_ body: ScopedBody, filter: TemplateExpression?) throws -> (TemplateValue, Flow) {
    var flow = Flow.onwards
    let text = try captured { flow = try execute(body) }
    guard let filter else { return (.text(text), flow) }
    let outer = collected
    collected = .text(text)
    defer { collected = outer }
    return (try evaluate(filter), flow)
  }

  func define(_ macro: MacroStatement) throws -> TemplateValue {
    try spendObject()
    macros.append(MacroState(statement: macro, scope: scope))
    return .object(ObjectReference(kind: .macro, index: macros.count - 1))
  }

  private func executeCallBlock(_ call: TemplateExpression, caller: MacroStatement) throws {
    guard case .call(let callee, let list) = call.form else { return }
    let function = try evaluate(callee)
    var arguments = try evaluate(list)
    arguments.keywords.append(("caller", try define(caller)))
    line = call.line
    try write(try string(try self.call(function, arguments)))
  }

  func assign(_ value: TemplateValue, to target: AssignmentTarget) throws {
    switch target {
    case .name(let name): scope.set(name, to: value)
    case .attribute(let namespace, let name):
      guard case .object(let reference) = self.value(of: namespace), reference.kind == .namespace else {
        throw TemplateProblem("cannot assign the attribute '\(name)': '\(tree.names[namespace])' is not a namespace")
      }
      try namespaces[reference.index].set(TemplateText(name), to: value)
    case .tuple(let targets):
      let iterator = try iterator(over: value)
      let values = try take(targets.count, of: iterator)
      for (target, value) in zip(targets, values) { try assign(value, to: target) }
    }
  }

  private func take(_ count: Int, of iterator: ValueIterator) throws -> [TemplateValue] {
    var values: [TemplateValue] = []
    while let value = try iterator.next() {
      guard values.count < count else { throw TemplateProblem("too many values to unpack (expected \(count))") }
      values.append(value)
    }
    guard values.count == count else {
      throw TemplateProblem("not enough values to unpack (expected \(count), got \(values.count))")
    }
    return values
  }
}
