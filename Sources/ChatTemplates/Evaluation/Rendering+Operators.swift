extension Rendering {
  func evaluateArithmetic(
    _ first: TemplateExpression, _ rest: [(operation: ArithmeticOperator, operand: TemplateExpression)]
  ) throws -> TemplateValue {
    var value = try evaluate(first)
    for (operation, operand) in rest {
      let right = try evaluate(operand)
      line = operand.line
      value = try apply(operation, value, right)
    }
    return value
  }

  func evaluateSign(isMinus: Bool, _ operand: TemplateExpression) throws -> TemplateValue {
    let value = try evaluate(operand)
    line = operand.line
    guard let number = value.number else { throw Self.badOperand(of: isMinus ? "unary -" : "unary +", value) }
    return try isMinus ? TemplateNumber.apply(.multiply, number, .integer(-1)).value : number.value
  }

  private static func badOperand(of sign: String, _ value: TemplateValue) -> TemplateProblem {
    if case .undefined(let undefined) = value { return TemplateProblem(undefined.message) }
    return TemplateProblem("bad operand type for \(sign): '\(value.typeName)'")
  }

  /// One operation on two values: arithmetic, or Python's operations on texts and lists.
  func apply(_ operation: ArithmeticOperator, _ left: TemplateValue, _ right: TemplateValue) throws -> TemplateValue {
    if let left = left.number, let right = right.number { return try TemplateNumber.apply(operation, left, right).value }
    switch (operation, left, right) {
    case (_, .undefined(let value), _): throw TemplateProblem(value.message)
    case (.remainder, .text(let format), _):
      return try text(try PercentFormat.text(format, arguments: right, in: self))
    case (_, _, .undefined(let value)): throw TemplateProblem(value.message)
    case (.add, .text(let left), .text(let right)): return try text(Self.joined(left, right))
    case (.add, .list(let left), .list(let right)): return try list(left.elements + right.elements)
    case (.add, .tuple(let left), .tuple(let right)): return try list(left.elements + right.elements, isTuple: true)
    case (.multiply, _, _):
      // Either operand can be the count; Booleans count, too.
      if case .integer(let count)? = right.number, let result = try repeated(left, count) { return result }
      if case .integer(let count)? = left.number, let result = try repeated(right, count) { return result }
      fallthrough
    default:
      throw TemplateProblem(
        "unsupported operand types for \(operation.rawValue): '\(left.typeName)' and '\(right.typeName)'")
    }
  }

  private static func joined(_ left: TemplateText, _ right: TemplateText) -> TemplateText {
    guard left.isMarkup || right.isMarkup else { return TemplateText(bytes: left.bytes + right.bytes) }
    return TemplateText(bytes: left.escaped().bytes + right.escaped().bytes, isMarkup: true)
  }

  /// A text or list `count` times; nil for anything else.
  private func repeated(_ value: TemplateValue, _ count: Int) throws -> TemplateValue? {
    let count = max(count, 0)
    switch value {
    case .text(let text):
      try check(size: text.bytes.count.multipliedReportingOverflow(by: count).overflow ? .max : text.bytes.count * count)
      let bytes = Array(repeatElement(text.bytes, count: text.isEmpty ? 0 : count).joined())
      return try self.text(TemplateText(bytes: bytes, isMarkup: text.isMarkup))
    case .list(let list), .tuple(let list):
      let elements = list.elements
      try check(elements: elements.count.multipliedReportingOverflow(by: count).overflow ? .max : elements.count * count)
      let result = Array(repeatElement(elements, count: elements.isEmpty ? 0 : count).joined())
      if case .tuple = value { return try self.list(result, isTuple: true) }
      return try self.list(result)
    default: return nil
    }
  }

  func compare(
    _ first: TemplateExpression, _ rest: [(operation: ComparisonOperator, operand: TemplateExpression)]
  ) throws -> TemplateValue {
    var left = try evaluate(first)
    for (operation, operand) in rest {
      let right = try evaluate(operand)
      line = operand.line
      guard try compare(operation, left, right) else { return .boolean(false) }
      left = right
    }
    return .boolean(true)
  }

  func compare(_ operation: ComparisonOperator, _ left: TemplateValue, _ right: TemplateValue) throws -> Bool {
    try chargeComparison(left, right)
    switch operation {
    case .equal: return TemplateValue.areEqual(left, right)
    case .unequal: return !TemplateValue.areEqual(left, right)
    case .contained: return try contains(right, left)
    case .notContained: return try !contains(right, left)
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      let order = try TemplateValue.order(left, right, sign: operation.rawValue)
      return switch operation {
      case .less: order == .less
      case .lessOrEqual: order == .less || order == .equal
      case .greater: order == .greater
      default: order == .greater || order == .equal
      }
    }
  }

  /// Counts the values that a comparison may visit.
  func chargeComparison(_ left: TemplateValue, _ right: TemplateValue) throws { try spend(Int(min(left.weight, right.weight))) }

  /// Python's `in`.
  func contains(_ container: TemplateValue, _ value: TemplateValue) throws -> Bool {
    switch container {
    case .text(let text):
      guard case .text(let part) = value else {
        if case .undefined(let undefined) = value { throw TemplateProblem(undefined.message) }
        throw TemplateProblem("'in <string>' requires string as left operand, not \(value.typeName)")
      }
      try spend(bytes: text.bytes.count)
      return text.contains(part)
    case .dictionary(let dictionary): return try contains(dictionary, key: value)
    case .view(let view) where view.kind == .keys: return try contains(view.dictionary, key: value)
    case .none, .boolean, .integer, .float, .method, .function:
      throw TemplateProblem("argument of type '\(container.typeName)' is not iterable")
    default:
      let iterator = try iterator(over: container)
      while let element = try iterator.next() {
        try spend(1)
        try chargeComparison(element, value)
        if TemplateValue.areEqual(element, value) { return true }
      }
      return false
    }
  }

  private func contains(_ dictionary: TemplateDictionary, key: TemplateValue) throws -> Bool {
    try dictionary.value(of: hashed(key)) != nil
  }

  /// The value as a dictionary's key.
  func hashed(_ value: TemplateValue) throws -> DictionaryKey {
    try spend(Int(value.weight))
    guard let key = DictionaryKey(value) else { throw TemplateProblem("unhashable type: '\(value.typeName)'") }
    return key
  }
}
