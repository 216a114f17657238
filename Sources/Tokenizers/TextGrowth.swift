/// A bound on the growth of any text before it is encoded, as a factor of its size: each step may grow the result of the steps before it.
///
/// Factors multiply: a few steps with a small factor each could make gigabytes of a word.
struct TextGrowth {
  /// Far above the needs of real files: compatibility forms, lower case and the alphabet of bytes together come to 44.
  static let limit = 256

  private(set) var factor = 1

  /// Adds a step's growth, which `grown` computes from the growth so far; returns whether the result is within the limit.
  mutating func become(_ grown: (Int) -> Int) -> Bool {
    factor = grown(factor)
    return factor <= Self.limit
  }
}

extension NormalizerStep {
  /// The most bytes that a text of `count` bytes, which is not empty, becomes.
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
