extension Rendering {
  /// `value.name`: a method or attribute of the value's type, else the element of that name.
  func attribute(_ name: TemplateText, of value: TemplateValue) throws -> TemplateValue {
    if let found = try typeAttribute(name, of: value) { return found }
    if let found = try element(at: .text(name), of: value) { return found }
    return .undefined(UndefinedValue(.attribute(type: value.typeName, name: name.string)))
  }

  /// `value[key]`: the element, else, for a text, the method or attribute.
  func item(_ key: TemplateValue, of value: TemplateValue) throws -> TemplateValue {
    if case .undefined(let undefined) = value { throw TemplateProblem(undefined.message) }
    if let found = try element(at: key, of: value) { return found }
    if case .text(let name) = key {
      if let found = try typeAttribute(name, of: value) { return found }
      return .undefined(UndefinedValue(.attribute(type: value.typeName, name: name.string)))
    }
    return .undefined(UndefinedValue(.element(type: value.typeName, index: try Representation.quoted(key, in: self).string)))
  }

  /// The method or attribute of that name, never an element: the filter `attr`.
  func onlyAttribute(_ name: TemplateText, of value: TemplateValue) throws -> TemplateValue {
    try typeAttribute(name, of: value) ?? .undefined(UndefinedValue(.attribute(type: value.typeName, name: name.string)))
  }

  /// The element of a dictionary or a sequence; nil where there is none.
  private func element(at key: TemplateValue, of value: TemplateValue) throws -> TemplateValue? {
    switch value {
    case .dictionary(let dictionary):
      if case .text(let name) = key { return dictionary.value(of: name) }
      try spend(Int(key.weight))
      return DictionaryKey(key).flatMap { dictionary.value(of: $0) }
    case .list(let list), .tuple(let list):
      return index(key, in: list.elements.count).map { list.elements[$0] }
    case .range(let range): return index(key, in: range.count).map(range.element)
    case .text(let text):
      guard case .integer? = key.number else { return nil }
      try spend(bytes: text.bytes.count)
      return index(key, in: text.count).map { place in
        let start = text.offset(ofScalar: place)
        return .text(TemplateText(bytes: text.bytes[start..<text.next(after: start)], isMarkup: text.isMarkup))
      }
    default: return nil
    }
  }

  private func index(_ key: TemplateValue, in count: Int) -> Int? {
    guard case .integer(let index)? = key.number else { return nil }
    let place = index < 0 ? index + count : index
    return place >= 0 && place < count ? place : nil
  }

  /// A method or attribute that the value's type has; nil where it has none of that name.
  private func typeAttribute(_ name: TemplateText, of value: TemplateValue) throws -> TemplateValue? {
    switch value {
    case .undefined(let undefined): throw TemplateProblem(undefined.message)
    case .object(let reference): return try objectAttribute(name, of: reference)
    case .tuple(let list) where list.isGroup:
      if name == "grouper" { return list.elements[0] }
      if name == "list" { return list.elements[1] }
    default: break
    }
    let name = name.string
    if MethodLibrary.refusedNames(of: value).contains(name) {
      return .undefined(UndefinedValue(.refused(type: value.typeName, name: name)))
    }
    guard MethodLibrary.names(of: value).contains(name) else { return nil }
    return .method(BoundMethod(receiver: value, name: name))
  }

  private func objectAttribute(_ name: TemplateText, of reference: ObjectReference) throws -> TemplateValue? {
    switch reference.kind {
    case .namespace: return namespaces[reference.index].value(of: name)
    case .loop:
      if let value = try attribute(name.string, of: loops[reference.index]) { return value }
      guard name == "cycle" || name == "changed" else { return nil }
      return .method(BoundMethod(receiver: .object(reference), name: name.string))
    case .cycler:
      if name == "current" { return cyclers[reference.index].current }
      guard name == "next" || name == "reset" else { return nil }
      return .method(BoundMethod(receiver: .object(reference), name: name.string))
    case .macro:
      let macro = macros[reference.index]
      switch name {
      case "name": return .text(macro.name)
      case "arguments": return try list(macro.statement.parameters.map { .text($0.name) }, isTuple: true)
      case "caller": return .boolean(macro.statement.usesCaller)
      case "catch_kwargs": return .boolean(macro.statement.usesKeywords)
      case "catch_varargs": return .boolean(macro.statement.usesPositional)
      default: return nil
      }
    case .generator, .joiner: return nil
    }
  }

  /// `value[start:stop:step]`.
  func slice(_ value: TemplateValue, start: TemplateValue?, stop: TemplateValue?, step: TemplateValue?) throws -> TemplateValue {
    if case .undefined(let undefined) = value { throw TemplateProblem(undefined.message) }
    let bounds = try [start, stop, step].map { try Self.sliceBound($0) }
    guard bounds[2] != 0 else { throw TemplateProblem("slice step cannot be zero") }
    func indices(_ length: Int) -> SliceIndices { SliceIndices(start: bounds[0], stop: bounds[1], step: bounds[2], length: length) }
    switch value {
    case .text(let text):
      try spend(bytes: text.bytes.count)
      return try self.text(text.sliced(indices(text.count)))
    case .list(let list): return try self.list(indices(list.elements.count).indices.map { list.elements[$0] })
    case .tuple(let list): return try self.list(indices(list.elements.count).indices.map { list.elements[$0] }, isTuple: true)
    case .range(let range):
      let slice = indices(range.count)
      return try self.range(
        start: range.start &+ slice.start &* range.step, count: slice.count, step: range.step.multipliedReportingOverflow(by: slice.step))
    case .dictionary: throw TemplateProblem("unhashable type: 'slice'")
    default: throw TemplateProblem("'\(value.typeName)' object is not subscriptable")
    }
  }

  private func range(start: Int, count: Int, step: (partialValue: Int, overflow: Bool)) throws -> TemplateValue {
    let (distance, overflow) = step.partialValue.multipliedReportingOverflow(by: count)
    guard !step.overflow, !overflow else { throw TemplateProblem("a range beyond 64 bits is not supported", isUnsupported: true) }
    let (stop, stopOverflow) = start.addingReportingOverflow(distance)
    guard !stopOverflow else { throw TemplateProblem("a range beyond 64 bits is not supported", isUnsupported: true) }
    return .range(TemplateRange(start: start, stop: stop, step: step.partialValue, count: count))
  }

  private static func sliceBound(_ value: TemplateValue?) throws -> Int? {
    guard let value, !value.isNone else { return nil }
    if case .undefined(let undefined) = value { throw TemplateProblem(undefined.message) }
    guard case .integer(let bound)? = value.number else { throw TemplateProblem("slice indices must be integers or None") }
    return bound
  }
}
