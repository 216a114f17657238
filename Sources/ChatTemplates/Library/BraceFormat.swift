/// Python's `format.format(arguments)`: fields in braces, each with a value, a conversion and a specification.
struct BraceFormat {
  private let arguments: CallArguments
  private let rendering: Rendering
  private var nextPosition = 0
  private var usesNumbers = false

  static func text(_ format: TemplateText, arguments: CallArguments, in rendering: Rendering) throws -> TemplateText {
    var writer = BraceFormat(arguments: arguments, rendering: rendering)
    return TemplateText(bytes: try writer.written(Array(format.scalars), nesting: 0), isMarkup: format.isMarkup)
  }

  private init(arguments: CallArguments, rendering: Rendering) {
    self.arguments = arguments
    self.rendering = rendering
  }

  private mutating func written(_ format: [Unicode.Scalar], nesting: Int) throws -> [UInt8] {
    guard nesting <= 2 else { throw TemplateProblem("Max string recursion exceeded") }
    var result: [UInt8] = []
    var place = 0
    while place < format.count {
      let scalar = format[place]
      let isDoubled = place + 1 < format.count && format[place + 1] == scalar
      if scalar == "{", !isDoubled {
        let end = try Self.end(of: format, from: place + 1)
        result += try field(Array(format[(place + 1)..<end]), nesting: nesting).bytes
        place = end + 1
      } else {
        guard scalar != "}" || isDoubled else { throw TemplateProblem("Single '}' encountered in format string") }
        result.append(contentsOf: UTF8.encode(scalar) ?? .init())
        place += scalar == "{" || scalar == "}" ? 2 : 1
      }
      try rendering.check(size: result.count)
    }
    try rendering.spend(bytes: result.count)
    return result
  }

  /// Where the field that begins at `start` is closed.
  private static func end(of format: [Unicode.Scalar], from start: Int) throws -> Int {
    var depth = 1
    for place in start..<format.count {
      if format[place] == "{" { depth += 1 }
      if format[place] == "}" { depth -= 1 }
      if depth == 0 { return place }
    }
    throw TemplateProblem("expected '}' before end of string")
  }

  private mutating func field(_ field: [Unicode.Scalar], nesting: Int) throws -> TemplateText {
    let nameEnd = Self.nameEnd(of: field)
    var value = try self.value(of: Array(field[..<nameEnd]))
    var rest = field[nameEnd...]
    if rest.first == "!" {
      rest = rest.dropFirst()
      switch rest.popFirst() {
      case "s": value = .text(try rendering.string(value))
      case "r": value = .text(try Representation.quoted(value, in: rendering))
      default: throw TemplateProblem("the conversion of the field is not supported", isUnsupported: true)
      }
    }
    guard rest.isEmpty || rest.first == ":" else { throw TemplateProblem("expected ':' after conversion specifier") }
    let specification = try written(Array(rest.dropFirst()), nesting: nesting + 1)
    return try formatted(value, TemplateText(bytes: specification))
  }

  /// Where the value's name ends and a conversion or specification begins; brackets can hold either sign.
  private static func nameEnd(of field: [Unicode.Scalar]) -> Int {
    var isInBrackets = false
    for (place, scalar) in field.enumerated() {
      if scalar == "[" { isInBrackets = true }
      if scalar == "]" { isInBrackets = false }
      if !isInBrackets, scalar == "!" || scalar == ":" { return place }
    }
    return field.count
  }

  /// The value that `0`, `name`, `name.attribute[index]` or nothing stands for.
  private mutating func value(of name: [Unicode.Scalar]) throws -> TemplateValue {
    let firstEnd = name.firstIndex { $0 == "." || $0 == "[" } ?? name.count
    var value = try argument(TemplateText(scalars: name[..<firstEnd]))
    var rest = name[firstEnd...]
    while let separator = rest.popFirst() {
      let isIndex = separator == "["
      let part = rest.prefix { isIndex ? $0 != "]" : $0 != "." && $0 != "[" }
      rest = rest.dropFirst(part.count)
      if isIndex { guard rest.popFirst() == "]" else { throw TemplateProblem("Missing ']' in format string") } }
      let key = TemplateText(scalars: part)
      guard !key.isEmpty else { throw TemplateProblem("Empty attribute in format string") }
      if isIndex {
        value = try rendering.item(Int(key.string).map { .integer($0) } ?? .text(key), of: value)
      } else {
        value = try rendering.attribute(key, of: value)
      }
    }
    return value
  }

