/// How many times its size a text may become before it is encoded, whatever the text: each step may grow what those before it grew.
///
/// Sizes multiply: a few steps that are small each would make gigabytes of a word.
struct TextGrowth {
  /// Far above what files ask for: compatibility forms, lower case and the alphabet of bytes together come to 44.
  static let limit = 256

  private(set) var factor = 1

  /// Adds the growth that `grown` makes of the one so far; whether that is within the limit.
  mutating func become(_ grown: (Int) -> Int) -> Bool {
    factor = grown(factor)
    return factor <= Self.limit
  }
}

extension NormalizerStep {
  /// The most bytes that `count` bytes become, of text that is not empty.
  func growth(_ count: Int) -> Int {
    switch self {
    // https://unicode.org/faq/normalization.html, for UTF-8.
    case .normalForm(let form): count * (form.isCompatibility ? 11 : 3)
    // From two bytes to three at most, as of U+023A.
    case .lowercase: count * 2
    // A pattern that matches empty text does so before each character and at the end.
    case .replace(let pattern, let content): pattern.isNullable ? count * (2 * content.count + 1) : count * max(1, content.count)
    case .prepend(let content): count + content.count
    case .strip: count
    case .byteLevel: count * 2
    }
  }
}
