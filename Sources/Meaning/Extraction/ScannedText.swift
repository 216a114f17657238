/// A text as an array of Unicode scalars, for scanners that look ahead and back.
///
/// Scalars and not characters: a combining mark after a brace, or `\r\n`, must not hide a delimiter.
struct ScannedText {
  let scalars: [Unicode.Scalar]

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  init(scalars: [Unicode.Scalar]) {
    self.scalars = scalars
  }

  /// The scalar at `index`, or nil outside the text.
  func scalar(at index: Int) -> Unicode.Scalar? {
    scalars.indices.contains(index) ? scalars[index] : nil
  }

  /// Whether `literal`, which is ASCII and in lower case, stands at `index` in any case.
  func has(_ literal: String, at index: Int) -> Bool {
    guard index >= 0 else { return false }
    var index = index
    for byte in literal.utf8 {
      guard index < scalars.count, scalars[index].lowercasedASCII == byte else { return false }
      index += 1
    }
    return true
  }

  /// The first index from `index` on whose scalar isn't white space.
  func indexAfterWhiteSpace(from index: Int, stayOnLine: Bool = false) -> Int {
    var index = index
    while index < scalars.count, scalars[index].isWhiteSpace, !(stayOnLine && scalars[index].endsLine) { index += 1 }
    return index
  }

  /// The index of the line break that ends the line of `index`, or `limit` if that comes first.
  func endOfLine(from index: Int, before limit: Int) -> Int {
    var index = index
    while index < limit, !scalars[index].endsLine { index += 1 }
    return index
  }

  /// `range` without white space at its ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (lower, upper) = (range.lowerBound, range.upperBound)
    while lower < upper, scalars[lower].isWhiteSpace { lower += 1 }
    while lower < upper, scalars[upper - 1].isWhiteSpace { upper -= 1 }
    return lower..<upper
  }

  /// The text of `range`.
  func string(_ range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[range])
    return String(view)
  }
}

extension Unicode.Scalar {
  /// Whether a line ends here.
  var endsLine: Bool { self == "\n" || self == "\r" }

  /// Whether the scalar is white space; the look-up in Unicode's tables is left to those outside of ASCII.
  var isWhiteSpace: Bool {
    isASCII ? value == 32 || (9...13).contains(value) : properties.isWhitespace
  }

  /// The ASCII letter in lower case, any other ASCII scalar as it is, 0 for the rest.
  var lowercasedASCII: UInt8 {
    guard isASCII else { return 0 }
    let byte = UInt8(truncatingIfNeeded: value)
    return (65...90).contains(byte) ? byte + 32 : byte
  }

  /// Whether the scalar is a decimal digit of ASCII, the only digits that count as numbers here.
  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
