internal import HuggingFace
internal import Tensors

/// A response's coefficients: its place in the pass, and ln p of each of its tokens, to dL / d ln p of each.
public typealias CoefficientSource = (_ response: Int, _ logProbabilities: [Float]) -> [Float]

extension TrainingPass {
  /// Adds to `gradients` the gradient of Σ coefficient · ln p(token) over the tokens of the groups' responses. `coefficients` is asked response
  /// by response, in order, as soon as the log-probabilities are known.
  ///
  /// With adapters, theirs are the only gradients.
  public func backward(_ groups: [TrainingGroup], into gradients: Gradients, coefficients: CoefficientSource) {
    precondition(gradients.values.configuration == decoder.configuration)
    computeLayers(groups)
    let buffers = self.buffers ?? BackwardBuffers(decoder, rows: residuals[0].rows)
    self.buffers = buffers
    let dx = buffers.residual.first(packed.batch.rows)
    dx.clear()
    guard headGradient(dx, into: gradients, coefficients) else { return }
    for layer in decoder.layers.indices.reversed() {
      layerBackward(
        layer, dx, buffers, LayerGradients(gradients.values, decoder.weights.lora, layer: layer), gradients)
    }
    if !isFrozen { Embedding.backward(gradients.values.embedding, dx, ids: packed.batch.tokens, lanes: decoder.lanes) }
  }

  /// Whether only adapters are trained.
  var isFrozen: Bool { decoder.weights.lora != nil }

  /// One layer in reverse: dx[T,C] holds the gradient of its output, then of its input.
  private func layerBackward(
    _ index: Int, _ dx: Matrix, _ buffers: BackwardBuffers, _ gradients: LayerGradients, _ written: Gradients
  ) {
    let lanes = decoder.lanes
    let w = decoder.layers[index]
    let a = activations[index]
    let T = packed.batch.rows
    let input = residuals[index].first(T)
    func backward(
      _ dIn: Matrix?, _ dy: Matrix, _ x: Matrix, _ w: Projection, _ dw: Matrix?,
      _ adapter: (ProjectionAdapter?, gradients: ProjectionAdapter?, u: Matrix?)
    ) {
      if let dw {
        Products.linearWeightGradient(
          dw, dy.first(T), x.first(T), arithmetic: w.arithmetic, accumulate: written.addsTo(dw), lanes: lanes)
      }
      if let dIn { Products.linearInputGradient(dIn.first(T), dy.first(T), w, lanes: lanes) }
      guard let own = adapter.0, let sums = adapter.gradients, let u = adapter.u else { return }
      own.backward(
        dIn?.first(T), dy.first(T), x.first(T), u: u.first(T), g: buffers.inner.first(T).columns(0..<own.a.rows), into: sums, written,
        lanes: lanes)
    }

    // output = middle + Wdown · swiglu(Wgateup · norm(middle))
    recompute(index, a, input)
    backward(
      buffers.activation, dx, a.activation, w.down, gradients.parameters?.down,
      (w.adapters?.down, gradients.adapters?.down, a.inner.down))
    SwiGLU.backward(a.gateUp.first(T), buffers.activation.first(T), a.gateUp.first(T), lanes: lanes)
    backward(
      buffers.normed, a.gateUp, a.normed, w.gateUp, gradients.parameters?.gateUp,
      (w.adapters?.gateUp, gradients.adapters?.gateUp, a.inner.gateUp))
    RMSNorm.backward(
      dx.first(T), gradients.parameters?.feedForwardNorm, buffers.normed.first(T), a.middle.first(T), rms: a.feedForwardRMS,
      w.feedForwardNorm, accumulate: true, lanes: lanes)

    // middle = input + Wo · attention(rotary(Wqkv · norm(input)))
    backward(
      buffers.attention, dx, a.attention, w.attentionOutput, gradients.parameters?.attentionOutput,
      (w.adapters?.attentionOutput, gradients.adapters?.attentionOutput, a.inner.attentionOutput))
    let dQKV = buffers.queryKeyValue.first(T)
    Attention.backward(
      dQKV, buffers.attention.first(T), a.attention.first(T), logSums: a.logSums, a.queryKeyValue.first(T), pools[index],
      shape: decoder.shape, groups: packed.groups, lanes: lanes)
    decoder.rotary.rotate(
      decoder.rotated(dQKV), positions: packed.batch.positions, headWidth: decoder.shape.headWidth, inverse: true, lanes: lanes)
    headNormsBackward(dQKV, a, w, gradients.parameters)
    if let bias = gradients.parameters?.queryKeyValueBias { Bias.backward(bias, dQKV, lanes: lanes) }
    decoder.normalizeInput(layer: index, input, a, rows: T)
    // Below the first layer there is nothing to train but the embedding.
    let isLast = index == 0 && isFrozen
    backward(
      isLast ? nil : buffers.normed, buffers.queryKeyValue, a.normed, w.queryKeyValue, gradients.parameters?.queryKeyValue,
      (w.adapters?.queryKeyValue, gradients.adapters?.queryKeyValue, a.inner.queryKeyValue))
    if isLast { return }
    RMSNorm.backward(
      dx.first(T), gradients.parameters?.attentionNorm, buffers.normed.first(T), input.first(T), rms: a.attentionRMS, w.attentionNorm,
      accumulate: true, lanes: lanes)
  }

  /// Computes again what of a layer's forward was not kept, to the same bits, up to its activation.
  private func recompute(_ index: Int, _ a: LayerActivations, _ input: Matrix) {
    let T = packed.batch.rows
    switch recomputation {
    case .none:
      decoder.normalizeMiddle(layer: index, a, rows: T)
      SwiGLU.forward(a.activation.first(T), a.gateUp.first(T), lanes: decoder.lanes)
    case .feedForward:
      decoder.activate(layer: index, a, rows: T)
    case .layer:
      decoder.attend(layer: index, input, a, packed.batch, pool: pools[index])
      decoder.activate(layer: index, a, rows: T)
    }
    if recomputation != .none, let down = decoder.layers[index].adapters?.down, let u = a.inner.down {
      AdapterProducts.narrow(u.first(T), a.activation.first(T), down.a, lanes: decoder.lanes)
    }
  }

  private func headNormsBackward(_ dQKV: Matrix, _ a: LayerActivations, _ w: LayerWeights, _ gradients: LayerParameters?) {
    guard let unnormed = a.unnormedHeads, let rms = a.headRMS, let queryNorm = w.queryNorm, let keyNorm = w.keyNorm else { return }
    let shape = decoder.shape
    let heads = decoder.rotated(dQKV)
    for index in 0..<shape.heads + shape.keyValueHeads {
      let isQuery = index < shape.heads
      let d = decoder.head(index, of: heads)
      RMSNorm.backward(
        d, isQuery ? gradients?.queryNorm : gradients?.keyNorm, d, decoder.head(index, of: unnormed.first(dQKV.rows)),
        rms: rms.rows(index..<index + 1), isQuery ? queryNorm : keyNorm, accumulate: false, lanes: decoder.lanes)
    }
  }
}
