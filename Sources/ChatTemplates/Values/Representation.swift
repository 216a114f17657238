/// Writes values as Python does: `str` at the top, `repr` within lists and dictionaries.
struct Representation {
  private(set) var bytes: [UInt8] = []
  private let rendering: Rendering
  private var depth = 0

  /// `str(value)`.
  static func text(of value: TemplateValue, in rendering: Rendering) throws -> TemplateText {
    switch value {
    case .text(let text): return text
    case .undefined: return ""
    case .none: return "None"
    case .boolean(let value): return value ? "True" : "False"
    case .integer(let value): return TemplateText(String(value))
    case .float(let value): return TemplateText(FloatText.shortest(value))
    default: return try quoted(value, in: rendering)
    }
  }

  /// `repr(value)`.
  static func quoted(_ value: TemplateValue, in rendering: Rendering) throws -> TemplateText {
    var writer = Representation(rendering: rendering)
    try writer.write(value)
    return TemplateText(bytes: writer.bytes)
  }

  private init(rendering: Rendering) { self.rendering = rendering }

  private mutating func append(_ string: String) { bytes.append(contentsOf: string.utf8) }

  private mutating func write(_ value: TemplateValue) throws {
    try rendering.spend(1)
    switch value {
    case .undefined: append("Undefined")
    case .none, .boolean, .integer, .float: bytes += try Self.text(of: value, in: rendering).bytes
    case .text(let text):
      try rendering.spend(bytes: text.bytes.count)
      append(text.isMarkup ? "Markup(\(Self.quoted(text)))" : Self.quoted(text))
    case .list(let list): try write("[", list.elements, "]")
    case .tuple(let list): try write("(", list.elements, list.elements.count == 1 ? ",)" : ")")
    case .dictionary(let dictionary): try write(dictionary)
    case .view(let view):
      append("dict_\(view.kind.rawValue)(")
      try write("[", view.elements, "]")
      append(")")
    case .range(let range): append("range(\(range.start), \(range.stop)\(range.step == 1 ? "" : ", \(range.step)"))")
    case .method(let method): throw TemplateProblem("the method '\(method.name)' cannot be printed; call it", isUnsupported: true)
    case .function(let function): throw TemplateProblem("the function '\(function.name)' cannot be printed; call it", isUnsupported: true)
    case .object(let reference): try write(reference)
    }
    try rendering.check(size: bytes.count)
  }

  private mutating func write(_ opening: String, _ elements: [TemplateValue], _ closing: String) throws {
    append(opening)
    for (index, element) in elements.enumerated() {
      if index > 0 { append(", ") }
      try write(element)
    }
    append(closing)
  }

  private mutating func write(_ dictionary: TemplateDictionary) throws {
    append("{")
    for index in 0..<dictionary.count {
      if index > 0 { append(", ") }
      try write(dictionary.keys[index])
      append(": ")
      try write(dictionary.values[index])
    }
    append("}")
  }

  private mutating func write(_ reference: ObjectReference) throws {
    switch reference.kind {
    case .macro: append("<Macro \(Self.quoted(TemplateText(rendering.macros[reference.index].name)))>")
    case .loop:
      let loop = rendering.loops[reference.index]
      append("<LoopContext \(loop.index0 + 1)/\(try loop.length())>")
    case .namespace:
      // Namespaces can hold one another.
      depth += 1
      guard depth <= Rendering.Limit.valueDepth else { throw TemplateProblem("namespaces that hold one another cannot be printed") }
      append("<Namespace ")
      try write(rendering.namespaces[reference.index].dictionary())
      append(">")
      depth -= 1
    case .generator:
      throw TemplateProblem("a generator cannot be printed; use the filter 'list' or 'join'", isUnsupported: true)
    case .cycler, .joiner: throw TemplateProblem("a \(reference.kind) cannot be printed", isUnsupported: true)
    }
  }

  /// A text between quotes, with escapes for unprintable characters.
  static func quoted(_ text: TemplateText) -> String {
    let scalars = text.scalars
    let quote: Unicode.Scalar = scalars.contains("'") && !scalars.contains("\"") ? "\"" : "'"
    var result = String.UnicodeScalarView([quote])
    for scalar in scalars {
      switch scalar {
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\r": result.append(contentsOf: "\\r".unicodeScalars)
      case "\t": result.append(contentsOf: "\\t".unicodeScalars)
      case "\\", quote: result.append(contentsOf: ["\\", scalar])
      default:
        if scalar.isPrintable {
          result.append(scalar)
        } else {
          let (letter, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
          result.append(contentsOf: "\\\(letter)\(hexadecimal(scalar.value, width: width))".unicodeScalars)
        }
      }
    }
    result.append(quote)
    return String(result)
  }

  static func hexadecimal(_ value: UInt32, width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
