import Files
import Foundation
import HuggingFace
import Testing

/// What PEFT 0.21 writes for a model of two layers, with members changed or added.
private func configuration(_ changes: [String: String] = [:]) throws -> AdapterConfiguration {
  let written = [
    "alora_invocation_tokens": "null", "alpha_pattern": "{}", "arrow_config": "null", "auto_mapping": "null",
    "base_model_name_or_path": "\"models/base\"", "bias": "\"none\"", "corda_config": "null", "ensure_weight_tying": "false",
    "eva_config": "null", "exclude_modules": "null", "fan_in_fan_out": "false", "inference_mode": "true", "init_lora_weights": "true",
    "kasa_config": "null", "layer_replication": "null", "layers_pattern": "null", "layers_to_transform": "null", "loftq_config": "{}",
    "lora_alpha": "16", "lora_bias": "false", "lora_dropout": "0.05", "lora_ga_config": "null", "megatron_config": "null",
    "megatron_core": "\"megatron.core\"", "modules_to_save": "null", "monteclora_config": "null", "peft_type": "\"LORA\"",
    "peft_version": "\"0.21.2\"", "qalora_group_size": "16", "r": "4", "rank_pattern": "{}", "revision": "null",
    "target_modules": "[\"v_proj\", \"q_proj\"]", "target_parameters": "null", "task_type": "\"CAUSAL_LM\"",
    "trainable_token_indices": "null", "use_bdlora": "null", "use_dora": "false", "use_qalora": "false", "use_rslora": "false",
    "velora_config": "null",
  ]
  let members = written.merging(changes) { $1 }.map { "\"\($0.key)\": \($0.value)" }
  return try AdapterConfiguration(json: Data("{\(members.joined(separator: ", "))}".utf8))
}

private func targets(_ list: String) throws -> Set<LoRAConfiguration.Target> {
  try configuration(["target_modules": list]).lora.targets
}

@Suite("adapter_config.json")
struct AdapterConfigurationTests {
  @Test("PEFT's own file is read")
  func reads() throws {
    let read = try configuration()
    #expect(read.lora == LoRAConfiguration(rank: 4, alpha: 16, targets: [.query, .value]))
    #expect(read.baseModel == "models/base")
    #expect(read.lora.scale == 4)
    let stabilized = try configuration(["use_rslora": "true", "lora_alpha": "1.5"])
    #expect(stabilized.lora.scale == 0.75)
  }

  @Test("Missing fields have PEFT's defaults")
  func defaults() throws {
    let read = try AdapterConfiguration(json: Data("{\"peft_type\": \"LORA\", \"target_modules\": [\"q_proj\"]}".utf8))
    #expect(read == AdapterConfiguration(LoRAConfiguration(rank: 8, alpha: 8, targets: [.query]), baseModel: nil))
  }

  @Test("Projections are named alone, with their block, with their whole path, or all at once")
  func targetForms() throws {
    #expect(try targets("\"all-linear\"") == Set(LoRAConfiguration.Target.allCases))
    #expect(try targets("[\"self_attn.o_proj\", \"mlp.down_proj\"]") == [.attentionOutput, .down])
    #expect(try targets("[\"model.layers.1.mlp.up_proj\", \"layers.0.mlp.up_proj\", \"k_proj\"]") == [.up, .key])
    #expect(try targets("[\"gate_proj\", \"model.layers.3.mlp.gate_proj\"]") == [.gate])
  }

