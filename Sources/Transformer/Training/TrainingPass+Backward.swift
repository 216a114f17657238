internal import HuggingFace
internal import Tensors

/// Buffers for gradients of one layer's activations.
struct BackwardBuffers {
  /// [P, C]: the gradient of the residual stream, layer by layer
  let residual: Matrix
  /// [P, C]: the gradient of a norm's output
  let normed: Matrix
  /// [P, H·D]
  let attention: Matrix
  /// [P, (H + 2G)·D]
  let queryKeyValue: Matrix
  /// [P, F]
  let activation: Matrix

  init(_ decoder: Decoder, rows: Int) {
    let configuration = decoder.configuration
    residual = Matrix(rows: rows, columns: configuration.width)
    normed = Matrix(rows: rows, columns: configuration.width)
    attention = Matrix(rows: rows, columns: decoder.shape.queryWidth)
    queryKeyValue = Matrix(rows: rows, columns: decoder.shape.rowWidth)
    activation = Matrix(rows: rows, columns: configuration.feedForwardWidth)
  }
}

extension TrainingPass {
  /// Adds to `gradients` the gradient of Σ coefficient · ln p(target) over the targets of the last forward, with the
  /// coefficients in the order in which that forward gave the log-probabilities. The activations cannot be used again.
  public func backward(coefficients: [Float], into gradients: Parameters) {
    precondition(coefficients.count == targets.count && gradients.configuration == decoder.configuration)
    let buffers = self.buffers ?? BackwardBuffers(decoder, rows: residuals[0].rows)
    self.buffers = buffers
    let dx = buffers.residual.first(padded)
    dx.clear()
    headBackward(dx.first(batch.rows), coefficients, gradients)
    for layer in decoder.layers.indices.reversed() {
      layerBackward(layer, dx, buffers, gradients.layer(layer))
    }
    Embedding.backward(gradients.embedding, dx, ids: batch.tokens, lanes: decoder.lanes)
  }

  /// Through log-softmax, output projection and last norm, chunk by chunk. The logits are computed a second time.
  private func headBackward(_ dx: Matrix, _ coefficients: [Float], _ gradients: Parameters) {
    let lanes = decoder.lanes
    let dHidden = Matrix(rows: head.hidden.rows, columns: head.hidden.columns)
    forEachHeadChunk { range, logits in
      let count = range.count
      let padded = decoder.paddedOutputRows(count)
      Softmax.backward(
        logits, targets: Array(targets[range]), coefficients: Array(coefficients[range]), lanes: lanes)
      Products.linearInputGradient(
        dHidden.first(padded), head.logits.first(padded), Projection([decoder.weights.output]), lanes: lanes)
      Products.linearWeightGradient(gradients.output, logits, head.normed.first(count), lanes: lanes)
      RMSNorm.backward(
        dHidden.first(count), gradients.finalNorm, dHidden.first(count), head.hidden.first(count), rms: head.rms,
        decoder.weights.finalNorm, accumulate: false, lanes: lanes)
      Embedding.backward(dx, dHidden, ids: Array(targetRows[range]), lanes: lanes)
    }
  }

  /// One layer in reverse: dx[P,C] holds the gradient of its output, then of its input.
  private func layerBackward(_ index: Int, _ dx: Matrix, _ buffers: BackwardBuffers, _ gradients: LayerParameters) {
    let lanes = decoder.lanes
    let w = decoder.layers[index]
    let a = activations[index]
    let T = batch.rows
    let P = padded

    // output = middle + Wdown · swiglu(Wgateup · norm(middle))
    Products.linearWeightGradient(gradients.down, dx.first(T), a.activation.first(T), lanes: lanes)
    Products.linearInputGradient(buffers.activation.first(P), dx, w.down, lanes: lanes)
    SwiGLU.backward(a.gateUp.first(T), buffers.activation.first(T), a.gateUp.first(T), lanes: lanes)
    Products.linearWeightGradient(gradients.gateUp, a.gateUp.first(T), a.feedForwardNormed.first(T), lanes: lanes)
    Products.linearInputGradient(buffers.normed.first(P), a.gateUp.first(P), w.gateUp, lanes: lanes)
    RMSNorm.backward(
      dx.first(T), gradients.feedForwardNorm, buffers.normed.first(T), a.middle.first(T), rms: a.feedForwardRMS, w.feedForwardNorm,
      accumulate: true, lanes: lanes)

    // middle = input + Wo · attention(rotary(Wqkv · norm(input)))
    Products.linearWeightGradient(gradients.attentionOutput, dx.first(T), a.attention.first(T), lanes: lanes)
    Products.linearInputGradient(buffers.attention.first(P), dx, w.attentionOutput, lanes: lanes)
    let dQKV = buffers.queryKeyValue.first(T)
    Attention.backward(
      dQKV, buffers.attention.first(T), a.attention.first(T), logSums: a.logSums, a.queryKeyValue.first(T), pools[index],
      shape: decoder.shape,
      groups: batch.spans.map { AttentionGroup(row: $0.row, promptRows: $0.count, responseRows: [], block: Int(batch.tables[$0.table])) },
      lanes: lanes)
    decoder.rotary.rotate(
      decoder.rotated(dQKV), positions: batch.positions, headWidth: decoder.shape.headWidth, inverse: true, lanes: lanes)
    headNormsBackward(dQKV, a, w, gradients)
    if let bias = gradients.queryKeyValueBias { Bias.backward(bias, dQKV, lanes: lanes) }
    Products.linearWeightGradient(gradients.queryKeyValue, dQKV, a.attentionNormed.first(T), lanes: lanes)
    Products.linearInputGradient(buffers.normed.first(P), buffers.queryKeyValue.first(P), w.queryKeyValue, lanes: lanes)
    RMSNorm.backward(
      dx.first(T), gradients.attentionNorm, buffers.normed.first(T), residuals[index].first(T), rms: a.attentionRMS, w.attentionNorm,
      accumulate: true, lanes: lanes)
  }

  private func headNormsBackward(_ dQKV: Matrix, _ a: LayerActivations, _ w: LayerWeights, _ gradients: LayerParameters) {
    guard let unnormed = a.unnormedHeads, let rms = a.headRMS, let queryNorm = w.queryNorm, let keyNorm = w.keyNorm,
      let dQueryNorm = gradients.queryNorm, let dKeyNorm = gradients.keyNorm
    else { return }
    let shape = decoder.shape
    let heads = decoder.rotated(dQKV)
    for index in 0..<shape.heads + shape.keyValueHeads {
      let isQuery = index < shape.heads
      let d = decoder.head(index, of: heads)
      RMSNorm.backward(
        d, isQuery ? dQueryNorm : dKeyNorm, d, decoder.head(index, of: unnormed.first(dQKV.rows)), rms: rms.rows(index..<index + 1),
        isQuery ? queryNorm : keyNorm, accumulate: false, lanes: decoder.lanes)
    }
  }
}
