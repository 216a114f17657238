internal import HuggingFace
internal import Tensors
internal import Tokenizers

/// The forward of an encoder of BERT's family over packed texts, in buffers of a fixed number of rows.
///
/// Not thread-safe. The vectors of a text depend on its own tokens alone, not on the other texts of the call.
struct EncoderPass: Sendable {
  /// The most tokens of a call.
  let maximumRows: Int

  /// The most texts of a call.
  static let maximumTexts = 64

  private let weights: BertWeights
  private let lanes: Lanes
  private let shape: AttentionShape
  private let epsilon: Float
  /// [P, C]: the residual stream
  private let x: Matrix
  /// [P, 3C]
  private let queryKeyValue: Matrix
  /// [P, C]
  private let attention: Matrix
  /// [P, F]
  private let hidden: Matrix
  /// [blocks, 2·C·16]
  private let pool: Matrix

  /// A pass of up to `rows` tokens a call.
  init(_ weights: BertWeights, rows: Int, lanes: Lanes) {
    let configuration = weights.configuration
    self.weights = weights
    self.lanes = lanes
    maximumRows = rows
    shape = AttentionShape(heads: configuration.heads, keyValueHeads: configuration.heads, headWidth: configuration.headWidth)
    epsilon = Float(configuration.normEpsilon)
    x = Matrix(rows: rows, columns: configuration.width)
    queryKeyValue = Matrix(rows: rows, columns: 3 * configuration.width)
    attention = Matrix(rows: rows, columns: configuration.width)
    hidden = Matrix(rows: rows, columns: configuration.feedForwardWidth)
    // A text leaves at most its last block unfilled.
    pool = Matrix(rows: Attention.blocks(for: rows) + Self.maximumTexts, columns: shape.blockCount)
  }

  /// Rows of one call: enough for the products to be efficient, and few enough for the cache.
  private static let usualRows = 256

  /// Numbers of the buffers that are allocated at most; real encoders are at a hundredth of this.
  private static let bufferLimit = 1 << 29

  /// The rows of a usual call. Throws where buffers for it, or for a text of `maximumTokens`, exceed their limit.
  static func rows(for configuration: BertConfiguration, maximumTokens: Int, folder: String) throws(TransformerError) -> Int {
    let rows = max(usualRows, maximumTokens)
    guard bufferCount(configuration, rows: rows) <= bufferLimit else {
      throw TransformerError(
        .checkpoint, "\(folder): texts of \(maximumTokens) tokens need buffers of more than \(bufferLimit) numbers with these sizes")
    }
    return rows
  }

  /// How many numbers a pass's buffers hold, without keys and values, which are fewer than the rest. The sizes are within their limits.
  private static func bufferCount(_ configuration: BertConfiguration, rows: Int) -> Int {
    rows * (5 * configuration.width + configuration.feedForwardWidth)
  }

  /// The texts of one call, from `first` on: as many as fit.
  func batch(of texts: [EncodedText], from first: Int) -> Range<Int> {
    var end = first
    var rows = 0
    while end < texts.count, end - first < Self.maximumTexts, rows + texts[end].tokens.count <= maximumRows {
      rows += texts[end].tokens.count
      end += 1
    }
    return first..<end
  }

  /// The vectors after the last layer of all tokens, [T, C], text after text; valid until the next call.
  ///
  ///     x      = norm(word + position + type)
  ///     x      = norm(x + Wo · attention(Wqkv · x + bqkv) + bo)
  ///     x      = norm(x + Wdown · gelu(Wup · x + bup) + bdown)
  ///
  /// Every token sees its whole text.
  func run(_ texts: ArraySlice<EncodedText>) -> Matrix {
    let batch = Batch(texts, weights)
    let T = batch.tokens.count
    precondition(T > 0 && T <= maximumRows && batch.tables.count <= pool.rows)
    Embedding.forward(x.first(T), weights.words, ids: batch.tokens)
    Embedding.add(x.first(T), weights.positions, ids: batch.positionRows)
    LayerNorm.forward(x.first(T), x.first(T), weights.norm.weight, weights.norm.bias, epsilon: epsilon, lanes: lanes)
    for layer in weights.layers { forward(layer, batch, T: T) }
    return x.first(T)
  }

  private func forward(_ w: BertWeights.Layer, _ batch: Batch, T: Int) {
    Products.linear(queryKeyValue.first(T), x.first(T), w.queryKeyValue, lanes: lanes)
    Bias.forward(queryKeyValue.first(T), w.queryKeyValueBias, lanes: lanes)
    Attention.store(
      pool, queryKeyValue.first(T), shape: shape, spans: batch.spans, tables: batch.tables, positions: batch.positions, lanes: lanes)
    // Attention is causal by position: with the last token's position, every query sees the whole text.
    Attention.forward(
      attention.first(T), logSums: nil, queryKeyValue.first(T), pool, shape: shape, spans: batch.spans, tables: batch.tables,
      positions: batch.lastPositions, lanes: lanes)
    Products.linear(x.first(T), attention.first(T), w.attentionOutput, accumulate: true, lanes: lanes)
    Bias.forward(x.first(T), w.attentionOutputBias, lanes: lanes)
    LayerNorm.forward(x.first(T), x.first(T), w.attentionNorm.weight, w.attentionNorm.bias, epsilon: epsilon, lanes: lanes)

    Products.linear(hidden.first(T), x.first(T), w.up, lanes: lanes)
    Bias.forward(hidden.first(T), w.upBias, lanes: lanes)
    GELU.forward(hidden.first(T), lanes: lanes)
    Products.linear(x.first(T), hidden.first(T), w.down, accumulate: true, lanes: lanes)
    Bias.forward(x.first(T), w.downBias, lanes: lanes)
    LayerNorm.forward(x.first(T), x.first(T), w.feedForwardNorm.weight, w.feedForwardNorm.bias, epsilon: epsilon, lanes: lanes)
  }

  /// Texts one after the other, each in blocks of its own.
  private struct Batch {
    var tokens: [Int32] = []
    /// Rows of the position embedding, which is more than places in a text.
    var positionRows: [Int32] = []
    var positions: [Int32] = []
    var lastPositions: [Int32] = []
    var spans: [SequenceSpan] = []
    var tables: [Int32] = []

    init(_ texts: ArraySlice<EncodedText>, _ weights: BertWeights) {
      for text in texts {
        let count = text.tokens.count
        spans.append(SequenceSpan(row: tokens.count, count: count, table: tables.count))
        tokens += text.tokens
        positionRows += weights.positionRows(text)
        positions += 0..<Int32(count)
        lastPositions += repeatElement(Int32(count) - 1, count: count)
        let first = Int32(tables.count)
        tables += first..<first + Int32(Attention.blocks(for: count))
      }
    }
  }
}
