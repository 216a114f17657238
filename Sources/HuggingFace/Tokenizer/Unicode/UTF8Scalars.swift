/// Reads characters from valid UTF-8.
enum UTF8Scalars {
  /// How many bytes a character takes that begins with `first`.
  @inline(__always)
  static func length(_ first: UInt8) -> Int { first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4 }

  /// The character that begins at `position`, and how many bytes it takes.
  @inline(__always)
  static func decode(_ bytes: [UInt8], at position: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let first = bytes[position]
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let length = length(first)
    var value = UInt32(first) & (0x7F >> UInt32(length))
    for offset in 1..<length { value = value << 6 | UInt32(bytes[position + offset] & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }

  /// Where the character begins that ends before `position`.
  @inline(__always)
  static func start(_ bytes: [UInt8], before position: Int) -> Int {
    var start = position - 1
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  /// The character that ends before `position`.
  static func decodeBackwards(_ bytes: [UInt8], before position: Int) -> (scalar: Unicode.Scalar, length: Int) {
    decode(bytes, at: start(bytes, before: position))
  }
}
