/// The tests that templates can put after `is`.
enum TestLibrary {
  typealias Test = @Sendable (Rendering, TemplateValue, CallArguments) throws -> Bool

  static let tests: [String: Test] = plainTests.merging(comparisonTests) { first, _ in first }

  private static let plainTests: [String: Test] = [
    "defined": plain { !$0.isUndefined },
    "undefined": plain { $0.isUndefined },
    "none": plain { $0.isNone },
    "boolean": plain { if case .boolean = $0 { true } else { false } },
    "true": plain { if case .boolean(true) = $0 { true } else { false } },
    "false": plain { if case .boolean(false) = $0 { true } else { false } },
    "integer": plain { if case .integer = $0 { true } else { false } },
    "float": plain { if case .float = $0 { true } else { false } },
    "number": plain { $0.number != nil },
    "string": plain { if case .text = $0 { true } else { false } },
    "mapping": plain { if case .dictionary = $0 { true } else { false } },
    "escaped": plain { if case .text(let text) = $0 { text.isMarkup } else { false } },
    "sequence": plain { value in
      switch value {
      case .undefined, .text, .list, .tuple, .dictionary, .range: true
      default: false
      }
    },
    "iterable": plain { value in
      switch value {
      case .undefined, .text, .list, .tuple, .dictionary, .view, .range: true
      case .object(let reference): reference.kind == .generator || reference.kind == .loop
      default: false
      }
    },
    "callable": plain { value in
      switch value {
      case .undefined, .function, .method: true
      case .object(let reference): [.macro, .loop, .joiner].contains(reference.kind)
      default: false
      }
    },
    "lower": { rendering, value, arguments in
      try arguments.expectNone(of: "lower")
      return try rendering.string(value).isLowercase
    },
    "upper": { rendering, value, arguments in
      try arguments.expectNone(of: "upper")
      return try rendering.string(value).isUppercase
    },
    "odd": { rendering, value, arguments in try remainder(of: value, by: .integer(2), arguments, in: rendering) == 1 },
    "even": { rendering, value, arguments in try remainder(of: value, by: .integer(2), arguments, in: rendering) == 0 },
    "divisibleby": { rendering, value, arguments in
      let divisor = try arguments.bound(to: ["num"], required: 1, of: "divisibleby")[0] ?? .none
      return try remainder(of: value, by: divisor, CallArguments(), in: rendering) == 0
    },
    "filter": { rendering, value, arguments in
      try arguments.expectNone(of: "filter")
      return FilterLibrary.filters[try rendering.string(value).string] != nil
    },
    "test": { rendering, value, arguments in
      try arguments.expectNone(of: "test")
      return tests[try rendering.string(value).string] != nil
    },
    "in": { rendering, value, arguments in
      try rendering.contains(try arguments.bound(to: ["seq"], required: 1, of: "in")[0] ?? .none, value)
    },
    "sameas": { rendering, value, arguments in
      let other = try arguments.bound(to: ["other"], required: 1, of: "sameas")[0] ?? .none
      return isSame(value, other)
    },
  ]

  private static func plain(_ test: @escaping @Sendable (TemplateValue) -> Bool) -> Test {
    { _, value, arguments in
      try arguments.expectNone(of: "the test")
      return test(value)
    }
  }

  private static let comparisonTests: [String: Test] = {
    let operations: [(ComparisonOperator, [String])] = [
      (.equal, ["==", "eq", "equalto"]), (.unequal, ["!=", "ne"]), (.greater, [">", "gt", "greaterthan"]), (.greaterOrEqual, [">=", "ge"]),
      (.less, ["<", "lt", "lessthan"]), (.lessOrEqual, ["<=", "le"]),
    ]
    var tests: [String: Test] = [:]
    for (operation, names) in operations {
      for name in names {
        tests[name] = { rendering, value, arguments in
          try rendering.compare(operation, value, try arguments.bound(to: ["other"], required: 1, of: name)[0] ?? .none)
        }
      }
    }
    return tests
  }()

  private static func remainder(
    of value: TemplateValue, by divisor: TemplateValue, _ arguments: CallArguments, in rendering: Rendering
  ) throws -> Double? {
    try arguments.expectNone(of: "the test")
    return try rendering.apply(.remainder, value, divisor).number?.double
  }

  /// Python's `is`: the one none, the same Boolean, the same object.
  private static func isSame(_ left: TemplateValue, _ right: TemplateValue) -> Bool {
    switch (left, right) {
    case (.none, .none): true
    case (.boolean(let left), .boolean(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.text(let left), .text(let right)): left == right
    case (.undefined(let left), .undefined(let right)): left === right
    case (.dictionary(let left), .dictionary(let right)): left === right
    case (.object(let left), .object(let right)): left == right
    case (.function(let left), .function(let right)): left === right
    default: false
    }
  }
}
