extension JSONReader {
  /// Reads any value and forgets it: memory stays that of its longest string.
  package mutating func passOverValue() throws {
    skipWhitespace()
    switch position < bytes.count ? bytes[position] : 0 {
    case UInt8(ascii: "{"): try readObject { _, reader in try reader.passOverValue() }
    case UInt8(ascii: "["): try readArray { try $0.passOverValue() }
    default: _ = try readValue()
    }
  }

  /// Reads any value; returns it as it is written, with all digits of a number.
  package mutating func readWritten() throws -> ArraySlice<UInt8> {
    skipWhitespace()
    let start = position
    try passOverValue()
    return bytes[start..<position]
  }

  /// Whether the next value is an object.
  package mutating func isAtObject() -> Bool {
    skipWhitespace()
    return position < bytes.count && bytes[position] == UInt8(ascii: "{")
  }
}
