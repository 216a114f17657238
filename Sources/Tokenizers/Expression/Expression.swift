/// A regular expression, compiled for a backtracking matcher over UTF-8.
///
/// Frequent parts of real expressions take one step: a repeated class is one instruction, and alternatives are picked by the next byte.
/// Matches are Oniguruma's: the leftmost place, and there the first alternative that leads to a match.
struct Expression: Sendable {
  /// One step of the matcher; it names the instructions to continue with by their numbers.
  enum Instruction: Sendable {
    case accept
    case byte(UInt8)
    /// One character of a set.
    case set(Int)
    /// As many characters of a set as there are, then fewer, unless it is possessive.
    case run(set: Int, minimum: Int, maximum: Int, isPossessive: Bool)
    /// The first branch, then the second.
    case split(Int, Int)
    /// The alternatives that the next byte allows, in order.
    case choose(Int)
    case jump(Int)
    /// The instructions up to `end` must match from here, or must not.
    case look(end: Int, isNegated: Bool)
    /// The same with one character of a set.
    case lookSet(Int, isNegated: Bool)
    /// The instructions up to `end` must match from `width` characters before, or must not.
    case lookBehind(end: Int, width: Int, isNegated: Bool)
    /// The instructions up to `end`, in their first match only.
    case atomic(end: Int)
    case assertion(ExpressionNode.Assertion)
  }

  let instructions: [Instruction]
  let sets: ScalarTables
  /// For each `choose` and each byte, 256 being the end: where its alternatives begin, shifted by 8, and how many there are.
  let choices: [UInt32]
  let alternatives: [Int32]
  /// The bytes that a match may begin with.
  let firstBytes: ByteSet
  /// Whether a match may be empty, so that it may begin anywhere.
  let isNullable: Bool
  /// `\w`, for word boundaries.
  private static let word = ScalarTables(.word)

  static func isWord(_ bytes: [UInt8], at position: Int) -> Bool { word.length(0, bytes, at: position) > 0 }
}

/// A set of bytes.
struct ByteSet: Sendable, Equatable {
  private var words: SIMD4<UInt64> = .zero

  static let all = ByteSet(words: SIMD4(repeating: .max))

  init() {}

  private init(words: SIMD4<UInt64>) { self.words = words }

  mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

  func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 != 0 }

  func union(_ other: ByteSet) -> ByteSet { ByteSet(words: words | other.words) }
}
