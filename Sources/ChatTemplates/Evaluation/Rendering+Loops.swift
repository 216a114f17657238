extension Rendering {
  /// Runs a loop over a value.
  func execute(_ loop: LoopStatement, over value: TemplateValue, depth0: Int) throws {
    let outer = scope
    var source = try iterator(over: value)
    if let condition = loop.condition { source = filtered(source, by: condition, target: loop.target, scope: outer) }
    try spendObject()
    let state = LoopState(loop, over: source, scope: outer, depth0: depth0)
    loops.append(state)
    let reference = TemplateValue.object(ObjectReference(kind: .loop, index: loops.count - 1))
    // As in jinja2, an iteration that a `break` or `continue` cuts short does not keep `else` from running.
    var hasCompleted = false
    while let element = try state.next() {
      try spend(1)
      let flow = try scoped(in: outer) {
        hide(loop.body)
        if let name = loopName { scope.set(name, to: reference) }
        try assign(element, to: loop.target)
        return try execute(loop.body.statements)
      }
      if flow == .breaksLoop { break }
      if flow == .onwards { hasCompleted = true }
    }
    if !hasCompleted, let otherwise = loop.otherwise {
      _ = try scoped(in: outer) {
        hide(otherwise)
        return try execute(otherwise.statements)
      }
    }
  }

  /// The elements for which a loop's condition holds, tested one by one as they are asked for.
  private func filtered(
    _ source: ValueIterator, by condition: TemplateExpression, target: AssignmentTarget, scope outer: TemplateScope
  ) -> ValueIterator {
    ValueIterator {
      while let element = try source.next() {
        try self.spend(1)
        let isTrue = try self.scoped(in: outer) {
          try self.assign(element, to: target)
          return try self.evaluate(condition).isTrue
        }
        if isTrue { return element }
      }
      return nil
    }
  }

  /// Runs a recursive loop over another value, for `loop(value)`.
  func recurse(_ loop: LoopState, over value: TemplateValue) throws -> TemplateText {
    guard loop.statement.isRecursive else { throw TemplateProblem("the loop is not marked 'recursive'") }
    return try nested {
      try captured { try scoped(in: loop.scope) { try execute(loop.statement, over: value, depth0: loop.depth0 + 1) } }
    }
  }

  /// An attribute of `loop`; nil where it has no such attribute.
  func attribute(_ name: String, of loop: LoopState) throws -> TemplateValue? {
    switch name {
    case "index": .integer(loop.index0 + 1)
    case "index0": .integer(loop.index0)
    case "first": .boolean(loop.index0 == 0)
    case "last": .boolean(try loop.peek() == nil)
    case "length": .integer(try loop.length())
    case "revindex": .integer(try loop.length() - loop.index0)
    case "revindex0": .integer(try loop.length() - loop.index0 - 1)
    case "depth": .integer(loop.depth0 + 1)
    case "depth0": .integer(loop.depth0)
    case "previtem": loop.index0 == 0 ? .undefined(UndefinedValue(.reason("there is no previous item"))) : loop.previous
    case "nextitem": try loop.peek() ?? .undefined(UndefinedValue(.reason("there is no next item")))
    default: nil
    }
  }

  /// The values that iterating over a value gives.
  func iterator(over value: TemplateValue) throws -> ValueIterator {
    switch value {
    case .undefined: return ValueIterator([])
    case .list(let list), .tuple(let list): return ValueIterator(list.elements)
    case .dictionary(let dictionary): return ValueIterator(dictionary.keys)
    case .view(let view):
      try spend(view.dictionary.count)
      return ValueIterator(view.elements)
    case .range(let range):
      var position = 0
      return ValueIterator(count: range.count) {
        guard position < range.count else { return nil }
        position += 1
        return range.element(position - 1)
      }
    case .text(let text):
      var offset = 0
      return ValueIterator(count: text.count) {
        guard offset < text.bytes.count else { return nil }
        defer { offset = text.next(after: offset) }
        return .text(TemplateText(bytes: text.bytes[offset..<text.next(after: offset)]))
      }
    case .object(let reference) where reference.kind == .generator: return generators[reference.index]
    case .object(let reference) where reference.kind == .loop:
      throw TemplateProblem("iterating over 'loop' is not supported", isUnsupported: true)
    default: throw TemplateProblem("'\(value.typeName)' object is not iterable")
    }
  }

  /// All values that iterating over a value gives.
  func elements(of value: TemplateValue) throws -> [TemplateValue] {
    switch value {
    case .list(let list), .tuple(let list): return list.elements
    default:
      let iterator = try iterator(over: value)
      var elements: [TemplateValue] = []
      while let element = try iterator.next() {
        try spend(1)
        elements.append(element)
        try check(elements: elements.count)
      }
      return elements
    }
  }

  /// Makes a generator: values computed one by one when they are asked for, once.
  func generator(_ next: @escaping () throws -> TemplateValue?) throws -> TemplateValue {
    try spendObject()
    generators.append(
      ValueIterator { [unowned self] in
        try self.spend(1)
        // Generators over generators nest like calls.
        return try self.nested(next)
      })
    return .object(ObjectReference(kind: .generator, index: generators.count - 1))
  }
}
