extension TemplateValue {
  /// Python's truth of the value.
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .boolean(let value): value
    case .integer(let value): value != 0
    case .float(let value): value != 0
    case .text(let text): !text.isEmpty
    case .list(let list), .tuple(let list): !list.elements.isEmpty
    case .dictionary(let dictionary): dictionary.count > 0
    case .view(let view): view.dictionary.count > 0
    case .range(let range): range.count > 0
    case .method, .function, .object: true
    }
  }

  /// The value as a number, where it is one; a Boolean counts as 0 or 1.
  var number: TemplateNumber? {
    switch self {
    case .boolean(let value): .integer(value ? 1 : 0)
    case .integer(let value): .integer(value)
    case .float(let value): .float(value)
    default: nil
    }
  }

  /// Python's `==`.
  static func areEqual(_ left: TemplateValue, _ right: TemplateValue) -> Bool {
    if let left = left.number, let right = right.number { return left.order(right) == .equal }
    switch (left, right) {
    case (.undefined, .undefined), (.none, .none): return true
    case (.text(let left), .text(let right)): return left == right
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
      return left.elements.elementsEqual(right.elements, by: areEqual)
    case (.dictionary(let left), .dictionary(let right)): return left.isEqual(to: right)
    case (.range(let left), .range(let right)): return left.elements.elementsEqual(right.elements, by: areEqual)
    case (.view(let left), .view(let right)):
      guard left.kind == right.kind, left.kind != .values, left.dictionary.count == right.dictionary.count else { return false }
      return left.kind == .items
        ? left.dictionary.isEqual(to: right.dictionary)
        : left.dictionary.keys.allSatisfy { key in DictionaryKey(key).flatMap { right.dictionary.value(of: $0) } != nil }
    case (.function(let left), .function(let right)): return left === right
    case (.object(let left), .object(let right)): return left == right
    default: return false
    }
  }

  /// The order of two values that have one; nil for numbers that are not comparable. Throws where Python's `<` does.
  static func order(_ left: TemplateValue, _ right: TemplateValue, sign: String = "<") throws -> TemplateNumber.Order {
    if let left = left.number, let right = right.number { return left.order(right) }
    switch (left, right) {
    case (.text(let left), .text(let right)): return left == right ? .equal : left < right ? .less : .greater
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
      for (first, second) in zip(left.elements, right.elements) where !areEqual(first, second) {
        return try order(first, second, sign: sign)
      }
      return TemplateNumber.integer(left.elements.count).order(.integer(right.elements.count))
    case (.undefined(let value), _), (_, .undefined(let value)):
      throw TemplateProblem(value.message)
    default:
      throw TemplateProblem("'\(sign)' not supported between instances of '\(left.typeName)' and '\(right.typeName)'")
    }
  }
}

extension TemplateDictionary {
  func isEqual(to other: TemplateDictionary) -> Bool {
    guard count == other.count else { return false }
    return zip(keys, values).allSatisfy { key, value in
      guard let key = DictionaryKey(key), let found = other.value(of: key) else { return false }
      return TemplateValue.areEqual(value, found)
    }
  }
}
