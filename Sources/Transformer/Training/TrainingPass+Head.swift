internal import Tensors

extension TrainingPass {
  /// dx[T,C], the gradient of the residual stream after the last layer, through last norm, output projection and log-softmax.
  ///
  /// Whole responses go through together, as many as there are rows of logits for. The objective needs all log-probabilities of a response, so
  /// the logits of one that is longer are computed twice.
  ///
  /// - Returns: whether any token pulls.
  func headGradient(_ dx: Matrix, into gradients: Gradients, _ coefficients: CoefficientSource) -> Bool {
    var pulls = false
    for responses in chunksOfResponses() {
      let targets = packed.responses[responses.lowerBound].lowerBound..<packed.responses[responses.upperBound - 1].upperBound
      let chunks = HeadBuffers.chunks(of: targets)
      var logProbabilities: [Float] = []
      for chunk in chunks {
        logProbabilities +=
          Softmax.logProbabilities(
            logits(of: chunk), targets: Array(packed.targets[chunk]), lanes: decoder.lanes
          ).logProbabilities
      }
      var found: [Float] = []
      for response in responses {
        let range = packed.responses[response]
        let own = Array(logProbabilities[range.lowerBound - targets.lowerBound..<range.upperBound - targets.lowerBound])
        let values = coefficients(response, own)
        precondition(values.count == own.count, "a response of \(own.count) tokens has \(values.count) coefficients")
        found += values
      }
      for chunk in chunks {
        let part = Array(found[chunk.lowerBound - targets.lowerBound..<chunk.upperBound - targets.lowerBound])
        guard part.contains(where: { $0 != 0 }) else { continue }
        pulls = true
        let logits = chunks.count == 1 ? head.logits.first(chunk.count) : logits(of: chunk)
        chunkGradient(dx, logits, chunk, part, gradients)
      }
    }
    return pulls
  }

  /// Consecutive responses whose targets fit into one chunk together, or a longer one alone.
  private func chunksOfResponses() -> [Range<Int>] {
    var chunks: [Range<Int>] = []
    var (start, count) = (0, 0)
    for (index, range) in packed.responses.enumerated() {
      if index > start && count + range.count > HeadBuffers.rows {
        chunks.append(start..<index)
        (start, count) = (index, 0)
      }
      count += range.count
    }
    if start < packed.responses.count { chunks.append(start..<packed.responses.count) }
    return chunks
  }

  /// The gradient through the logits of one chunk, which are overwritten. Rows without a coefficient, as those of clipped tokens, are left out.
  private func chunkGradient(_ dx: Matrix, _ logits: Matrix, _ range: Range<Int>, _ coefficients: [Float], _ gradients: Gradients) {
    let lanes = decoder.lanes
    let pulling = coefficients.indices.filter { coefficients[$0] != 0 }
    let count = pulling.count
    if count < range.count {
      for buffer in [logits, head.hidden, head.normed] { buffer.gather(rows: pulling) }
      for (place, row) in pulling.enumerated() { head.rms[0, place] = head.rms[0, row] }
    }
    Softmax.backward(
      logits.first(count), targets: pulling.map { packed.targets[range.lowerBound + $0] }, coefficients: pulling.map { coefficients[$0] },
      lanes: lanes)
    let dHidden = Matrix(rows: count, columns: head.hidden.columns)
    Products.linearInputGradient(dHidden, logits.first(count), decoder.weights.output, lanes: lanes)
    let dNorm: Matrix?
    if isFrozen {
      dNorm = nil
    } else {
      let dOutput = gradients.values.output
      Products.linearWeightGradient(
        dOutput, logits.first(count), head.normed.first(count), arithmetic: decoder.weights.output.arithmetic,
        accumulate: gradients.addsTo(dOutput), lanes: lanes)
      dNorm = gradients.values.finalNorm
    }
    RMSNorm.backward(
      dHidden.first(count), dNorm, dHidden.first(count), head.hidden.first(count), rms: head.rms, decoder.weights.finalNorm,
      accumulate: false, lanes: lanes)
    Embedding.backward(dx, dHidden, ids: pulling.map { packed.targetRows[range.lowerBound + $0] }, lanes: lanes)
  }
}
