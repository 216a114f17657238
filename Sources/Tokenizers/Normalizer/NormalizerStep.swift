/// One step of tokenizer.json's `normalizer`, which changes a text before it is cut.
enum NormalizerStep: Sendable {
  case normalForm(Composition.Form)
  case lowercase
  /// Each match becomes `content`.
  case replace(TextPattern, content: [UInt8])
  /// Text that is not empty gets `content` in front.
  case prepend(content: [UInt8])
  /// White space at the ends is removed.
  case strip(left: Bool, right: Bool)
  /// Bytes are spelt in GPT-2's alphabet.
  case byteLevel

  /// The text that `bytes[range]` becomes; nil where it stays as it is.
  func apply(to bytes: [UInt8], _ range: Range<Int>) -> [UInt8]? {
    switch self {
    case .normalForm(let form): return Composition.normalized(bytes, range, form)
    case .lowercase: return lowercased(bytes, range)
    case .replace(let pattern, let content):
      var result: [UInt8] = []
      var copied = range.lowerBound
      pattern.forEachMatch(bytes, range) { match in
        result.append(contentsOf: bytes[copied..<match.lowerBound])
        result.append(contentsOf: content)
        copied = match.upperBound
      }
      guard copied > range.lowerBound || !result.isEmpty else { return nil }
      result.append(contentsOf: bytes[copied..<range.upperBound])
      return result
    case .prepend(let content): return range.isEmpty ? nil : content + bytes[range]
    case .strip(let left, let right):
      var range = range
      while left, !range.isEmpty, Self.isWhitespace(bytes, at: range.lowerBound) {
        range = range.lowerBound + UTF8Scalars.length(bytes[range.lowerBound])..<range.upperBound
      }
      while right, !range.isEmpty, Self.isWhitespace(bytes, at: UTF8Scalars.start(bytes, before: range.upperBound)) {
        range = range.lowerBound..<UTF8Scalars.start(bytes, before: range.upperBound)
      }
      return Array(bytes[range])
    case .byteLevel:
      var spelling: [UInt8] = []
      ByteAlphabet.spell(bytes[range], into: &spelling)
      return spelling
    }
  }

  /// Each character by itself, as Rust's `to_lowercase` has it: a sigma at a word's end is like any other.
  private func lowercased(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let (scalar, length) = UTF8Scalars.decode(bytes, at: position)
      if scalar.isASCII {
        result.append((0x41...0x5A).contains(bytes[position]) ? bytes[position] + 32 : bytes[position])
      } else {
        result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
      }
      position += length
    }
    return result
  }

  private static let whitespace = ScalarTables(.whitespace)

  private static func isWhitespace(_ bytes: [UInt8], at position: Int) -> Bool { whitespace.length(0, bytes, at: position) > 0 }
}
