extension JSONValue {
  /// The value as JSON text with two spaces of indentation and a final newline, the same bytes for equal values.
  package func encoded() -> [UInt8] {
    var output: [UInt8] = []
    write(to: &output, indentation: 0)
    output.append(UInt8(ascii: "\n"))
    return output
  }

  private func write(to output: inout [UInt8], indentation: Int) {
    switch self {
    case .null, .boolean, .integer: output.append(contentsOf: summary.utf8)
    case .number(let value):
      precondition(value.isFinite, "JSON has no \(value)")
      output.append(contentsOf: "\(value)".utf8)
    case .string(let value): Self.write(value, to: &output)
    case .array(let values):
      Self.write("[", values, "]", to: &output, indentation: indentation) { value, output in
        value.write(to: &output, indentation: indentation + 2)
      }
    case .object(let object):
      Self.write("{", object.members, "}", to: &output, indentation: indentation) { member, output in
        Self.write(member.key, to: &output)
        output.append(contentsOf: ": ".utf8)
        member.value.write(to: &output, indentation: indentation + 2)
      }
    }
  }

  private static func write<Element>(
    _ opening: Character, _ elements: [Element], _ closing: Character, to output: inout [UInt8], indentation: Int,
    element: (Element, inout [UInt8]) -> Void
  ) {
    output.append(contentsOf: opening.utf8)
    for (index, value) in elements.enumerated() {
      output.append(contentsOf: (index == 0 ? "\n" : ",\n").utf8)
      output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation + 2))
      element(value, &output)
    }
    if !elements.isEmpty {
      output.append(UInt8(ascii: "\n"))
      output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation))
    }
    output.append(contentsOf: closing.utf8)
  }

  /// Writes a JSON string: quotes, backslashes and control characters escaped, everything else as UTF-8.
  package static func write(_ string: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(contentsOf: [UInt8(ascii: "\\"), byte])
      case UInt8(ascii: "\n"): output.append(contentsOf: "\\n".utf8)
      case 0..<0x20:
        output.append(contentsOf: "\\u00".utf8)
        output.append(contentsOf: [byte >> 4, byte & 15].map { $0 < 10 ? UInt8(ascii: "0") + $0 : UInt8(ascii: "a") + $0 - 10 })
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}
