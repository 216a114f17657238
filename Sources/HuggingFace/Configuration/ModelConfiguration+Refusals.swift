import JSON

extension ModelConfiguration {
  /// Refuses, by name, every setting under which this decoder would compute something other than the checkpoint's model.
  static func refuseWhatTheDecoderLacks(_ fields: ConfigurationFields, architecture: Architecture) throws {
    let activation = try fields.string("hidden_act") ?? "silu"
    guard activation == "silu" || activation == "swish" else { throw fields.refusal("hidden_act", expected: "silu") }
    let switches = ["mlp_bias", "use_mrope", "rope_interleaved", "use_qk_norm", "is_encoder_decoder", "add_cross_attention"]
    for name in switches where try fields.boolean(name, default: false) {
      throw fields.refusal(name, expected: "false")
    }
    // Qwen2's biases are part of the architecture and its class ignores the field; elsewhere it would add them to the output
    // projection too.
    if architecture != .qwen2, try fields.boolean("attention_bias", default: false) {
      throw fields.refusal("attention_bias", expected: "false for \(architecture.rawValue)")
    }
    for name in ["num_experts", "num_local_experts", "n_routed_experts", "moe_intermediate_size"] where !fields.isNull(name) {
      throw fields.refusal(name, expected: "a model without experts")
    }
    for name in ["quantization_config", "compression_config"] where !fields.isNull(name) {
      throw fields.refusal(name, expected: "a checkpoint that is not quantized")
    }
    for name in ["final_logit_softcapping", "attn_logit_softcapping", "query_pre_attn_scalar"] where !fields.isNull(name) {
      throw fields.refusal(name, expected: "none")
    }
    let factors = [
      "partial_rotary_factor", "logit_scale", "logits_scaling", "embedding_multiplier", "residual_multiplier", "scale_emb", "scale_depth",
      "pretraining_tp",
    ]
    for name in factors where try fields.number(name, default: 1) != 1 {
      throw fields.refusal(name, expected: "1")
    }
  }

  /// Refuses sliding windows that are switched on; a window's size that is not used is ignored.
  static func refuseSlidingWindows(_ fields: ConfigurationFields, layers: Int) throws {
    if let kinds = try fields.strings("layer_types") {
      guard kinds.count == layers else {
        throw fields.refusal("layer_types", expected: "one entry a layer, \(layers)")
      }
      if let kind = kinds.first(where: { $0 != "full_attention" }) {
        throw fields.refusal("layer_types", found: "\"\(kind)\" among its entries", expected: "only full_attention")
      }
    }
    // Releases of transformers differ in the layers that then have a window, so the setting is refused; published models that set it do
    // have one.
    guard try fields.boolean("use_sliding_window", default: false) else { return }
    if fields.has("sliding_window"), fields.isNull("sliding_window") { return }
    throw fields.refusal("use_sliding_window", expected: "false: attention here has no window")
  }
}
