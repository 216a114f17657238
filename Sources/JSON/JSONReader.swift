package import Files

/// Reads JSON text (RFC 8259) front to back.
///
/// Foundation's parsers drop duplicate names and the order of members, compare names by canonical equivalence and build the
/// whole tree; a checkpoint's files need the opposite. A caller reads known parts directly (``readObject(_:)``) and the
/// rest as trees (``readValue()``), so that memory stays proportional to what is kept.
package struct JSONReader {
  /// Values nested deeper than this are refused, which bounds the stack.
  package static let maximumDepth = 64

  let bytes: [UInt8]
  let source: String
  package var position = 0
  private var depth = 0

  /// Reads `bytes`; `source` names them in error messages.
  package init(_ bytes: [UInt8], source: String) {
    self.bytes = bytes
    self.source = source
  }

  /// Reads `bytes` as one value with nothing but white space around it.
  package static func value(of bytes: [UInt8], source: String) throws -> JSONValue {
    var reader = JSONReader(bytes, source: source)
    let value = try reader.readValue()
    try reader.expectEnd()
    return value
  }

  /// Reads an object: `body` is called with each name and must read the value.
  package mutating func readObject(_ body: (String, inout JSONReader) throws -> Void) throws {
    try readObjectOfBytes { key, reader in try body(String(decoding: key, as: UTF8.self), &reader) }
  }

  /// Reads an object in the same way, with each name as UTF-8.
  package mutating func readObjectOfBytes(_ body: ([UInt8], inout JSONReader) throws -> Void) throws {
    skipWhitespace()
    try expect(UInt8(ascii: "{"), "an object")
    try descend()
    skipWhitespace()
    if take(UInt8(ascii: "}")) {
      depth -= 1
      return
    }
    var key: [UInt8] = []
    while true {
      try readString(into: &key)
      skipWhitespace()
      try expect(UInt8(ascii: ":"), "':'")
      try body(key, &self)
      skipWhitespace()
      if take(UInt8(ascii: "}")) { break }
      try expect(UInt8(ascii: ","), "',' or '}'")
    }
    depth -= 1
  }

  /// Reads an array: `body` is called once an element and must read it.
  package mutating func readArray(_ body: (inout JSONReader) throws -> Void) throws {
    skipWhitespace()
    try expect(UInt8(ascii: "["), "an array")
    try descend()
    skipWhitespace()
    if take(UInt8(ascii: "]")) {
      depth -= 1
      return
    }
    while true {
      try body(&self)
      skipWhitespace()
      if take(UInt8(ascii: "]")) { break }
      try expect(UInt8(ascii: ","), "',' or ']'")
    }
    depth -= 1
  }

  /// Reads any value.
  package mutating func readValue() throws -> JSONValue {
    skipWhitespace()
    guard position < bytes.count else { throw failure("the text ends where a value is expected") }
    switch bytes[position] {
    case UInt8(ascii: "{"):
      var object = JSONObject()
      try readObject { key, reader in object.members.append(.init(key, try reader.readValue())) }
      return .object(object)
    case UInt8(ascii: "["):
      var values: [JSONValue] = []
      try readArray { values.append(try $0.readValue()) }
      return .array(values)
    case UInt8(ascii: "\""):
      return .string(try readString())
    case UInt8(ascii: "t"):
      try expectWord("true")
      return .boolean(true)
    case UInt8(ascii: "f"):
      try expectWord("false")
      return .boolean(false)
    case UInt8(ascii: "n"):
      try expectWord("null")
      return .null
    default:
      return try readNumber()
    }
  }

  /// Checks that only white space is left.
  package mutating func expectEnd() throws {
    skipWhitespace()
    guard position == bytes.count else { throw failure("expected the end of the text, found \(found)") }
  }

  /// An error at the reader's position.
  package func failure(_ problem: String) -> FileError {
    let before = bytes.prefix(position)
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return FileError(.malformed, "\(source): line \(line), column \(position - lineStart + 1): \(problem)")
  }

  private mutating func descend() throws {
    depth += 1
    guard depth <= Self.maximumDepth else { throw failure("values nested deeper than \(Self.maximumDepth)") }
  }

  package mutating func skipWhitespace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  package mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  package mutating func expect(_ byte: UInt8, _ expected: String) throws {
    guard take(byte) else { throw failure("expected \(expected), found \(found)") }
  }

  private mutating func expectWord(_ word: StaticString) throws {
    let expected = String(describing: word)
    guard bytes[position...].starts(with: expected.utf8) else { throw failure("expected a value, found \(found)") }
    position += expected.utf8.count
  }

  /// The byte at the position, for error messages.
  package var found: String {
    guard position < bytes.count else { return "the end of the text" }
    let byte = bytes[position]
    return byte > 0x20 && byte < 0x7F ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
  }
}
