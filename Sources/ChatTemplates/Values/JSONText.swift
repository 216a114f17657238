/// Writes values as Python's `json.dumps` does, whose output is part of what models were trained on: `", "` and `": "`
/// between elements, characters beyond ASCII as they are.
struct JSONText {
  struct Options {
    var escapesNonASCII = false
    var indent: TemplateText?
    var elementSeparator: TemplateText = ", "
    var keySeparator: TemplateText = ": "
    var sortsKeys = false
  }

  private var bytes: [UInt8] = []
  private let options: Options
  private let rendering: Rendering

  static func text(of value: TemplateValue, options: Options, in rendering: Rendering) throws -> TemplateText {
    var writer = JSONText(options: options, rendering: rendering)
    try writer.write(value, level: 0)
    return TemplateText(bytes: writer.bytes)
  }

  private init(options: Options, rendering: Rendering) {
    self.options = options
    self.rendering = rendering
  }

  private mutating func write(_ value: TemplateValue, level: Int) throws {
    try rendering.spend(1)
    switch value {
    case .none, .boolean, .integer, .float: bytes.append(contentsOf: Self.scalar(value).utf8)
    case .text(let text):
      try rendering.spend(bytes: text.bytes.count)
      write(text)
    case .list(let list), .tuple(let list):
      try write("[", count: list.elements.count, "]", level: level) { writer, index in
        try writer.write(list.elements[index], level: level + 1)
      }
    case .dictionary(let dictionary):
      let order = try order(of: dictionary)
      try write("{", count: dictionary.count, "}", level: level) { writer, index in
        writer.write(try Self.key(dictionary.keys[order[index]]))
        writer.bytes += writer.options.keySeparator.bytes
        try writer.write(dictionary.values[order[index]], level: level + 1)
      }
    default: throw TemplateProblem("Object of type \(value.typeName) is not JSON serializable")
    }
    try rendering.check(size: bytes.count)
  }

  /// null, a Boolean or a number.
  private static func scalar(_ value: TemplateValue) -> String {
    switch value {
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .float(let value): value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : FloatText.shortest(value)
    default: "null"
    }
  }

  private static func key(_ value: TemplateValue) throws -> TemplateText {
    switch value {
    case .text(let text): return text
    case .none, .boolean, .integer, .float: return TemplateText(scalar(value))
    default: throw TemplateProblem("keys must be str, int, float, bool or None, not \(value.typeName)")
    }
  }

  private func order(of dictionary: TemplateDictionary) throws -> [Int] {
    let order = Array(0..<dictionary.count)
    guard options.sortsKeys else { return order }
    return try order.sorted { try TemplateValue.order(dictionary.keys[$0], dictionary.keys[$1]) == .less }
  }

  private mutating func write(
    _ opening: Character, count: Int, _ closing: Character, level: Int, element: (inout JSONText, Int) throws -> Void
  ) throws {
    bytes.append(contentsOf: opening.utf8)
    for index in 0..<count {
      if index > 0 { bytes += options.elementSeparator.bytes }
      try breakLine(level: level + 1)
      try element(&self, index)
    }
    if count > 0 { try breakLine(level: level) }
    bytes.append(contentsOf: closing.utf8)
  }

  private mutating func breakLine(level: Int) throws {
    guard let indent = options.indent else { return }
    try rendering.check(size: bytes.count + level * indent.bytes.count)
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<level { bytes += indent.bytes }
  }

  private mutating func write(_ text: TemplateText) {
    bytes.append(UInt8(ascii: "\""))
    for scalar in text.scalars {
      switch scalar {
      case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(scalar.value)]
      case "\n": bytes.append(contentsOf: "\\n".utf8)
      case "\r": bytes.append(contentsOf: "\\r".utf8)
      case "\t": bytes.append(contentsOf: "\\t".utf8)
      case "\u{8}": bytes.append(contentsOf: "\\b".utf8)
      case "\u{C}": bytes.append(contentsOf: "\\f".utf8)
      default:
        if scalar.value < 0x20 || options.escapesNonASCII && scalar.value >= 0x7F {
          for unit in UTF16.encode(scalar) ?? .init() {
            bytes.append(contentsOf: "\\u\(Representation.hexadecimal(UInt32(unit), width: 4))".utf8)
          }
        } else {
          bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
        }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