  @Test(
    "What is not plain LoRA in every layer is refused by its field",
    arguments: [
      ("peft_type", "\"LOHA\"", "expected LORA"), ("peft_type", "null", "\"peft_type\" is missing"),
      ("task_type", "\"SEQ_CLS\"", "expected CAUSAL_LM"), ("bias", "\"lora_only\"", "expected none"),
      ("use_dora", "true", "expected false"),
      ("lora_bias", "true", "expected false"), ("fan_in_fan_out", "true", "expected false"),
      ("modules_to_save", "[\"lm_head\"]", "is an array of 1, expected none"), ("rank_pattern", "{\"q_proj\": 2}", "expected none"),
      ("alpha_pattern", "{\"q_proj\": 2}", "expected none"), ("layers_to_transform", "[0]", "expected none"),
      ("layers_to_transform", "0", "expected none"), ("exclude_modules", "\"q_proj\"", "expected none"),
      ("target_parameters", "[\"w\"]", "expected none"), ("trainable_token_indices", "[1]", "expected none"),
      ("layer_replication", "[[0, 1]]", "expected none"), ("use_qalora", "true", "expected none"),
      ("a_later_setting", "3", "expected none"),
      ("init_lora_weights", "\"pissa\"", "leaves the base as it is"), ("init_lora_weights", "\"loftq\"", "leaves the base as it is"),
      ("target_modules", "null", "is null, expected a list of names"), ("target_modules", "[]", "is an array of 0"),
      ("target_modules", "\".*q_proj\"", "patterns are not understood"), ("target_modules", "\"q_proj\"", "patterns are not understood"),
      ("target_modules", "[1]", "expected a list of strings"), ("target_modules", "[\"lm_head\"]", "is \"lm_head\" among its entries"),
      ("target_modules", "[\"embed_tokens\"]", "among its entries"), ("target_modules", "[\"mlp.q_proj\"]", "among its entries"),
      ("target_modules", "[\"model.layers.00.self_attn.q_proj\"]", "among its entries"),
      ("target_modules", "[\"model.layers.99999999999999999999.self_attn.q_proj\"]", "among its entries"),
      ("target_modules", "[\"base_model.model.layers.0.self_attn.q_proj\"]", "among its entries"), ("target_modules", "[\"\"]", "among"),
      ("target_modules", "[\"layers.1.mlp.up_proj\"]", "is up_proj of some layers, expected each projection in every layer or in none"),
      (
        "target_modules", "[\"layers.0.mlp.up_proj\", \"layers.1.mlp.up_proj\", \"layers.0.mlp.down_proj\"]", "is down_proj of some layers"
      ),
      ("r", "0", "expected 1 to 1024"), ("r", "1025", "expected 1 to 1024"), ("r", "1e3", "expected an integer"),
      ("r", "-8", "expected 1 to 1024"), ("lora_alpha", "0", "expected a number above 0"),
      ("lora_alpha", "-1", "expected a number above 0"), ("lora_alpha", "1e300", "at most 65536"),
      ("lora_alpha", "\"16\"", "expected a number"), ("use_rslora", "1", "expected true or false"),
      ("base_model_name_or_path", "7", "expected a string"),
    ])
  func refusals(field: String, value: String, expected: String) throws {
    let error = #expect(throws: FileError.self) { try configuration([field: value]) }
    let message = error?.message ?? ""
    #expect(message.hasPrefix("adapter_config.json: \"\(field)\" is "), "\(message)")
    #expect(message.contains(expected) && !message.contains("\n"), "\(message)")
  }

  @Test("A field that is there twice is refused")
  func duplicates() {
    let text = "{\"peft_type\": \"LORA\", \"r\": 4, \"r\": 8, \"target_modules\": [\"q_proj\"]}"
    #expect(throws: FileError.self) { try AdapterConfiguration(json: Data(text.utf8)) }
  }

  @Test("A written file reads back", arguments: [16, 0.5, 1.0 / 3], [true, false])
  func roundTrip(alpha: Double, isRankStabilized: Bool) throws {
    for base in [nil, "Qwen/Qwen2.5-0.5B", "a \"path\"/\u{7}"] {
      let written = AdapterConfiguration(
        LoRAConfiguration(rank: 3, alpha: alpha, targets: [.down, .key], isRankStabilized: isRankStabilized), baseModel: base)
      #expect(try AdapterConfiguration(json: written.encoded()) == written)
      #expect(String(decoding: written.encoded(), as: UTF8.self).contains("\"lora_alpha\": 16,") == (alpha == 16))
    }
  }
}
