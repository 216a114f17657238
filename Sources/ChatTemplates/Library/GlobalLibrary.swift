/// The functions that every template finds under a name.
enum GlobalLibrary {
  static let functions: [String: TemplateFunction] = Dictionary(
    uniqueKeysWithValues: [
      TemplateFunction("range", range),
      TemplateFunction("dict") { rendering, arguments in try rendering.dictionary(try members(arguments, in: rendering)) },
      TemplateFunction("namespace", namespace),
      TemplateFunction("cycler") { rendering, arguments in
        guard !arguments.positional.isEmpty, arguments.keywords.isEmpty else { throw TemplateProblem("cycler() takes at least one item") }
        try rendering.spendObject()
        rendering.cyclers.append(CyclerState(items: arguments.positional))
        return .object(ObjectReference(kind: .cycler, index: rendering.cyclers.count - 1))
      },
      TemplateFunction("joiner") { rendering, arguments in
        let separator = try arguments.bound(to: ["sep"], of: "joiner")[0].text("sep", default: ", ")
        try rendering.spendObject()
        rendering.joiners.append((separator, false))
        return .object(ObjectReference(kind: .joiner, index: rendering.joiners.count - 1))
      },
      TemplateFunction("raise_exception") { rendering, arguments in
        let message = try arguments.bound(to: ["message"], required: 1, of: "raise_exception")[0] ?? .none
        throw ChatTemplateFailure.raised(try rendering.string(message).string)
      },
      TemplateFunction("strftime_now") { rendering, arguments in
        let format = try arguments.bound(to: ["format"], required: 1, of: "strftime_now")[0].text("format", default: "")
        guard let time = rendering.time else { throw TemplateProblem("'strftime_now' is undefined") }
        return try rendering.text(try time.formatted(format))
      },
    ].map { ($0.name, $0) })

  @Sendable private static func range(_ rendering: Rendering, _ arguments: CallArguments) throws -> TemplateValue {
    guard arguments.keywords.isEmpty else { throw TemplateProblem("range() takes no keyword arguments") }
    let values = try arguments.bound(to: ["start", "stop", "step"], required: 1, of: "range")
    let first = try values[0].integer("start", default: 0)
    let (start, stop) = values[1] == nil ? (0, first) : (first, try values[1].integer("stop", default: 0))
    let step = try values[2].integer("step", default: 1)
    guard step != 0 else { throw TemplateProblem("range() arg 3 must not be zero") }
    let (distance, overflow) = step > 0 ? stop.subtractingReportingOverflow(start) : start.subtractingReportingOverflow(stop)
    let isEmpty = step > 0 ? start >= stop : start <= stop
    let count = isEmpty ? 0 : overflow ? Int.max : (distance - 1) / Int(clamping: step.magnitude) + 1
    guard count <= Rendering.Limit.rangeElements else {
      throw TemplateProblem("a range of \(count) numbers, expected at most \(Rendering.Limit.rangeElements)", isUnsupported: true)
    }
    return .range(TemplateRange(start: start, stop: stop, step: step, count: count))
  }

  @Sendable private static func namespace(_ rendering: Rendering, _ arguments: CallArguments) throws -> TemplateValue {
    let members = try members(arguments, in: rendering).finished()
    try rendering.spendObject()
    try rendering.spend(4 * members.count)
    var state = NamespaceState()
    for (key, value) in zip(members.keys, members.values) {
      guard case .text(let name) = key else { throw TemplateProblem("a namespace's attribute is \(key.typeName), expected a text") }
      try state.set(name, to: value)
    }
    rendering.namespaces.append(state)
    return .object(ObjectReference(kind: .namespace, index: rendering.namespaces.count - 1))
  }

  /// The result of Python's `dict(…)`: the members of a dictionary or of pairs, then those given by name.
  private static func members(_ arguments: CallArguments, in rendering: Rendering) throws -> DictionaryBuilder {
    guard arguments.positional.count <= 1 else {
      throw TemplateProblem("dict expected at most 1 argument, got \(arguments.positional.count)")
    }
    var builder = DictionaryBuilder()
    switch arguments.positional.first {
    case .dictionary(let dictionary)?: builder = DictionaryBuilder(dictionary)
    case let value?:
      for element in try rendering.elements(of: value) {
        let pair = try rendering.elements(of: element)
        guard pair.count == 2 else { throw TemplateProblem("a member of \(pair.count) values, expected a key and a value") }
        guard builder.insert(pair[1], at: pair[0]) else { throw TemplateProblem("unhashable type: '\(pair[0].typeName)'") }
      }
    case nil: break
    }
    for keyword in arguments.keywords { builder.insert(keyword.value, at: .text(keyword.name)) }
    return builder
  }
}
