internal import Tensors

extension Decoder {
  /// The residual stream before the first layer: x[T,C] gets the tokens' embeddings.
  func embed(_ x: Matrix, _ batch: RowBatch) {
    Embedding.forward(x, weights.embedding, ids: batch.tokens)
  }

  /// One layer, from the residual stream `input`[T,C] to `output`[T,C], which may be the same buffer.
  ///
  ///     middle = input  + Wo · attention(rotary(Wqkv · norm(input)))
  ///     output = middle + Wdown · swiglu(Wgateup · norm(middle))
  ///
  /// Each W may have an adapter.
  func forward(layer index: Int, _ output: Matrix, _ input: Matrix, _ a: LayerActivations, _ batch: RowBatch, pool: Matrix) {
    attend(layer: index, input, a, batch, pool: pool)
    activate(layer: index, a, rows: batch.rows)
    output.copy(from: a.middle.first(batch.rows), lanes: lanes)
    let w = layers[index]
    multiply(output, a.activation.first(batch.rows), w.down, w.adapters?.down, a.inner.down, accumulate: true)
  }

  /// The layer's attention: a.middle from the residual stream `input`[T,C].
  func attend(layer index: Int, _ input: Matrix, _ a: LayerActivations, _ batch: RowBatch, pool: Matrix) {
    let w = layers[index]
    let T = batch.rows
    normalizeInput(layer: index, input, a, rows: T)
    multiply(a.queryKeyValue.first(T), a.normed.first(T), w.queryKeyValue, w.adapters?.queryKeyValue, a.inner.queryKeyValue)
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
    let middle = a.middle.first(T)
    middle.copy(from: input, lanes: lanes)
    multiply(middle, a.attention.first(T), w.attentionOutput, w.adapters?.attentionOutput, a.inner.attentionOutput, accumulate: true)
  }

  /// The inner half of the layer's feed-forward: a.activation from a.middle.
  func activate(layer index: Int, _ a: LayerActivations, rows T: Int) {
    let w = layers[index]
    normalizeMiddle(layer: index, a, rows: T)
    multiply(a.gateUp.first(T), a.normed.first(T), w.gateUp, w.adapters?.gateUp, a.inner.gateUp)
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

  /// y[T,N] = x[T,K] · wᵀ, added to y where `accumulate`, and the adapter's share, which keeps u[T, Σ r].
  private func multiply(
    _ y: Matrix, _ x: Matrix, _ w: Projection, _ adapter: ProjectionAdapter?, _ u: Matrix?, accumulate: Bool = false
  ) {
    Products.linear(y, x, w, accumulate: accumulate, lanes: lanes)
    if let adapter, let u { adapter.forward(y, u: u.first(y.rows), x, lanes: lanes) }
  }

  /// Logits[T,V] of hidden rows[T,C]. `normed` is a buffer like `hidden`.
  func logits(_ logits: Matrix, _ hidden: Matrix, normed: Matrix, rms: Matrix?) {
    RMSNorm.forward(normed, rms: rms, hidden, weights.finalNorm, epsilon: epsilon, lanes: lanes)
    Products.linear(logits, normed, weights.output, lanes: lanes)
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