  private mutating func argument(_ name: TemplateText) throws -> TemplateValue {
    var position = Int(name.string)
    if name.isEmpty {
      guard !usesNumbers else { throw TemplateProblem("cannot switch from manual field specification to automatic field numbering") }
      position = nextPosition
      nextPosition += 1
    } else if position != nil {
      guard nextPosition == 0 else { throw TemplateProblem("cannot switch from automatic field numbering to manual field specification") }
      usesNumbers = true
    }
    if let position {
      guard position >= 0, position < arguments.positional.count else {
        throw TemplateProblem("Replacement index \(position) out of range for positional args tuple")
      }
      return arguments.positional[position]
    }
    guard let keyword = arguments.keywords.first(where: { $0.name == name.string }) else {
      throw TemplateProblem("the format's key '\(name.string)' is missing")
    }
    return keyword.value
  }

  /// Python's `format(value, specification)`.
  private func formatted(_ value: TemplateValue, _ specification: TemplateText) throws -> TemplateText {
    if specification.isEmpty { return try rendering.string(value) }
    var (field, type) = try Self.parsed(Array(specification.scalars))
    try rendering.check(size: field.width)
    if case .text(let text) = value {
      guard type == nil || type == "s" else { throw TemplateProblem("Unknown format code '\(type ?? " ")' for object of type 'str'") }
      guard field.alignment != "=" else { throw TemplateProblem("'=' alignment not allowed in string format specifier") }
      let kept = field.precision.map { String(String.UnicodeScalarView(text.scalars.prefix($0))) } ?? text.string
      return TemplateText(field.padded(kept, default: "<"))
    }
    if case .boolean = value, type == nil { type = "d" }
    guard let number = value.number else {
      throw TemplateProblem("unsupported format string passed to \(value.typeName).__format__")
    }
    return TemplateText(try field.text(number, type: type))
  }

  /// `[[fill]align][sign][#][0][width][,][.precision][type]`.
  private static func parsed(_ specification: [Unicode.Scalar]) throws -> (NumberFormat, Unicode.Scalar?) {
    var field = NumberFormat()
    var rest = specification[...]
    func isAlignment(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { ["<", ">", "^", "="].contains($0) } ?? false }
    if rest.count > 1, isAlignment(rest[rest.startIndex + 1]) {
      field.fill = rest.removeFirst()
      field.alignment = rest.removeFirst()
    } else if isAlignment(rest.first) {
      field.alignment = rest.removeFirst()
    }
    if let sign = rest.first, ["+", "-", " "].contains(sign) {
      field.sign = sign
      rest.removeFirst()
    }
    if rest.first == "#" {
      field.isAlternate = true
      rest.removeFirst()
    }
    if rest.first == "0" {
      if field.alignment == nil { (field.fill, field.alignment) = ("0", "=") }
      rest.removeFirst()
    }
    field.width = try takeNumber(&rest) ?? 0
    if let separator = rest.first, separator == "," || separator == "_" {
      field.separator = String(separator)
      rest.removeFirst()
    }
    if rest.first == "." {
      rest.removeFirst()
      guard let precision = try takeNumber(&rest) else { throw TemplateProblem("Format specifier missing precision") }
      field.precision = precision
    }
    let type = rest.popFirst()
    guard rest.isEmpty else { throw TemplateProblem("Invalid format specifier") }
    return (field, type)
  }

  private static func takeNumber(_ rest: inout ArraySlice<Unicode.Scalar>) throws -> Int? {
    let digits = rest.prefix { $0.isDecimalDigit }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    guard let number = Int(String(String.UnicodeScalarView(digits))), number <= Rendering.Limit.textBytes else {
      throw TemplateProblem("Too many decimal digits in format string")
    }
    return number
  }
}
