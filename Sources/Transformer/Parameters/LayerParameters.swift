internal import HuggingFace
internal import Tensors

/// Views of one layer's parameters.
struct LayerParameters: Sendable {
  /// [1, C]
  let attentionNorm: Matrix
  /// [(H + 2G)·D, C]: queries, keys, values
  let queryKeyValue: Matrix
  /// [1, (H + 2G)·D]
  let queryKeyValueBias: Matrix?
  /// [1, D]
  let queryNorm: Matrix?
  /// [1, D]
  let keyNorm: Matrix?
  /// [C, H·D]
  let attentionOutput: Matrix
  /// [1, C]
  let feedForwardNorm: Matrix
  /// [2F, C]: gate, up
  let gateUp: Matrix
  /// [C, F]
  let down: Matrix

  init(_ parameters: Parameters, _ index: Int) {
    let prefix = "model.layers.\(index)."
    let configuration = parameters.configuration
    attentionNorm = parameters.matrix(named: prefix + "input_layernorm.weight")
    queryKeyValue = parameters.matrix(named: prefix + "self_attn.q_proj.weight", parts: 3)
    queryKeyValueBias = configuration.hasQKVBias ? parameters.matrix(named: prefix + "self_attn.q_proj.bias", parts: 3) : nil
    queryNorm = configuration.hasHeadNorms ? parameters.matrix(named: prefix + "self_attn.q_norm.weight") : nil
    keyNorm = configuration.hasHeadNorms ? parameters.matrix(named: prefix + "self_attn.k_norm.weight") : nil
    attentionOutput = parameters.matrix(named: prefix + "self_attn.o_proj.weight")
    feedForwardNorm = parameters.matrix(named: prefix + "post_attention_layernorm.weight")
    gateUp = parameters.matrix(named: prefix + "mlp.gate_proj.weight", parts: 2)
    down = parameters.matrix(named: prefix + "mlp.down_proj.weight")
  }
}
