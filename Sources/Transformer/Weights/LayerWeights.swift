internal import HuggingFace
internal import Tensors

/// The weights of one layer.
struct LayerWeights: Sendable {
  /// [1, C]
  let attentionNorm: Matrix
  /// [(H + 2G)·D, C]: queries, keys, values
  var queryKeyValue: Projection
  /// [1, (H + 2G)·D]
  let queryKeyValueBias: Matrix?
  /// [1, D]
  let queryNorm: Matrix?
  /// [1, D]
  let keyNorm: Matrix?
  /// [C, H·D]
  var attentionOutput: Projection
  /// [1, C]
  let feedForwardNorm: Matrix
  /// [2F, C]: gate, up
  var gateUp: Projection
  /// [C, F]
  var down: Projection
  /// Trained beside the weights, which then stay as they are.
  var adapters: LayerAdapters?

  /// Views of float32 parameters.
  init(_ layer: LayerParameters) {
    attentionNorm = layer.attentionNorm
    queryKeyValue = Projection(layer.queryKeyValue)
    queryKeyValueBias = layer.queryKeyValueBias
    queryNorm = layer.queryNorm
    keyNorm = layer.keyNorm
    attentionOutput = Projection(layer.attentionOutput)
    feedForwardNorm = layer.feedForwardNorm
    gateUp = Projection(layer.gateUp)
    down = Projection(layer.down)
  }

  /// Views of matrices that a closure finds by name, and of float32 vectors.
  init(_ configuration: ModelConfiguration, _ index: Int, matrix: (String) -> BFloat16Matrix, vectors: VectorParameters) {
    let prefix = "model.layers.\(index)."
    func projection(_ names: String...) -> Projection {
      Projection(names.map { .bfloat16(matrix(prefix + $0 + ".weight")) })
    }
    attentionNorm = vectors[prefix + "input_layernorm.weight"]
    queryKeyValue = projection("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")
    queryKeyValueBias = configuration.hasQKVBias ? vectors.joined(prefix + "self_attn.q_proj.bias", parts: 3) : nil
    queryNorm = configuration.hasHeadNorms ? vectors[prefix + "self_attn.q_norm.weight"] : nil
    keyNorm = configuration.hasHeadNorms ? vectors[prefix + "self_attn.k_norm.weight"] : nil
    attentionOutput = projection("self_attn.o_proj")
    feedForwardNorm = vectors[prefix + "post_attention_layernorm.weight"]
    gateUp = projection("mlp.gate_proj", "mlp.up_proj")
    down = projection("mlp.down_proj")
  }

  /// Where its products' weights are.
  static var projections: [any WritableKeyPath<LayerWeights, Projection> & Sendable] {
    [\.queryKeyValue, \.attentionOutput, \.gateUp, \.down]
  }
}
