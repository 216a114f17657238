/// Python's `format % arguments`.
struct PercentFormat {
  private let format: [Unicode.Scalar]
  private let arguments: TemplateValue
  private let rendering: Rendering
  private var place = 0
  private var used = 0
  private var usesNames = false
  private var result: [UInt8] = []

  static func text(_ format: TemplateText, arguments: TemplateValue, in rendering: Rendering) throws -> TemplateText {
    try rendering.spend(bytes: format.bytes.count)
    var writer = PercentFormat(format: Array(format.scalars), arguments: arguments, rendering: rendering)
    try writer.write()
    return TemplateText(bytes: writer.result, isMarkup: format.isMarkup)
  }

  private init(format: [Unicode.Scalar], arguments: TemplateValue, rendering: Rendering) {
    self.format = format
    self.arguments = arguments
    self.rendering = rendering
  }

  private mutating func write() throws {
    while place < format.count {
      let scalar = format[place]
      place += 1
      if scalar == "%" {
        try writeField()
      } else {
        result.append(contentsOf: UTF8.encode(scalar) ?? .init())
      }
      try rendering.check(size: result.count)
    }
    guard usesNames || mayBeLeft || used == positional.count else {
      throw TemplateProblem("not all arguments converted during string formatting")
    }
  }

  /// Whether the format may leave the argument unused: a value that can be indexed might have been meant as a mapping.
  private var mayBeLeft: Bool {
    switch arguments {
    case .dictionary, .list, .range, .undefined: true
    default: false
    }
  }

  private var positional: [TemplateValue] {
    if case .tuple(let list) = arguments { return list.elements }
    return [arguments]
  }

  private mutating func next() throws -> TemplateValue {
    guard used < positional.count else { throw TemplateProblem("not enough arguments for format string") }
    used += 1
    return positional[used - 1]
  }

  private func current() throws -> Unicode.Scalar {
    guard place < format.count else { throw TemplateProblem("incomplete format") }
    return format[place]
  }

  private mutating func writeField() throws {
    if try current() == "%" {
      place += 1
      result.append(UInt8(ascii: "%"))
      return
    }
    let named = try takeName()
    var field = NumberFormat()
    try takeFlags(of: &field)
    if let width = try takeNumber() {
      field.width = abs(width)
      if width < 0 { field.alignment = "<" }
    }
    try rendering.check(size: field.width)
    if try current() == "." {
      place += 1
      field.precision = try takeNumber() ?? 0
    }
    while try ["h", "l", "L"].contains(current()) { place += 1 }
    let conversion = try current()
    place += 1
    let value = try named ?? next()
    let text = try Self.converted(value, conversion, field, in: rendering)
    try rendering.spend(bytes: text.utf8.count)
    result.append(contentsOf: text.utf8)
  }

  private mutating func takeName() throws -> TemplateValue? {
    guard try current() == "(" else { return nil }
    place += 1
    let start = place
    while try current() != ")" { place += 1 }
    let name = TemplateText(scalars: format[start..<place])
    place += 1
    guard case .dictionary(let dictionary) = arguments else { throw TemplateProblem("format requires a mapping") }
    guard let value = dictionary.value(of: name) else { throw TemplateProblem("the format's key '\(name.string)' is missing") }
    usesNames = true
    return value
  }

  private mutating func takeFlags(of field: inout NumberFormat) throws {
    while true {
      switch try current() {
      case "-": field.alignment = "<"
      case "+": field.sign = "+"
      case " ": if field.sign != "+" { field.sign = " " }
      case "0":
        field.fill = "0"
        if field.alignment == nil { field.alignment = "=" }
      case "#": field.isAlternate = true
      default:
        if field.alignment == "<" { field.fill = " " }
        return
      }
      place += 1
    }
  }

  private mutating func takeNumber() throws -> Int? {
    if try current() == "*" {
      place += 1
      let width = try Optional(try next()).integer("*", default: 0)
      try rendering.check(size: Int(clamping: width.magnitude))
      return width
    }
    let start = place
    while try current().isDecimalDigit { place += 1 }
    guard place > start else { return nil }
    let digits = String(String.UnicodeScalarView(format[start..<place]))
    guard let number = Int(digits), number <= Rendering.Limit.textBytes else {
      throw TemplateProblem("the width \(digits.prefix(40)) is too big")
    }
    return number
  }

  private static func converted(
    _ value: TemplateValue, _ conversion: Unicode.Scalar, _ field: NumberFormat, in rendering: Rendering
  ) throws -> String {
    switch conversion {
    case "s", "r", "a":
      guard conversion != "a" else { throw TemplateProblem("the conversion %a is not supported", isUnsupported: true) }
      let whole = try conversion == "s" ? rendering.string(value) : Representation.quoted(value, in: rendering)
      return spaced(field, field.precision.map { String(String.UnicodeScalarView(whole.scalars.prefix($0))) } ?? whole.string)
    case "c":
      if case .text(let text) = value, text.count == 1 { return spaced(field, text.string) }
      guard case .integer(let code)? = value.number, let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else {
        throw TemplateProblem("%c requires int or char")
      }
      return spaced(field, String(scalar))
    case "d", "i", "u":
      guard let number = value.number else { throw wrongType(value, conversion) }
      guard case .integer(let integer)? = Optional(number) else {
        guard let integer = Int(exactly: number.double.rounded(.towardZero)) else { throw wrongType(value, conversion) }
        return try integerText(integer, type: "d", field)
      }
      return try integerText(integer, type: "d", field)
    case "x", "X", "o":
      guard case .integer(let integer)? = value.number else { throw wrongType(value, conversion) }
      return try integerText(integer, type: conversion, field)
    case "e", "E", "f", "F", "g", "G":
      guard let number = value.number else { throw wrongType(value, conversion) }
      return try field.text(.float(number.double), type: conversion)
    default: throw TemplateProblem("unsupported format character '\(conversion)'")
    }
  }

  private static func spaced(_ field: NumberFormat, _ text: String) -> String {
    var field = field
    field.fill = " "
    return field.padded(text, default: ">")
  }

  /// An integer with at least as many digits as the precision asks for.
  private static func integerText(_ value: Int, type: Unicode.Scalar, _ field: NumberFormat) throws -> String {
    guard let precision = field.precision else { return try field.text(.integer(value), type: type) }
    var digits = NumberFormat()
    digits.fill = "0"
    digits.alignment = "="
    digits.width = precision + (value < 0 ? 1 : 0)
    var text = try digits.text(.integer(value), type: type)
    if value >= 0, field.sign != "-" { text = String(field.sign) + text }
    return field.alignment == "=" ? field.padded(text, default: ">") : spaced(field, text)
  }

  private static func wrongType(_ value: TemplateValue, _ conversion: Unicode.Scalar) -> TemplateProblem {
    if case .undefined(let undefined) = value { return TemplateProblem(undefined.message) }
    return TemplateProblem("%\(conversion) format: a number is required, not \(value.typeName)")
  }
}
