internal import HuggingFace
internal import Tensors

/// What one layer computes for T tokens, in buffers of P ≥ T rows.
struct LayerActivations: Sendable {
  /// [P, C]: the normalised input of the attention
  let attentionNormed: Matrix
  /// [1, P]
  let attentionRMS: Matrix
  /// [P, (H + 2G)·D]: rotated queries, rotated keys, values
  let queryKeyValue: Matrix
  /// [P, (H + G)·D]: queries and keys before their norm, where the heads are normalised and the backward needs them
  let unnormedHeads: Matrix?
  /// [H + G, P]
  let headRMS: Matrix?
  /// [P, H·D]
  let attention: Matrix
  /// [P, H]
  let logSums: Matrix
  /// [P, C]: the residual stream between attention and feed-forward
  let middle: Matrix
  /// [P, C]
  let feedForwardNormed: Matrix
  /// [1, P]
  let feedForwardRMS: Matrix
  /// [P, 2F]
  let gateUp: Matrix
  /// [P, F]
  let activation: Matrix

  /// Buffers for a layer; `middle` is the caller's where the residual stream is updated in place.
  init(_ configuration: ModelConfiguration, shape: AttentionShape, rows: Int, middle: Matrix? = nil, keepsForBackward: Bool) {
    let C = configuration.width
    let heads = shape.heads + shape.keyValueHeads
    attentionNormed = Matrix(rows: rows, columns: C)
    attentionRMS = Matrix(rows: 1, columns: rows)
    queryKeyValue = Matrix(rows: rows, columns: shape.rowWidth)
    let keepsHeads = configuration.hasHeadNorms && keepsForBackward
    unnormedHeads = keepsHeads ? Matrix(rows: rows, columns: heads * shape.headWidth) : nil
    headRMS = keepsHeads ? Matrix(rows: heads, columns: rows) : nil
    attention = Matrix(rows: rows, columns: shape.queryWidth)
    logSums = Matrix(rows: rows, columns: shape.heads)
    self.middle = middle ?? Matrix(rows: rows, columns: C)
    feedForwardNormed = keepsForBackward ? Matrix(rows: rows, columns: C) : attentionNormed
    feedForwardRMS = Matrix(rows: 1, columns: rows)
    gateUp = Matrix(rows: rows, columns: 2 * configuration.feedForwardWidth)
    activation = Matrix(rows: rows, columns: configuration.feedForwardWidth)
  }
}
