extension ModelConfiguration {
  /// Refuses, by name, every setting under which this decoder would compute something else than the checkpoint's model.
  static func refuseWhatTheDecoderLacks(_ fields: ConfigurationFields, architecture: Architecture) throws {
    let activation = try fields.string("hidden_act") ?? "silu"
    guard activation == "silu" || activation == "swish" else { throw fields.refusal("hidden_act", expected: "silu") }
    for name in ["mlp_bias", "use_mrope"] where try fields.boolean(name, default: false) {
      throw fields.refusal(name, expected: "false")
    }
    // Qwen2's biases are part of the architecture and its class ignores the field; elsewhere it would add them to the output
    // projection too.
    if architecture != .qwen2, try fields.boolean("attention_bias", default: false) {
      throw fields.refusal("attention_bias", expected: "false for \(architecture.rawValue)")
    }
    for name in ["num_experts", "num_local_experts", "n_routed_experts"] where !fields.isNull(name) {
      throw fields.refusal(name, expected: "a model without experts")
    }
    for name in ["quantization_config", "compression_config"] where !fields.isNull(name) {
      throw fields.refusal(name, expected: "a checkpoint that is not quantized")
    }
    if try fields.number("partial_rotary_factor", default: 1) != 1 {
      throw fields.refusal("partial_rotary_factor", expected: "1")
    }
  }

  /// Refuses sliding windows that are in use: the same rule as transformers' default for `layer_types`.
  static func refuseSlidingWindows(_ fields: ConfigurationFields, layers: Int) throws {
    if let kinds = try fields.strings("layer_types") {
      guard kinds.count == layers else {
        throw fields.refusal("layer_types", expected: "one entry a layer, \(layers)")
      }
      if let kind = kinds.first(where: { $0 != "full_attention" }) {
        throw fields.refusal("layer_types", found: "\"\(kind)\" among its entries", expected: "only full_attention")
      }
      return
    }
    guard try fields.boolean("use_sliding_window", default: false) else { return }
    if fields.has("sliding_window"), fields.isNull("sliding_window") { return }
    let firstSlidingLayer = try fields.integer("max_window_layers") ?? 28
    if firstSlidingLayer < layers {
      throw fields.refusal("use_sliding_window", expected: "false, or \"max_window_layers\" of at least \(layers)")
    }
  }

  /// The rotary base from the new style's `rope_parameters` or the old style's `rope_theta`, whichever is there.
  static func ropeBase(_ fields: ConfigurationFields) throws -> Double {
    for name in ["rope_parameters", "rope_scaling"] {
      guard let rope = try fields.nested(name) else { continue }
      for kindName in ["rope_type", "type"] {
        let kind = try rope.string(kindName) ?? "default"
        guard kind == "default" else { throw rope.refusal(kindName, expected: "default") }
      }
      if try rope.number("partial_rotary_factor", default: 1) != 1 {
        throw rope.refusal("partial_rotary_factor", expected: "1")
      }
      for name in rope.names where !["rope_type", "type", "rope_theta", "partial_rotary_factor"].contains(name) && !rope.isNull(name) {
        throw rope.refusal(name, expected: "no settings beside rope_theta for the default rotary embedding")
      }
    }
    let outer = try fields.optionalNumber("rope_theta")
    let parameters = try fields.nested("rope_parameters")?.optionalNumber("rope_theta")
    let scaling = try fields.nested("rope_scaling")?.optionalNumber("rope_theta")
    let bases = [parameters, scaling, outer].compactMap(\.self)
    guard let base = bases.first else { return 10_000 }
    if let other = bases.first(where: { $0 != base }) {
      // Old and new versions of transformers would each take another one.
      throw fields.refusal("rope_theta", found: "\(base) in one place and \(other) in another", expected: "one value")
    }
    return base
  }
}
