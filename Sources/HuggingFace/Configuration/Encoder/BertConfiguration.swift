/// The shape of an encoder of BERT's family, as a checkpoint's config.json gives it: learned positions, post-norm layers, GELU by the error
/// function.
public struct BertConfiguration: Sendable, Equatable {
  /// The members of the family; the raw values are config.json's `model_type`.
  public enum Family: String, Sendable, CaseIterable {
    case bert
    /// The same layers; positions are counted from behind the padding token's id, and all tokens are of one type.
    case roberta
  }

  /// Which member of the family this is.
  public var family = Family.bert

  /// Rows of the word embedding, V.
  public var vocabularySize: Int

  /// Width of the residual stream, C.
  public var width: Int

  /// Width inside the feed-forward block, F.
  public var feedForwardWidth: Int

  /// Number of layers.
  public var layers: Int

  /// Number of heads, H; divides ``width``.
  public var heads: Int

  /// Rows of the position embedding.
  public var maximumPositions: Int

  /// RoBERTa's padding token: other tokens have the positions behind its id, and it has the position of its id itself.
  public var paddingToken = 0

  /// Tokens of the longest sequence.
  public var maximumTokens: Int { family == .roberta ? maximumPositions - paddingToken - 1 : maximumPositions }

  /// Rows of the token type embedding.
  public var tokenTypes: Int

  /// The constant that layer normalisation adds to the variance.
  public var normEpsilon: Double

  /// The width of a head, D.
  public var headWidth: Int { width / heads }

  /// How many numbers the encoder has; the pooling head, which a checkpoint may have as well, is not counted.
  public var parameterCount: Int {
    let perLayer = 4 * width * (width + 1) + 2 * width * feedForwardWidth + feedForwardWidth + width + 4 * width
    return (vocabularySize + maximumPositions + tokenTypes + 2) * width + layers * perLayer
  }
}
