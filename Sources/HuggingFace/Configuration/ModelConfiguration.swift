/// The shape of a decoder-only language model, as a checkpoint's config.json gives it.
///
/// The families share one decoder: RMSNorm, rotary embeddings over the whole head, grouped-query attention and SwiGLU without
/// biases. They differ in ``hasQKVBias`` and ``hasHeadNorms``.
public struct ModelConfiguration: Sendable, Equatable {
  /// A family of models; the raw value is config.json's `model_type`.
  public enum Architecture: String, Sendable, CaseIterable {
    /// Qwen2 and Qwen2.5: biases on the query, key and value projections.
    case qwen2
    /// Qwen3: an RMSNorm on each query and key head.
    case qwen3
    /// Llama 2, Llama 3 and their successors.
    case llama
  }

  /// The family.
  public var architecture: Architecture

  /// Rows of the embedding, V.
  public var vocabularySize: Int

  /// Width of the residual stream, C.
  public var width: Int

  /// Width inside the feed-forward block.
  public var feedForwardWidth: Int

  /// Number of decoder layers.
  public var layers: Int

  /// Number of query heads, H.
  public var heads: Int

  /// Number of key and value heads; divides ``heads``.
  public var keyValueHeads: Int

  /// Width of one head, D; even. `heads * headWidth` need not be ``width``.
  public var headWidth: Int

  /// The longest sequence that the checkpoint is meant for, in tokens.
  public var maximumPositions: Int

  /// The rotary embedding's base, theta.
  public var ropeBase: Double

  /// How the rotary embedding is stretched, where it is.
  public var ropeScaling: RopeScaling?

  /// The constant that RMSNorm adds to the mean square.
  public var normEpsilon: Double

  /// Whether the output projection is the embedding itself, so that the checkpoint has no `lm_head.weight`.
  public var tiesEmbeddings: Bool

  /// The token that begins a document, where the model has one.
  public var beginToken: Int32?

  /// The tokens that end a response; may be empty.
  public var endTokens: [Int32]

  /// Creates a configuration. The values are not checked; ``validate(source:)`` does that.
  public init(
    architecture: Architecture, vocabularySize: Int, width: Int, feedForwardWidth: Int, layers: Int, heads: Int, keyValueHeads: Int,
    headWidth: Int, maximumPositions: Int, ropeBase: Double = 10_000, ropeScaling: RopeScaling? = nil,
    normEpsilon: Double = 1e-6, tiesEmbeddings: Bool, beginToken: Int32? = nil, endTokens: [Int32] = []
  ) {
    self.architecture = architecture
    self.vocabularySize = vocabularySize
    self.width = width
    self.feedForwardWidth = feedForwardWidth
    self.layers = layers
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.maximumPositions = maximumPositions
    self.ropeBase = ropeBase
    self.ropeScaling = ropeScaling
    self.normEpsilon = normEpsilon
    self.tiesEmbeddings = tiesEmbeddings
    self.beginToken = beginToken
    self.endTokens = endTokens
  }

  /// Whether the query, key and value projections have biases (`q_proj.bias` …). No projection has one otherwise.
  public var hasQKVBias: Bool { architecture == .qwen2 }

  /// Whether each query and key head is normalised (`q_norm.weight`, `k_norm.weight`, shape [D]) before it is rotated.
  public var hasHeadNorms: Bool { architecture == .qwen3 }
}
