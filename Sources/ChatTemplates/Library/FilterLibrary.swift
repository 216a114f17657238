/// The filters that templates can use.
enum FilterLibrary {
  typealias Filter = @Sendable (Rendering, TemplateValue, CallArguments) throws -> TemplateValue

  static let filters: [String: Filter] =
    textFilters
    .merging(sequenceFilters) { first, _ in first }
    .merging(selectionFilters) { first, _ in first }
    .merging(numberFilters) { first, _ in first }
    .merging(generalFilters) { first, _ in first }

  private static let generalFilters: [String: Filter] = [
    "default": applyDefault,
    "d": applyDefault,
    "string": { .text(try stringArgument($0, $1, $2, "string")) },
    "safe": { .text(try stringArgument($0, $1, $2, "safe").marked(true)) },
    "escape": { try $0.text(try stringArgument($0, $1, $2, "escape").escaped()) },
    "e": { try $0.text(try stringArgument($0, $1, $2, "e").escaped()) },
    "forceescape": { try $0.text(try stringArgument($0, $1, $2, "forceescape").marked(false).escaped()) },
    "length": { try length(of: $1, $2, in: $0) },
    "count": { try length(of: $1, $2, in: $0) },
    "attr": { rendering, value, arguments in
      try rendering.onlyAttribute(try arguments.bound(to: ["name"], required: 1, of: "attr")[0].text("name", default: ""), of: value)
    },
    "tojson": applyJSON,
  ]

  private static func stringArgument(
    _ rendering: Rendering, _ value: TemplateValue, _ arguments: CallArguments, _ name: String
  ) throws -> TemplateText {
    try arguments.expectNone(of: name)
    return try rendering.string(value)
  }

  @Sendable private static func applyDefault(
    _ rendering: Rendering, _ value: TemplateValue, _ arguments: CallArguments
  ) throws -> TemplateValue {
    let values = try arguments.bound(to: ["default_value", "boolean"], of: "default")
    let isReplaced = value.isUndefined || values[1].isTrue(default: false) && !value.isTrue
    return isReplaced ? values[0] ?? .text("") : value
  }

  static func length(of value: TemplateValue, _ arguments: CallArguments, in rendering: Rendering) throws -> TemplateValue {
    try arguments.expectNone(of: "length")
    switch value {
    case .undefined: return .integer(0)
    case .text(let text):
      try rendering.spend(bytes: text.bytes.count)
      return .integer(text.count)
    case .list(let list), .tuple(let list): return .integer(list.elements.count)
    case .dictionary(let dictionary): return .integer(dictionary.count)
    case .view(let view): return .integer(view.dictionary.count)
    case .range(let range): return .integer(range.count)
    case .object(let reference) where reference.kind == .loop: return .integer(try rendering.loops[reference.index].length())
    default: throw TemplateProblem("object of type '\(value.typeName)' has no len()")
    }
  }

  /// `tojson` as transformers defines it.
  @Sendable private static func applyJSON(
    _ rendering: Rendering, _ value: TemplateValue, _ arguments: CallArguments
  ) throws -> TemplateValue {
    let values = try arguments.bound(to: ["ensure_ascii", "indent", "separators", "sort_keys"], of: "tojson")
    var options = JSONText.Options()
    options.escapesNonASCII = values[0].isTrue(default: false)
    options.sortsKeys = values[3].isTrue(default: false)
    switch values[1] {
    case nil, TemplateValue.none?: break
    case .text(let indent)?: options.indent = indent
    default:
      let width = try values[1].integer("indent", default: 0)
      try rendering.check(size: width)
      options.indent = TemplateText(String(repeating: " ", count: max(width, 0)))
    }
    if options.indent != nil { options.elementSeparator = "," }
    if let separators = values[2], !separators.isNone {
      let pair = try rendering.elements(of: separators)
      guard pair.count == 2, case .text(let element) = pair[0], case .text(let key) = pair[1] else {
        throw TemplateProblem("'separators' are not two texts")
      }
      (options.elementSeparator, options.keySeparator) = (element, key)
    }
    return try rendering.text(try JSONText.text(of: value, options: options, in: rendering))
  }
}
