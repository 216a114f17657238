extension WorkItem {
  init(from reader: inout MessagePackReader) throws(WireError) {
    let number = try reader.unsigned("kind", as: UInt8.self)
    guard let kind = WorkKind(rawValue: number) else {
      throw WireError(.malformed, "kind: \(number), expected one of \(WorkKind.allCases.map(\.rawValue))")
    }
    self.init(kind, step: try reader.unsigned("step"), slot: try reader.unsigned("slot"))
  }

  func write(to writer: inout MessagePackWriter) {
    writer.unsigned(kind.rawValue)
    writer.unsigned(step)
    writer.unsigned(slot)
  }
}

extension LeaseSeal {
  init(from reader: inout MessagePackReader) throws(WireError) {
    let incarnation = try reader.unsigned("incarnation", as: UInt64.self)
    let code: [UInt8] = try reader.binary(limit: Self.codeBytes, "code")
    guard code.count == Self.codeBytes else { throw WireError(.malformed, "code: \(code.count) bytes, expected \(Self.codeBytes)") }
    self.init(incarnation: incarnation, code: code)
  }

  func write(to writer: inout MessagePackWriter, _ field: String) throws(WireError) {
    guard code.count == Self.codeBytes else { throw WireError(.limit, "\(field), code: \(code.count) bytes, expected \(Self.codeBytes)") }
    writer.unsigned(incarnation)
    try writer.binary(code, limit: Self.codeBytes, "\(field), code")
  }
}
