public import HuggingFace
public import Tensors

/// A decoder-only language model: its weights, its rotary table, and the lanes that it computes on.
public final class Decoder: Sendable {
  /// The weights.
  public let weights: ModelWeights

  /// The lanes that share its work.
  public let lanes: Lanes

  let shape: AttentionShape
  let rotary: RotaryTable
  let epsilon: Float

  /// A decoder for sequences of at most `positions` tokens.
  public init(_ weights: ModelWeights, positions: Int, lanes: Lanes) throws(TensorsError) {
    try Products.load()
    let configuration = weights.configuration
    self.weights = weights
    self.lanes = lanes
    shape = AttentionShape(
      heads: configuration.heads, keyValueHeads: configuration.keyValueHeads, headWidth: configuration.headWidth)
    epsilon = Float(configuration.normEpsilon)
    rotary = RotaryTable(positions: positions, frequencies: RotaryFrequencies.values(configuration))
  }

  /// A decoder that computes with float32 parameters.
  public convenience init(_ parameters: Parameters, positions: Int, lanes: Lanes) throws(TensorsError) {
    try self.init(ModelWeights(parameters), positions: positions, lanes: lanes)
  }

  /// The model's shape.
  public var configuration: ModelConfiguration { weights.configuration }

  var layers: [LayerWeights] { weights.layers }

  /// The rows that a pass over `rows` tokens computes: see ``Tensors/Products/paddedRows(_:for:)``.
  func paddedRows(_ rows: Int) -> Int {
    paddedRows(rows, for: layers[0].projections)
  }

  /// The rows that the output projection of `rows` tokens computes.
  func paddedOutputRows(_ rows: Int) -> Int {
    paddedRows(rows, for: [Projection([weights.output])])
  }

  /// Only OpenBLAS needs padding.
  private func paddedRows(_ rows: Int, for projections: [Projection]) -> Int {
    let counts = projections.flatMap { $0.parts.compactMap(\.paddedCount) }
    return counts.isEmpty ? rows : Products.paddedRows(rows, for: counts)
  }
}
