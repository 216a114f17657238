extension JSONValue {
  /// The value as JSON text without white space between its parts. Numbers that JSON does not have become null.
  package var oneLine: [UInt8] {
    var output: [UInt8] = []
    writeOneLine(to: &output)
    return output
  }

  /// Appends ``oneLine`` to an output.
  package func writeOneLine(to output: inout [UInt8]) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .boolean(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): Self.write(value, to: &output)
    case .number(let value): output.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
    case .string(let value): Self.write(value, to: &output)
    case .array(let values):
      output.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        value.writeOneLine(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let object):
      output.append(UInt8(ascii: "{"))
      for (index, member) in object.members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        Self.write(member.key, to: &output)
        output.append(UInt8(ascii: ":"))
        member.value.writeOneLine(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  /// Token ids come by the million: no text is made of each.
  private static func write(_ value: Int, to output: inout [UInt8]) {
    guard value > 9 else { return output.append(contentsOf: "\(value)".utf8) }
    let start = output.count
    var rest = value
    while rest > 0 {
      output.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    output[start...].reverse()
  }
}
