/// The methods of values.
enum MethodLibrary {
  /// The methods that the value's type has.
  static func names(of value: TemplateValue) -> Set<String> {
    switch value {
    case .text: textNames
    case .list: listNames
    case .tuple: tupleNames
    case .dictionary: dictionaryNames
    case .boolean, .integer, .float: numberNames
    default: []
    }
  }

  /// The methods that would change the value, which the sandbox refuses.
  static func refusedNames(of value: TemplateValue) -> Set<String> {
    switch value {
    case .list: ["append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"]
    case .dictionary: ["clear", "pop", "popitem", "setdefault", "update"]
    default: []
    }
  }

  private static let listNames: Set<String> = ["count", "index", "copy"]
  private static let tupleNames: Set<String> = ["count", "index"]
  private static let dictionaryNames: Set<String> = ["get", "items", "keys", "values", "copy"]

  /// The methods of Python's numbers; all are refused by name.
  private static let numberNames: Set<String> = [
    "as_integer_ratio", "bit_count", "bit_length", "conjugate", "denominator", "hex", "imag", "is_integer", "numerator", "real", "to_bytes",
  ]

  /// Calls a method.
  static func call(_ method: BoundMethod, _ arguments: CallArguments, in rendering: Rendering) throws -> TemplateValue {
    switch method.receiver {
    case .text(let text): return try call(method.name, of: text, arguments, in: rendering)
    case .list(let list), .tuple(let list): return try call(method, of: list, arguments, in: rendering)
    case .dictionary(let dictionary): return try call(method.name, of: dictionary, arguments, in: rendering)
    case .object(let reference): return try call(method.name, of: reference, arguments, in: rendering)
    default: throw unsupported(method.name, of: method.receiver)
    }
  }

  static func unsupported(_ name: String, of value: TemplateValue) -> TemplateProblem {
    TemplateProblem("the method '\(name)' of '\(value.typeName)' is not supported", isUnsupported: true)
  }

  private static func call(
    _ method: BoundMethod, of list: TemplateList, _ arguments: CallArguments, in rendering: Rendering
  ) throws -> TemplateValue {
    switch method.name {
    case "copy":
      try arguments.expectNone(of: "copy")
      return method.receiver
    case "count":
      let value = try arguments.bound(to: ["value"], required: 1, of: "count")[0] ?? .none
      return .integer(try list.elements.count { try isEqual($0, value, in: rendering) })
    default:
      let values = try arguments.bound(to: ["value", "start", "stop"], required: 1, of: "index")
      let range = SliceIndices(
        start: try values[1].integer("start", default: 0), stop: try values[2].integer("stop", default: .max), step: 1,
        length: list.elements.count)
      for place in range.start..<range.start + range.count
      where try isEqual(list.elements[place], values[0] ?? .none, in: rendering) { return .integer(place) }
      throw TemplateProblem("\(try Representation.quoted(values[0] ?? .none, in: rendering).string) is not in list")
    }
  }

  private static func isEqual(_ left: TemplateValue, _ right: TemplateValue, in rendering: Rendering) throws -> Bool {
    try rendering.chargeComparison(left, right)
    return TemplateValue.areEqual(left, right)
  }

  private static func call(
    _ name: String, of dictionary: TemplateDictionary, _ arguments: CallArguments, in rendering: Rendering
  ) throws -> TemplateValue {
    switch name {
    case "get":
      let values = try arguments.bound(to: ["key", "default"], required: 1, of: "get")
      return dictionary.value(of: try rendering.hashed(values[0] ?? .none)) ?? values[1] ?? .none
    case "copy":
      try arguments.expectNone(of: name)
      return .dictionary(dictionary)
    default:
      try arguments.expectNone(of: name)
      return .view(DictionaryView(kind: name == "items" ? .items : name == "keys" ? .keys : .values, dictionary: dictionary))
    }
  }

  private static func call(
    _ name: String, of reference: ObjectReference, _ arguments: CallArguments, in rendering: Rendering
  ) throws -> TemplateValue {
    switch (reference.kind, name) {
    case (.loop, "cycle"):
      guard !arguments.positional.isEmpty else { throw TemplateProblem("no items for cycling given") }
      return arguments.positional[rendering.loops[reference.index].index0 % arguments.positional.count]
    case (.loop, "changed"):
      let loop = rendering.loops[reference.index]
      let values = arguments.positional
      if let last = loop.lastChanged, last.count == values.count {
        var isSame = true
        for (old, new) in zip(last, values) where isSame { isSame = try isEqual(old, new, in: rendering) }
        if isSame { return .boolean(false) }
      }
      loop.lastChanged = values
      return .boolean(true)
    case (.cycler, "reset"):
      rendering.cyclers[reference.index].position = 0
      return .none
    case (.cycler, "next"):
      let cycler = rendering.cyclers[reference.index]
      rendering.cyclers[reference.index].position = (cycler.position + 1) % cycler.items.count
      return cycler.current
    default: throw unsupported(name, of: .object(reference))
    }
  }
}
