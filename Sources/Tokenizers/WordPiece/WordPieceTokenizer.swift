/// A BERT tokenizer: text to tokens, as a checkpoint's tokenizer.json or vocab.txt describes it.
///
/// A text is cut at added tokens; the texts between them are normalised and cut into words and punctuation, and each word into the longest
/// tokens of the vocabulary. A file's settings for truncation and padding are ignored: callers give a limit, and nothing here needs
/// padding.
public struct WordPieceTokenizer: Sendable {
  /// Text beyond this many bytes is not read: unless nearly all of the text before is white space, it has more tokens than any model takes.
  private static let textLimit = 1 << 24

  let model: WordPieceModel
  let normalizer: BertNormalizer
  let steps: [any PreTokenizerStep]
  let template: TokenTemplate

  /// Added tokens that are found in the text as it is.
  let rawAddedTokens: AddedTokens

  /// Added tokens that are found in the normalised text, between the first ones.
  let normalizedAddedTokens: AddedTokens

  /// A tokenizer of its parts.
  init(
    _ model: WordPieceModel, normalizer: BertNormalizer, steps: [any PreTokenizerStep], template: TokenTemplate, addedTokens: [AddedToken]
  ) {
    self.model = model
    self.normalizer = normalizer
    self.steps = steps
    self.template = template
    var raw = AddedTokens()
    var normalized = AddedTokens()
    for token in addedTokens {
      let content = Array(token.content.utf8)
      if token.isNormalized {
        normalized.insert(token, content: normalizer.apply(to: content, content.indices))
      } else {
        raw.insert(token, content: content)
      }
    }
    rawAddedTokens = raw
    normalizedAddedTokens = normalized
  }

  /// One more than the highest token id: the least `vocab_size` of a model.
  public var vocabularySize: Int { model.vocabulary.idBound }

  /// How many tokens are put around those of a text.
  public var specialTokenCount: Int { template.before.count + template.after.count }

  /// Whether capital letters are read as lower case.
  public var lowercases: Bool { normalizer.lowercases }

  /// The tokens of a text with those around them, such as [CLS] and [SEP].
  ///
  /// A text with more than `limit` tokens in all is cut at its end. `limit` must be ``specialTokenCount`` at least.
  public func encode(_ text: String, limit: Int = .max) -> [Int32] {
    precondition(limit >= specialTokenCount, "a limit of \(limit) tokens")
    return template.before + tokens(of: text, limit: limit - specialTokenCount) + template.after
  }

  /// The tokens of a text without those around them, at most `limit`.
  func tokens(of text: String, limit: Int = .max) -> [Int32] {
    var bytes = Array(text.utf8.prefix(Self.textLimit))
    // A cut character is not read.
    if bytes.count == Self.textLimit { bytes.removeLast(UTF8Scalars.unfinished(bytes)) }
    var ids: [Int32] = []
    for outer in rawAddedTokens.split(bytes, bytes.indices) where ids.count < limit {
      switch outer {
      case .token(let id): ids.append(id)
      case .text(let range): encodeNormalized(normalizer.apply(to: bytes, range), into: &ids, room: limit)
      }
    }
    if ids.count > limit { ids.removeLast(ids.count - limit) }
    return ids
  }

  private func encodeNormalized(_ bytes: [UInt8], into ids: inout [Int32], room: Int) {
    for segment in normalizedAddedTokens.split(bytes, bytes.indices) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range):
        var text = SplitText(bytes, range)
        for step in steps { step.apply(to: &text) }
        for piece in text.pieces where ids.count < room { model.encode(text.bytes, piece, into: &ids) }
      }
    }
  }
}
