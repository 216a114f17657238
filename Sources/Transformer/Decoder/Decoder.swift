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
  ///
  /// With `packing` it keeps a second copy of the weights, from which passes of few rows are several times as fast; ``pack()`` must be called
  /// when the weights have changed.
  public init(_ weights: ModelWeights, positions: Int, lanes: Lanes, arithmetic: Arithmetic = .exact, packing: Bool = false) {
    let configuration = weights.configuration
    self.weights = weights.prepared(arithmetic, packing: packing ? lanes : nil)
    self.lanes = lanes
    shape = AttentionShape(
      heads: configuration.heads, keyValueHeads: configuration.keyValueHeads, headWidth: configuration.headWidth)
    epsilon = Float(configuration.normEpsilon)
    rotary = RotaryTable(positions: positions, frequencies: RotaryFrequencies.values(configuration))
  }

  /// The same decoder with adapters beside its weights, which the two share. There must be none yet.
  public init(_ base: Decoder, adapters: Parameters, _ lora: LoRAConfiguration) {
    precondition(base.weights.lora == nil)
    weights = ModelWeights(base.weights, adapters: adapters, lora)
    lanes = base.lanes
    shape = base.shape
    epsilon = base.epsilon
    rotary = base.rotary
  }

  /// A decoder that computes with float32 parameters.
  public convenience init(_ parameters: Parameters, positions: Int, lanes: Lanes) {
    self.init(ModelWeights(parameters), positions: positions, lanes: lanes)
  }

  /// The model's shape.
  public var configuration: ModelConfiguration { weights.configuration }

  var layers: [LayerWeights] { weights.layers }

  /// Packs the weights again, where they are packed and may have changed.
  public func pack() {
    weights.pack(lanes: lanes)
  }
}
