extension FilterLibrary {
  static let selectionFilters: [String: Filter] = [
    "map": { try map($1, $2, in: $0) },
    "select": { try select($1, $2, keeps: true, byAttribute: false, in: $0) },
    "reject": { try select($1, $2, keeps: false, byAttribute: false, in: $0) },
    "selectattr": { try select($1, $2, keeps: true, byAttribute: true, in: $0) },
    "rejectattr": { try select($1, $2, keeps: false, byAttribute: true, in: $0) },
  ]

  /// `map(attribute=…)` or `map('filter', arguments)`.
  private static func map(_ value: TemplateValue, _ arguments: CallArguments, in rendering: Rendering) throws -> TemplateValue {
    guard value.isTrue else { return try generator(over: [], in: rendering) }
    let iterator = try rendering.iterator(over: value)
    if arguments.positional.isEmpty, arguments.keywords.contains(where: { $0.name == "attribute" }) {
      let values = try arguments.bound(to: ["attribute", "default"], of: "map")
      let path = try AttributePath(values[0], default: values[1])
      return try rendering.generator { try iterator.next().map { try path.value(in: $0, rendering) } }
    }
    guard case .text(let name)? = arguments.positional.first else { throw TemplateProblem("map requires a filter argument") }
    guard let filter = filters[name.string] else { throw Rendering.unknown(filter: name.string) }
    let rest = CallArguments(Array(arguments.positional.dropFirst()), keywords: arguments.keywords)
    return try rendering.generator { try iterator.next().map { try filter(rendering, $0, rest) } }
  }

  /// The elements that pass a test, or those that fail it; without a test, by their truth.
  private static func select(
    _ value: TemplateValue, _ arguments: CallArguments, keeps: Bool, byAttribute: Bool, in rendering: Rendering
  ) throws -> TemplateValue {
    guard value.isTrue else { return try generator(over: [], in: rendering) }
    var rest = arguments
    var path: AttributePath?
    if byAttribute {
      guard let attribute = rest.positional.first else { throw TemplateProblem("Missing parameter for attribute name") }
      path = try AttributePath(attribute)
      rest.positional.removeFirst()
    }
    var test: TestLibrary.Test?
    if let name = rest.positional.first {
      guard case .text(let name) = name, let found = TestLibrary.tests[name.string] else {
        throw Rendering.unknown(test: try rendering.string(name).string)
      }
      test = found
      rest.positional.removeFirst()
    }
    let (iterator, testArguments) = (try rendering.iterator(over: value), rest)
    return try rendering.generator { [path, test] in
      while let element = try iterator.next() {
        try rendering.spend(1)
        let tested = try path?.value(in: element, rendering) ?? element
        if try test?(rendering, tested, testArguments) ?? tested.isTrue == keeps { return element }
      }
      return nil
    }
  }
}
