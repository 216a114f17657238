import Files

extension JSONReader {
  /// Goes past any value without keeping it, and returns a reader that stands where the value begins.
  ///
  /// A caller that needs other members first can read the value from there later. Its strings and numbers are checked only then.
  package mutating func skipValue() throws -> JSONReader {
    skipWhitespace()
    let beginning = self
    guard position < bytes.count else { throw failure("the text ends where a value is expected") }
    switch bytes[position] {
    case UInt8(ascii: "{"), UInt8(ascii: "["): try skipContainer()
    case UInt8(ascii: "\""): try skipString()
    default: _ = try readValue()
    }
    return beginning
  }

  /// Reads any value that is written in at most `limit` bytes; `path` names it in the error for a longer one.
  ///
  /// A tree takes many times the memory of its text.
  package mutating func readValue(ofAtMost limit: Int, at path: String) throws -> JSONValue {
    var ahead = self
    let start = try ahead.skipValue().position
    let size = ahead.position - start
    guard size <= limit else {
      throw FileError(.malformed, "\(source): \"\(path)\" is \(size) bytes long, expected at most \(limit)")
    }
    return try readValue()
  }

  /// Goes past an object or a list, brackets balanced.
  private mutating func skipContainer() throws {
    var open = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        try skipString()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): open += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        open -= 1
        if open == 0 {
          position += 1
          return
        }
      default: break
      }
      position += 1
    }
    throw failure("the text ends inside a value")
  }

  private mutating func skipString() throws {
    position += 1
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return
      case UInt8(ascii: "\\"): position += 2
      default: position += 1
      }
    }
    throw failure("the text ends inside a string")
  }

  /// Whether the next value is a string.
  package mutating func isAtString() -> Bool {
    skipWhitespace()
    return position < bytes.count && bytes[position] == UInt8(ascii: "\"")
  }

  /// Reads a string, and replaces `content` by its UTF-8.
  ///
  /// A vocabulary has hundreds of thousands of strings, which need not all become values of their own.
  package mutating func readString(into content: inout [UInt8]) throws {
    skipWhitespace()
    try expect(UInt8(ascii: "\""), "a string")
    content.removeAll(keepingCapacity: true)
    let start = position
    var bits: UInt8 = 0
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        content.append(contentsOf: bytes[start..<position])
        guard bits < 0x80 || String(validating: content, as: UTF8.self) != nil else { throw failure("a string that is not UTF-8") }
        position += 1
        return
      }
      if byte == UInt8(ascii: "\\") { break }
      guard byte >= 0x20 else { throw failure("a control character inside a string") }
      bits |= byte
      position += 1
    }
    position = start - 1
    content.append(contentsOf: try readString().utf8)
  }

  /// Whether the next value is a list.
  package mutating func isAtArray() -> Bool {
    skipWhitespace()
    return position < bytes.count && bytes[position] == UInt8(ascii: "[")
  }

  /// Whether the next value is null.
  package mutating func isAtNull() -> Bool {
    skipWhitespace()
    return position < bytes.count && bytes[position] == UInt8(ascii: "n")
  }
}
