import HuggingFace

extension JSONValue {
  /// The value as JSON text without white space, in one line.
  var oneLine: [UInt8] {
    var output: [UInt8] = []
    write(to: &output)
    return output
  }

  private func write(to output: inout [UInt8]) {
    switch self {
    case .null, .boolean, .integer: output.append(contentsOf: summary.utf8)
    case .number(let value):
      precondition(value.isFinite, "JSON has no \(value)")
      output.append(contentsOf: "\(value)".utf8)
    case .string(let value): Self.write(value, to: &output)
    case .array(let values):
      output.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        value.write(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let object):
      output.append(UInt8(ascii: "{"))
      for (index, member) in object.members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        Self.write(member.key, to: &output)
        output.append(UInt8(ascii: ":"))
        member.value.write(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ string: String, to output: inout [UInt8]) {
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

  /// A log-probability, which must be a JSON number: the least that is told is -9999.
  static func logProbability(_ value: Float?) -> JSONValue {
    guard let value else { return .null }
    return .number(value.isFinite && value > -9999 ? Double(value) : -9999)
  }

  /// An object of these members.
  static func members(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(JSONObject(members.map { .init($0.key, $0.value) }))
  }
}
