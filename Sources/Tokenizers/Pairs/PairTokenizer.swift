internal import Files

/// A tokenizer of two texts that an encoder reads as one sequence, such as `[CLS] a [SEP] b [SEP]`.
public struct PairTokenizer: Sendable {
  private enum Model: Sendable {
    case wordPiece(WordPieceTokenizer)
    case bytePairs(Tokenizer)
  }

  /// Text beyond this many bytes is not read: it has more tokens than any encoder takes.
  private static let textLimit = 1 << 24

  private let model: Model
  private let template: PairTemplate

  /// BERT's tokenizer of a checkpoint folder.
  ///
  /// Throws a ``FileError`` where it cannot be read, or has no tokens to put around two texts.
  public static func wordPiece(folder: String) throws -> PairTokenizer {
    let tokenizer = try WordPieceTokenizer(folder: folder)
    return try PairTokenizer(.wordPiece(tokenizer), tokenizer.template, folder: folder)
  }

  /// RoBERTa's tokenizer of a checkpoint folder.
  ///
  /// Throws a ``FileError`` where it cannot be read, or has no tokens to put around two texts.
  public static func bytePairs(folder: String) throws -> PairTokenizer {
    let tokenizer = try Tokenizer(folder: folder)
    return try PairTokenizer(.bytePairs(tokenizer), tokenizer.template, folder: folder)
  }

  private init(_ model: Model, _ template: TokenTemplate, folder: String) throws {
    self.model = model
    guard let pair = try template.pair?.get(), case .token? = pair.pieces.first else {
      throw FileError(
        .unsupported, "\(folder): its tokenizer puts no token before a pair of texts, expected a \"post_processor\" that does")
    }
    self.template = pair
  }

  /// One more than the highest token id: the least `vocab_size` of a model.
  public var vocabularySize: Int {
    switch model {
    case .wordPiece(let tokenizer): tokenizer.vocabularySize
    case .bytePairs(let tokenizer): tokenizer.vocabularySize
    }
  }

  /// How many tokens are put around and between those of two texts.
  public var specialTokenCount: Int { template.tokenCount }

  /// How many types the tokens of a pair have.
  public var typeCount: Int { template.typeCount }

  /// The tokens of a text, without any around them.
  public func tokens(of text: String) -> [Int32] {
    switch model {
    case .wordPiece(let tokenizer): return tokenizer.tokens(of: text)
    case .bytePairs(let tokenizer):
      guard text.utf8.count > Self.textLimit else { return tokenizer.encode(text) }
      var bytes = Array(text.utf8.prefix(Self.textLimit))
      bytes.removeLast(UTF8Scalars.unfinished(bytes))
      return tokenizer.encode(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// The sequence of two texts, given by their tokens.
  public func joined(_ first: ArraySlice<Int32>, _ second: ArraySlice<Int32>) -> EncodedText { template.joined(first, second) }

  /// How many tokens are read of two texts for which there is less room than they have: the longer one is cut first, as `longest_first` of
  /// Hugging Face's library does it. Of two that are both longer than half the room, an odd token is the longer one's, or the second's.
  public static func lengths(_ first: Int, _ second: Int, room: Int) -> (first: Int, second: Int) {
    precondition(room >= 0)
    guard first + second > room else { return (first, second) }
    let shorter = min(first, second)
    let (less, more) = shorter <= room / 2 ? (shorter, room - shorter) : (room / 2, room - room / 2)
    return first > second ? (more, less) : (less, more)
  }
}
