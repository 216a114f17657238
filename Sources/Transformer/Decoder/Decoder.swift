public import HuggingFace
public import Tensors

/// A decoder-only language model: its weights, its rotary table, and the lanes that it computes on.
public final class Decoder: Sendable {
  /// The weights.
  public let parameters: Parameters

  /// The lanes that share its work.
  public let lanes: Lanes

  let layers: [LayerWeights]
  let shape: AttentionShape
  let rotary: RotaryTable
  let epsilon: Float

  /// A decoder for sequences of at most `positions` tokens.
  public init(_ parameters: Parameters, positions: Int, lanes: Lanes) throws(TensorsError) {
    try Products.load()
    let configuration = parameters.configuration
    self.parameters = parameters
    self.lanes = lanes
    layers = (0..<configuration.layers).map(parameters.layer)
    shape = AttentionShape(
      heads: configuration.heads, keyValueHeads: configuration.keyValueHeads, headWidth: configuration.headWidth)
    epsilon = Float(configuration.normEpsilon)
    rotary = RotaryTable(positions: positions, frequencies: RotaryFrequencies.values(configuration))
  }

  /// The model's shape.
  public var configuration: ModelConfiguration { parameters.configuration }

  /// The rows that a pass over `rows` tokens computes: see ``Tensors/Products/paddedRows(_:for:)``.
  func paddedRows(_ rows: Int) -> Int {
    let layer = layers[0]
    let weights = [layer.queryKeyValue, layer.attentionOutput, layer.gateUp, layer.down]
    return Products.paddedRows(rows, for: weights.map { $0.rows * $0.columns })
  }

  /// The rows that the output projection of `rows` tokens computes.
  func paddedOutputRows(_ rows: Int) -> Int {
    Products.paddedRows(rows, for: [configuration.vocabularySize * configuration.width])
  }
}
