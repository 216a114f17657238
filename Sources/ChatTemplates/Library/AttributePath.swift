/// A path to an element, such as `function.name` or `content.0.text`, as the filters take it.
struct AttributePath {
  private let parts: [TemplateValue]
  private let fallback: TemplateValue?

  init(_ attribute: TemplateValue?, default fallback: TemplateValue? = nil) throws {
    self.fallback = fallback.flatMap { $0.isNone ? nil : $0 }
    switch attribute {
    case nil, TemplateValue.none?: parts = []
    case .text(let text)?:
      parts = try text.split(".").map { part in
        guard part.isDigits else { return .text(part) }
        guard let index = Int(part.string) else { throw TemplateProblem("the index \(part.string) is not supported", isUnsupported: true) }
        return .integer(index)
      }
    case .some(let value): parts = [value]
    }
  }

  /// The paths of a list with commas, such as `age,name`.
  static func list(_ attribute: TemplateValue?) throws -> [AttributePath] {
    guard case .text(let text)? = attribute else { return [try AttributePath(attribute)] }
    return try text.split(",").map { try AttributePath(.text($0)) }
  }

  func value(in value: TemplateValue, _ rendering: Rendering) throws -> TemplateValue {
    var value = value
    for part in parts {
      try rendering.spend(1)
      value = try rendering.item(part, of: value)
      if let fallback, value.isUndefined { value = fallback }
    }
    return value
  }
}
