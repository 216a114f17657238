/// Reads characters from valid UTF-8, and finds a text's end within a character.
package enum UTF8Scalars {
  /// The number of bytes of a character that begins with `first`.
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

  /// The beginning of the character that ends before `position`.
  @inline(__always)
  static func start(_ bytes: [UInt8], before position: Int) -> Int {
    var start = position - 1
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  /// The number of bytes at the end, at most 3, that may be the beginning of a character.
  package static func unfinished(_ bytes: [UInt8]) -> Int {
    for count in 1...3 where count <= bytes.count {
      let first = bytes[bytes.count - count]
      if first & 0xC0 == 0x80 { continue }
      guard first >= 0xC2, first <= 0xF4, length(first) > count else { return 0 }
      if count > 1 {
        // The second byte decides whether the bytes can still become a character (Unicode 17, table 3-7).
        let second = bytes[bytes.count - count + 1]
        let allowed: ClosedRange<UInt8>
        switch first {
        case 0xE0: allowed = 0xA0...0xBF
        case 0xED: allowed = 0x80...0x9F
        case 0xF0: allowed = 0x90...0xBF
        case 0xF4: allowed = 0x80...0x8F
        default: allowed = 0x80...0xBF
        }
        guard allowed.contains(second) else { return 0 }
      }
      return count
    }
    return 0
  }
}
