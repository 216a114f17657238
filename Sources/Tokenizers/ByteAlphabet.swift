/// GPT-2's alphabet: the 256 printable characters that stand for bytes in the vocabulary of a byte-level tokenizer.
///
/// Printable Latin-1 characters stand for themselves; the other bytes, in order, for the characters from U+0100 on
/// (`bytes_to_unicode` in https://github.com/openai/gpt-2, src/encoder.py).
enum ByteAlphabet {
  /// The character of each byte.
  static let scalars: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (UInt8.min...UInt8.max).map { byte in
      if isPrintable(byte) { return Unicode.Scalar(byte) }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? Unicode.Scalar(byte)
    }
  }()

  /// The byte of each character below U+0180; nil for characters outside the alphabet.
  private static let bytes: [UInt8?] = {
    var bytes = [UInt8?](repeating: nil, count: 0x180)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar.value)] = UInt8(byte) }
    return bytes
  }()

  /// The bytes that a token's text stands for; nil when a character is outside the alphabet.
  static func bytes(of text: String) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      guard scalar.value < 0x180, let byte = bytes[Int(scalar.value)] else { return nil }
      result.append(byte)
    }
    return result
  }

  /// The text that stands for bytes.
  static func text(of bytes: some Sequence<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(scalars[Int(byte)]) }
    return String(text)
  }

  /// Appends the spelling of bytes, in UTF-8.
  static func spell(_ bytes: ArraySlice<UInt8>, into result: inout [UInt8]) {
    for byte in bytes {
      let value = scalars[Int(byte)].value
      if value < 0x80 {
        result.append(UInt8(value))
      } else {
        result.append(0xC0 | UInt8(value >> 6))
        result.append(0x80 | UInt8(value & 0x3F))
      }
    }
  }

  /// Appends the bytes that a spelling in UTF-8 stands for. Whether all of its characters are in the alphabet; if not, only some
  /// bytes are appended.
  @discardableResult
  static func read(_ spelling: ArraySlice<UInt8>, into result: inout [UInt8]) -> Bool {
    var position = spelling.startIndex
    while position < spelling.endIndex {
      var value = Int(spelling[position])
      position += 1
      if value >= 0x80 {
        // The alphabet's characters beyond ASCII take two bytes.
        guard value >= 0xC2, value < 0xE0, position < spelling.endIndex else { return false }
        value = (value & 0x1F) << 6 | Int(spelling[position] & 0x3F)
        position += 1
      }
      guard value < 0x180, let byte = bytes[value] else { return false }
      result.append(byte)
    }
    return true
  }

  /// The bytes that a token's text in UTF-8 stands for, or the text itself where a character is outside of the alphabet.
  static func decoded(_ text: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    return read(text[...], into: &bytes) ? bytes : text
  }

  private static func isPrintable(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
  }
}
