import Files

/// A vocabulary of words over the 256 bytes, as a tokenizer that Hugging Face's library loads.
///
/// A text is cut as StarCoder cuts it: every digit by itself, the rest by GPT-2's expression. A piece that is a word is one
/// token; any other piece is one token a byte. There are no merges, and `ignore_merges` makes a whole word its token.
/// A space before a digit is a piece of its own: " 12" is " ", "1", "2".
///
/// Ids: 0 is the end of a text, 1 to 256 are the bytes in order, then come the words in the order given.
public struct ByteLevelVocabulary: Sendable {
  /// The special token that ends a text.
  public static let endOfText = "<|endoftext|>"

  /// The id of ``endOfText``.
  public static let endOfTextID: Int32 = 0

  /// The words that are tokens beside the bytes, in the order of their ids.
  public let words: [String]

  /// Makes a vocabulary of words, each as it stands in a text: with the space before it where it has one.
  ///
  /// A word of one byte is a token already and takes no id. Throws a ``FileError`` that names the word when there are
  /// two of one kind, or when the pre-tokenizer would cut it, so that no text could become its token.
  public init(words: [String]) throws {
    var seen: Set<[UInt8]> = []
    for word in words {
      let bytes = Array(word.utf8)
      guard seen.insert(bytes).inserted else { throw Self.refusal(word, "is there twice") }
      var text = SplitText(bytes)
      for step in Self.steps { step.apply(to: &text) }
      guard text.pieces.count == 1 else {
        let pieces = text.pieces.map { "\"\(String(decoding: bytes[$0], as: UTF8.self))\"" }.joined(separator: " ")
        throw Self.refusal(word, pieces.isEmpty ? "is empty" : "is cut into \(pieces), expected one piece")
      }
      guard word != Self.endOfText else { throw Self.refusal(word, "is the token that ends a text") }
    }
    self.words = words.filter { $0.utf8.count > 1 }
  }

  /// The number of tokens.
  public var size: Int { 257 + words.count }

  /// The cut that ``encodedTokenizer()`` writes to the file.
  static let steps: [any PreTokenizerStep] = [
    DigitStep(cutsEveryDigit: true), ByteLevelStep(addsPrefixSpace: false, usesExpression: true),
  ]

  private static func refusal(_ word: String, _ problem: String) -> FileError {
    FileError(.malformed, "vocabulary: the word \(word.debugDescription) \(problem)")
  }
}
