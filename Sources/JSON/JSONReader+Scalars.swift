extension JSONReader {
  /// Reads a string.
  package mutating func readString() throws -> String {
    skipWhitespace()
    try expect(UInt8(ascii: "\""), "a string")
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") {
      guard bytes[position] >= 0x20 else { throw failure("a control character inside a string") }
      position += 1
    }
    guard position < bytes.count else { throw failure("the text ends inside a string") }
    if bytes[position] == UInt8(ascii: "\"") {
      defer { position += 1 }
      return try text(bytes[start..<position])
    }
    return try readEscapedString(startingWith: bytes[start..<position])
  }

  /// Continues reading a string at its first backslash.
  private mutating func readEscapedString(startingWith prefix: ArraySlice<UInt8>) throws -> String {
    var content = Array(prefix)
    while true {
      guard position < bytes.count else { throw failure("the text ends inside a string") }
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        let result = try text(content[...])
        position += 1
        return result
      case UInt8(ascii: "\\"):
        content.append(contentsOf: try readEscape())
      default:
        guard byte >= 0x20 else { throw failure("a control character inside a string") }
        content.append(byte)
        position += 1
      }
    }
  }

  private mutating func readEscape() throws -> [UInt8] {
    position += 1
    guard position < bytes.count else { throw failure("the text ends inside a string") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var code = try readHexadecimal()
      if code >= 0xD800, code < 0xDC00, take(UInt8(ascii: "\\")) {
        try expect(UInt8(ascii: "u"), "the second half of a surrogate pair")
        let low = try readHexadecimal()
        guard low >= 0xDC00, low < 0xE000 else { throw failure("half a surrogate pair in a string") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair in a string") }
      return Array(Character(scalar).utf8)
    default:
      position -= 1
      throw failure("expected an escape in a string, found \(found)")
    }
  }

  private mutating func readHexadecimal() throws -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue, bytes[position] < 0x80 else {
        throw failure("expected a hexadecimal digit, found \(found)")
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }

  private func text(_ content: ArraySlice<UInt8>) throws -> String {
    guard let string = String(validating: content, as: UTF8.self) else { throw failure("a string that is not UTF-8") }
    return string
  }

  /// Reads a number.
  package mutating func readNumber() throws -> JSONValue {
    skipWhitespace()
    let start = position
    _ = take(UInt8(ascii: "-"))
    let leadingZero = position < bytes.count && bytes[position] == UInt8(ascii: "0")
    let digits = skipDigits()
    guard digits > 0, digits == 1 || !leadingZero else {
      position = start
      throw failure("expected a value, found \(found)")
    }
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      guard skipDigits() > 0 else { throw failure("expected a digit, found \(found)") }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard skipDigits() > 0 else { throw failure("expected a digit, found \(found)") }
    }
    let written = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int(written) { return .integer(value) }
    guard let value = Double(written), value.isFinite else { throw failure("the number \(written.prefix(40)) is out of range") }
    return .number(value)
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while position < bytes.count, bytes[position] >= UInt8(ascii: "0"), bytes[position] <= UInt8(ascii: "9") { position += 1 }
    return position - start
  }
}
