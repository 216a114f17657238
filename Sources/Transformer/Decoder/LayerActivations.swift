internal import HuggingFace
internal import Tensors

/// What one layer computes for T tokens, in buffers of P ≥ T rows.
struct LayerActivations: Sendable {
  /// [P, C]: the normalised input of the attention, then of the feed-forward
  let normed: Matrix
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
  /// [1, P]
  let feedForwardRMS: Matrix
  /// [P, 2F]
  let gateUp: Matrix
  /// [P, F]
  let activation: Matrix
  /// x·Aᵀ of the layer's adapters
  let inner: AdapterActivations

  /// Buffers for a layer; `middle` is the caller's where the residual stream is updated in place.
  init(_ decoder: Decoder, rows: Int, middle: Matrix? = nil, keepsForBackward: Bool) {
    let (configuration, shape) = (decoder.configuration, decoder.shape)
    let heads = shape.heads + shape.keyValueHeads
    normed = Matrix(rows: rows, columns: configuration.width)
    attentionRMS = Matrix(rows: 1, columns: rows)
    queryKeyValue = Matrix(rows: rows, columns: shape.rowWidth)
    let keepsHeads = configuration.hasHeadNorms && keepsForBackward
    unnormedHeads = keepsHeads ? Matrix(rows: rows, columns: heads * shape.headWidth) : nil
    headRMS = keepsHeads ? Matrix(rows: heads, columns: rows) : nil
    attention = Matrix(rows: rows, columns: shape.queryWidth)
    logSums = Matrix(rows: rows, columns: shape.heads)
    self.middle = middle ?? Matrix(rows: rows, columns: configuration.width)
    feedForwardRMS = Matrix(rows: 1, columns: rows)
    gateUp = Matrix(rows: rows, columns: 2 * configuration.feedForwardWidth)
    activation = Matrix(rows: rows, columns: configuration.feedForwardWidth)
    inner = AdapterActivations(decoder.layers[0].adapters, rows: rows)
  }

  /// Buffers for one more layer, which shares with `scratch` what the backward computes again: always what costs a pass over the rows and no
  /// product, and more as `recomputation` says.
  init(sharing scratch: LayerActivations, recomputing recomputation: Recomputation) {
    func own(_ matrix: Matrix) -> Matrix { Matrix(rows: matrix.rows, columns: matrix.columns) }
    let keepsAttention = recomputation != .layer
    let keepsFeedForward = recomputation == .none
    normed = scratch.normed
    activation = scratch.activation
    attentionRMS = keepsAttention ? own(scratch.attentionRMS) : scratch.attentionRMS
    queryKeyValue = keepsAttention ? own(scratch.queryKeyValue) : scratch.queryKeyValue
    unnormedHeads = keepsAttention ? scratch.unnormedHeads.map(own) : scratch.unnormedHeads
    headRMS = keepsAttention ? scratch.headRMS.map(own) : scratch.headRMS
    attention = keepsAttention ? own(scratch.attention) : scratch.attention
    logSums = keepsAttention ? own(scratch.logSums) : scratch.logSums
    middle = keepsAttention ? own(scratch.middle) : scratch.middle
    feedForwardRMS = keepsFeedForward ? own(scratch.feedForwardRMS) : scratch.feedForwardRMS
    gateUp = keepsFeedForward ? own(scratch.gateUp) : scratch.gateUp
    inner = AdapterActivations(sharing: scratch.inner, keepsAttention: keepsAttention, keepsFeedForward: keepsFeedForward)
  }
}

/// u[P, Σ r] = x·Aᵀ of each adapted projection of a layer; nil where it has no adapter.
struct AdapterActivations: Sendable {
  let queryKeyValue: Matrix?
  let attentionOutput: Matrix?
  let gateUp: Matrix?
  let down: Matrix?

  init(_ adapters: LayerAdapters?, rows: Int) {
    func inner(_ adapter: ProjectionAdapter?) -> Matrix? { adapter.map { Matrix(rows: rows, columns: $0.a.rows) } }
    queryKeyValue = inner(adapters?.queryKeyValue)
    attentionOutput = inner(adapters?.attentionOutput)
    gateUp = inner(adapters?.gateUp)
    down = inner(adapters?.down)
  }

  init(sharing scratch: AdapterActivations, keepsAttention: Bool, keepsFeedForward: Bool) {
    func own(_ matrix: Matrix?) -> Matrix? { matrix.map { Matrix(rows: $0.rows, columns: $0.columns) } }
    queryKeyValue = keepsAttention ? own(scratch.queryKeyValue) : scratch.queryKeyValue
    attentionOutput = keepsAttention ? own(scratch.attentionOutput) : scratch.attentionOutput
    gateUp = keepsFeedForward ? own(scratch.gateUp) : scratch.gateUp
    down = keepsFeedForward ? own(scratch.down) : scratch.down
  }
}
