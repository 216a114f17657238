import Files
import JSON

extension AdapterConfiguration {
  /// Settings that are read, and settings that do not matter to what trained adapters compute: where they come from, how they were trained
  /// (`lora_dropout`), and details of initialisations whose kind is checked apart.
  private static let known: Set = [
    "auto_mapping", "base_model_name_or_path", "bias", "corda_config", "ephemeral_gpu_offload", "eva_config", "inference_mode",
    "init_lora_weights", "loftq_config", "lora_alpha", "lora_dropout", "lora_ga_config", "megatron_core", "peft_type", "peft_version",
    "qalora_group_size", "r", "revision", "runtime_config", "target_modules", "task_type", "use_rslora",
  ]

  /// What a setting would have to say, and why.
  private static let expectations = [
    "alpha_pattern": "none: one alpha for all adapters",
    "exclude_modules": "none: each projection in every layer or in none",
    "fan_in_fan_out": "false: weights of shape [outputs, inputs]",
    "layers_to_transform": "none: adapters in every layer",
    "lora_bias": "false: adapters without biases",
    "modules_to_save": "none: adapters alone, and no whole modules",
    "rank_pattern": "none: one rank for all adapters",
    "target_parameters": "none: adapters of whole projections",
    "trainable_token_indices": "none: adapters alone, and no embeddings",
    "use_dora": "false: plain LoRA without magnitudes",
  ]

  /// Refuses, by name, every setting under which the adapters would compute something other than plain LoRA in every layer. An unknown
  /// setting is refused as well, unless it is null, false or empty.
  static func refuseWhatIsNotLoRA(_ fields: ConfigurationFields) throws {
    guard let kind = try fields.string("peft_type") else { throw fields.missing("peft_type", expected: "LORA") }
    guard kind == "LORA" else { throw fields.refusal("peft_type", expected: "LORA") }
    guard try fields.string("task_type") ?? "CAUSAL_LM" == "CAUSAL_LM" else { throw fields.refusal("task_type", expected: "CAUSAL_LM") }
    guard try fields.string("bias") ?? "none" == "none" else {
      throw fields.refusal("bias", expected: "none: adapters alone, and no biases")
    }
    try refuseOtherBases(fields)
    for member in fields.members where !known.contains(member.key) && !isOff(member.value) {
      throw fields.refusal(
        String(member.key.prefix(200)), found: member.value.summary,
        expected: expectations[member.key] ?? "none: it may change what the adapters compute")
    }
  }

  /// Some initialisations take a part of the base's weights into the adapters: PEFT changes the base when it opens such a folder.
  private static func refuseOtherBases(_ fields: ConfigurationFields) throws {
    switch fields.value("init_lora_weights") {
    case nil, .null, .boolean, .string("gaussian"), .string("eva"), .string("orthogonal"): return
    default:
      throw fields.refusal(
        "init_lora_weights",
        expected: "true, or another that leaves the base as it is: convert the folder with PEFT's path_initial_model_for_weight_conversion")
    }
  }

  private static func isOff(_ value: JSONValue) -> Bool {
    switch value {
    case .null, .boolean(false), .string(""): true
    case .array(let values): values.isEmpty
    case .object(let object): object.members.isEmpty
    default: false
    }
  }
}
