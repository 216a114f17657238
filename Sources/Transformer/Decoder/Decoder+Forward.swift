internal import Tensors

extension Decoder {
  /// The residual stream before the first layer: x[P,C] gets the tokens' embeddings in its first T rows and zeros below.
  func embed(_ x: Matrix, _ batch: RowBatch) {
    Embedding.forward(x.first(batch.rows), weights.embedding, ids: batch.tokens)
    x.rows(batch.rows..<x.rows).clear()
  }

  /// One layer, from the residual stream `input`[P,C] to `output`[P,C], which may be the same buffer.
  ///
  ///     middle = input  + Wo · attention(rotary(Wqkv · norm(input)))
  ///     output = middle + Wdown · swiglu(Wgateup · norm(middle))
  ///
  /// P is the padded row count; only the products of the weights touch the padding. Each W may have an adapter.
  func forward(layer index: Int, _ output: Matrix, _ input: Matrix, _ a: LayerActivations, _ batch: RowBatch, pool: Matrix) {
    attend(layer: index, input, a, batch, pool: pool)
    activate(layer: index, a, rows: batch.rows, padded: input.rows)
    output.copy(from: a.middle.first(input.rows), lanes: lanes)
    let w = layers[index]
    multiply(output, a.activation.first(input.rows), w.down, w.adapters?.down, a.inner.down, rows: batch.rows, accumulate: true)
  }

  /// The layer's attention: a.middle from the residual stream `input`[P,C].
  func attend(layer index: Int, _ input: Matrix, _ a: LayerActivations, _ batch: RowBatch, pool: Matrix) {
    let w = layers[index]
    let T = batch.rows
    let P = input.rows
    normalizeInput(layer: index, input, a, rows: T)
    multiply(a.queryKeyValue.first(P), a.normed.first(P), w.queryKeyValue, w.adapters?.queryKeyValue, a.inner.queryKeyValue, rows: T)
    if let bias = w.queryKeyValueBias { Bias.forward(a.queryKeyValue.first(T), bias, lanes: lanes) }
    normalizeHeads(a, w, rows: T)
    rotary.rotate(rotated(a.queryKeyValue.first(T)), positions: batch.positions, headWidth: shape.headWidth, lanes: lanes)
    for spans in [batch.spans, batch.copies] where !spans.isEmpty {
      Attention.store(
        pool, a.queryKeyValue.first(T), shape: shape, spans: spans, tables: batch.tables, positions: batch.positions, lanes: lanes)
    }
    Attention.forward(
      a.attention.first(T), logSums: a.logSums, a.queryKeyValue.first(T), pool, shape: shape, spans: batch.spans,
      tables: batch.tables, positions: batch.positions, lanes: lanes)
    let middle = a.middle.first(P)
    middle.copy(from: input, lanes: lanes)
    multiply(
      middle, a.attention.first(P), w.attentionOutput, w.adapters?.attentionOutput, a.inner.attentionOutput, rows: T, accumulate: true)
  }

  /// The inner half of the layer's feed-forward: a.activation from a.middle.
  func activate(layer index: Int, _ a: LayerActivations, rows T: Int, padded P: Int) {
    let w = layers[index]
    normalizeMiddle(layer: index, a, rows: T)
    multiply(a.gateUp.first(P), a.normed.first(P), w.gateUp, w.adapters?.gateUp, a.inner.gateUp, rows: T)
    SwiGLU.forward(a.activation.first(T), a.gateUp.first(T), lanes: lanes)
  }

  /// a.normed of the attention.
  func normalizeInput(layer index: Int, _ input: Matrix, _ a: LayerActivations, rows T: Int) {
    RMSNorm.forward(
      a.normed.first(T), rms: a.attentionRMS, input.first(T), layers[index].attentionNorm, epsilon: epsilon, lanes: lanes)
  }

  /// a.normed of the feed-forward.
  func normalizeMiddle(layer index: Int, _ a: LayerActivations, rows T: Int) {
    RMSNorm.forward(
      a.normed.first(T), rms: a.feedForwardRMS, a.middle.first(T), layers[index].feedForwardNorm, epsilon: epsilon, lanes: lanes)
  }

  /// y[P,N] = x[P,K] · wᵀ, added to y where `accumulate`, and the adapter's share in the first T rows, which keeps u[P, Σ r].
  private func multiply(
    _ y: Matrix, _ x: Matrix, _ w: Projection, _ adapter: ProjectionAdapter?, _ u: Matrix?, rows T: Int, accumulate: Bool = false
  ) {
    Products.linear(y, x, w, accumulate: accumulate, lanes: lanes)
    if let adapter, let u { adapter.forward(y.first(T), u: u.first(T), x.first(T), lanes: lanes) }
  }

  /// Logits[P,V] of hidden rows[P,C]; the first `count` rows are real. `normed` is a buffer like `hidden`.
  func logits(_ logits: Matrix, _ hidden: Matrix, normed: Matrix, rms: Matrix?, count: Int) {
    RMSNorm.forward(normed.first(count), rms: rms, hidden.first(count), weights.finalNorm, epsilon: epsilon, lanes: lanes)
    Products.linear(logits, normed, Projection([weights.output]), lanes: lanes)
  }

  /// The queries and keys of rows of queries, keys and values.
  func rotated(_ queryKeyValue: Matrix) -> Matrix {
    queryKeyValue.columns(0..<(shape.heads + shape.keyValueHeads) * shape.headWidth)
  }

  /// The columns of query or key head `index`, with the weights (or gradients) of its norm.
  func head(_ index: Int, of rows: Matrix) -> Matrix {
    rows.columns(index * shape.headWidth..<(index + 1) * shape.headWidth)
  }

  private func normalizeHeads(_ a: LayerActivations, _ w: LayerWeights, rows: Int) {
    guard let queryNorm = w.queryNorm, let keyNorm = w.keyNorm else { return }
    let heads = rotated(a.queryKeyValue.first(rows))
    if let unnormed = a.unnormedHeads { unnormed.first(rows).copy(from: heads, lanes: lanes) }
    let source = a.unnormedHeads?.first(rows) ?? heads
    for index in 0..<shape.heads + shape.keyValueHeads {
      RMSNorm.forward(
        head(index, of: heads), rms: a.headRMS?.rows(index..<index + 1), head(index, of: source),
        index < shape.heads ? queryNorm : keyNorm, epsilon: epsilon, lanes: lanes)
    }
  }
}
