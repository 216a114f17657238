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
  /// P is the padded row count; only the products touch the padding.
  func forward(layer index: Int, _ output: Matrix, _ input: Matrix, _ a: LayerActivations, _ batch: RowBatch, pool: Matrix) {
    let w = layers[index]
    let T = batch.rows
    let P = input.rows
    RMSNorm.forward(
      a.attentionNormed.first(T), rms: a.attentionRMS, input.first(T), w.attentionNorm, epsilon: epsilon, lanes: lanes)
    Products.linear(a.queryKeyValue.first(P), a.attentionNormed.first(P), w.queryKeyValue, lanes: lanes)
    if let bias = w.queryKeyValueBias { Bias.forward(a.queryKeyValue.first(T), bias, lanes: lanes) }
    normalizeHeads(a, w, rows: T)
    rotary.rotate(rotated(a.queryKeyValue.first(T)), positions: batch.positions, headWidth: shape.headWidth, lanes: lanes)
    Attention.store(
      pool, a.queryKeyValue.first(T), shape: shape, spans: batch.spans, tables: batch.tables, positions: batch.positions,
      lanes: lanes)
    Attention.forward(
      a.attention.first(T), logSums: a.logSums, a.queryKeyValue.first(T), pool, shape: shape, spans: batch.spans,
      tables: batch.tables, positions: batch.positions, lanes: lanes)
    let middle = a.middle.first(P)
    middle.copy(from: input, lanes: lanes)
    Products.linear(middle, a.attention.first(P), w.attentionOutput, accumulate: true, lanes: lanes)

    RMSNorm.forward(
      a.feedForwardNormed.first(T), rms: a.feedForwardRMS, middle.first(T), w.feedForwardNorm, epsilon: epsilon, lanes: lanes)
    Products.linear(a.gateUp.first(P), a.feedForwardNormed.first(P), w.gateUp, lanes: lanes)
    SwiGLU.forward(a.activation.first(T), a.gateUp.first(T), lanes: lanes)
    output.copy(from: middle, lanes: lanes)
    Products.linear(output, a.activation.first(P), w.down, accumulate: true, lanes: lanes)
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
