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
  /// [P, Σ r], for the projection that needs the most: the gradient of x·Aᵀ
  let inner: Matrix

  init(_ decoder: Decoder, rows: Int) {
    let configuration = decoder.configuration
    residual = Matrix(rows: rows, columns: configuration.width)
    normed = Matrix(rows: rows, columns: configuration.width)
    attention = Matrix(rows: rows, columns: decoder.shape.queryWidth)
    queryKeyValue = Matrix(rows: rows, columns: decoder.shape.rowWidth)
    activation = Matrix(rows: rows, columns: configuration.feedForwardWidth)
    inner = Matrix(rows: rows, columns: 3 * (decoder.weights.lora?.rank ?? 0))
  }
}
