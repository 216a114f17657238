public import HuggingFace
public import Tensors

/// The weights with which a decoder computes: float32 parameters, a bfloat16 copy of them, or a mapped file.
public final class ModelWeights: Sendable {
  /// The model's shape.
  public let configuration: ModelConfiguration

  /// How the matrices are stored.
  public let type: WeightType

  /// [V, C]
  let embedding: WeightMatrix
  /// The output projection, [V, C]: the embedding where the two are tied.
  let output: Projection
  /// [1, C]
  let finalNorm: Matrix
  let layers: [LayerWeights]

  /// What the layers' adapters are; nil where there are none. With adapters, the other weights are not trained.
  public let lora: LoRAConfiguration?

  /// Views of float32 parameters: a change there is a change here.
  public init(_ parameters: Parameters) {
    configuration = parameters.configuration
    type = .float32
    lora = nil
    embedding = .float32(parameters.embedding)
    output = Projection(parameters.output)
    finalNorm = parameters.finalNorm
    layers = (0..<parameters.configuration.layers).map { LayerWeights(parameters.layer($0)) }
  }

  /// The same weights with adapters, which lie as ``ParameterLayout/init(adaptersOf:_:)`` says: a change there is a change here.
  public convenience init(_ base: ModelWeights, adapters: Parameters, _ lora: LoRAConfiguration) {
    precondition(adapters.configuration == base.configuration)
    self.init(
      base, lora: lora, output: base.output,
      layers: base.layers.enumerated().map { index, layer in
        var layer = layer
        layer.adapters = LayerAdapters(adapters, lora, layer: index)
        return layer
      })
  }

  /// The same weights without adapters.
  public var base: ModelWeights {
    guard lora != nil else { return self }
    return ModelWeights(
      self, lora: nil, output: output,
      layers: layers.map { layer in
        var layer = layer
        layer.adapters = nil
        return layer
      })
  }

  /// The same weights for an arithmetic, and packed as well for products of few rows where there are lanes for it.
  func prepared(_ arithmetic: Arithmetic, packing lanes: Lanes?) -> ModelWeights {
    func prepared(_ projection: Projection) -> Projection {
      let projection = Projection(projection.parts, arithmetic: arithmetic)
      return lanes.map { projection.packed(lanes: $0) } ?? projection
    }
    return ModelWeights(
      self, lora: lora, output: prepared(output),
      layers: layers.map { layer in
        var layer = layer
        for projection in LayerWeights.projections { layer[keyPath: projection] = prepared(layer[keyPath: projection]) }
        return layer
      })
  }

  /// Packs the weights again, where they are packed. Those beside adapters stay as they are.
  func pack(lanes: Lanes) {
    if lora != nil { return }
    for layer in layers {
      for projection in LayerWeights.projections { layer[keyPath: projection].pack(lanes: lanes) }
    }
    output.pack(lanes: lanes)
  }

  private init(_ base: ModelWeights, lora: LoRAConfiguration?, output: Projection, layers: [LayerWeights]) {
    self.lora = lora
    configuration = base.configuration
    type = base.type
    embedding = base.embedding
    self.output = output
    finalNorm = base.finalNorm
    self.layers = layers
  }

  /// Views of bfloat16 matrices that a closure finds by name, and of float32 vectors.
  init(_ configuration: ModelConfiguration, matrix: (String) -> BFloat16Matrix, vectors: VectorParameters) {
    self.configuration = configuration
    type = .bfloat16
    lora = nil
    embedding = .bfloat16(matrix("model.embed_tokens.weight"))
    output = Projection([configuration.tiesEmbeddings ? embedding : .bfloat16(matrix("lm_head.weight"))])
    finalNorm = vectors["model.norm.weight"]
    layers = (0..<configuration.layers).map { LayerWeights(configuration, $0, matrix: matrix, vectors: vectors) }
  }
}

/// How a policy's weights are stored where it samples and where the learner computes gradients. The arithmetic is float32.
public enum WeightType: String, Sendable, CaseIterable {
  /// Four bytes a weight.
  case float32
  /// Two bytes a weight: float32 rounded to eight significant bits.
  case bfloat16

  /// The format of a tensor that is stored so.
  public var format: FloatFormat { self == .float32 ? .float32 : .bfloat16 }

  /// The bytes of one weight.
  public var bytes: Int { format.byteWidth }
}
