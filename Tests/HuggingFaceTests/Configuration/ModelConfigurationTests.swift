import Files
import Foundation
import HuggingFace
import TestSupport
import Testing

/// A config.json from its fields, as JSON text.
private func json(_ fields: [String: String]) -> Data {
  Data(("{" + fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}").utf8)
}

private let smallest = [
  "model_type": "\"qwen2\"", "vocab_size": "512", "hidden_size": "64", "intermediate_size": "176", "num_hidden_layers": "3",
  "num_attention_heads": "4", "num_key_value_heads": "2",
]

private func configuration(_ changes: [String: String], of base: [String: String] = smallest) throws -> ModelConfiguration {
  try ModelConfiguration(json: json(base.merging(changes) { $1 }))
}

/// Llama 3's rotary scaling with one member changed or left out.
private func llama3(_ name: String = "", _ value: String = "", without absent: String = "") -> String {
  var members = [
    "rope_type": "\"llama3\"", "factor": "8.0", "low_freq_factor": "1.0", "high_freq_factor": "4.0",
    "original_max_position_embeddings": "8192",
  ]
  if !name.isEmpty { members[name] = value }
  members[absent] = nil
  return String(decoding: json(members), as: UTF8.self)
}

@Suite struct ModelConfigurationTests {
  @Test("Reads the old style") func readsTheOldStyle() throws {
    let read = try configuration([
      "rope_theta": "1000000.0", "rms_norm_eps": "1e-06", "tie_word_embeddings": "true", "bos_token_id": "1", "eos_token_id": "[2, 3]",
      "torch_dtype": "\"bfloat16\"", "use_sliding_window": "false", "sliding_window": "32768", "max_window_layers": "1",
      "rope_scaling": "null", "architectures": "[\"Qwen2ForCausalLM\"]",
    ])
    #expect(
      read
        == ModelConfiguration(
          architecture: .qwen2, vocabularySize: 512, width: 64, feedForwardWidth: 176, layers: 3, heads: 4, keyValueHeads: 2,
          headWidth: 16, maximumPositions: 32_768, ropeBase: 1e6, normEpsilon: 1e-6, tiesEmbeddings: true, beginToken: 1,
          endTokens: [2, 3]))
    #expect(read.hasQKVBias && !read.hasHeadNorms)
  }

  @Test("Reads the new style") func readsTheNewStyle() throws {
    let read = try configuration([
      "rope_parameters": "{\"rope_theta\": 500000.0, \"rope_type\": \"default\"}", "eos_token_id": "7",
      "layer_types": "[\"full_attention\", \"full_attention\", \"full_attention\"]",
    ])
    #expect(read.ropeBase == 500_000)
    #expect(read.endTokens == [7])
  }

  @Test("Missing fields have the familys defaults") func missingFieldsHaveTheFamilysDefaults() throws {
    var base = smallest
    base["num_key_value_heads"] = nil
    let llama = try configuration(["model_type": "\"llama\""], of: base)
    #expect((llama.keyValueHeads, llama.headWidth, llama.maximumPositions) == (4, 16, 2048))
    #expect((llama.beginToken, llama.endTokens) == (1, [2]))
    #expect((llama.ropeBase, llama.normEpsilon, llama.tiesEmbeddings) == (10_000, 1e-6, false))
    #expect(!llama.hasQKVBias && !llama.hasHeadNorms)

    let qwen3 = try configuration(["model_type": "\"qwen3\"", "num_attention_heads": "64"], of: base)
    #expect((qwen3.keyValueHeads, qwen3.headWidth, qwen3.maximumPositions) == (32, 128, 32_768))
    #expect((qwen3.beginToken, qwen3.endTokens) == (nil, []))
    #expect(!qwen3.hasQKVBias && qwen3.hasHeadNorms)

    let perHead = try configuration(["num_key_value_heads": "null"])
    #expect(perHead.keyValueHeads == 4)
  }

  @Test("Null tokens override the default") func nullTokensOverrideTheDefault() throws {
    let read = try configuration(["model_type": "\"llama\"", "bos_token_id": "null", "eos_token_id": "null"])
    #expect((read.beginToken, read.endTokens) == (nil, []))
  }

  @Test("Reads llama 3 scaling in every style") func readsLlama3ScalingInEveryStyle() throws {
    let scaling = RopeScaling(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalMaximumPositions: 8192)
    let legacy = llama3("type", "\"llama3\"", without: "rope_type")
    for changes in [
      ["rope_scaling": llama3()], ["rope_scaling": legacy], ["rope_parameters": llama3()],
      ["rope_parameters": llama3(), "rope_scaling": legacy], ["rope_scaling": llama3("type", "\"llama3\"")],
      ["rope_scaling": llama3(), "original_max_position_embeddings": "8192"],
    ] {
      #expect(try configuration(changes).ropeScaling == scaling)
    }
    let based = try configuration(["rope_parameters": llama3("rope_theta", "500000.0")])
    #expect((based.ropeScaling, based.ropeBase) == (scaling, 500_000))
  }

  @Test("The plain rotary embedding may have settings that it does not use") func thePlainRotaryEmbeddingMayHaveSettingsThatItDoesNotUse()
    throws
  {
    let plain = "{\"rope_type\": \"default\", \"factor\": 1.0, \"original_max_position_embeddings\": 4096, \"rope_theta\": 7.0}"
    for name in ["rope_scaling", "rope_parameters"] {
      let read = try configuration([name: plain])
      #expect((read.ropeScaling, read.ropeBase) == (nil, 7))
    }
  }

  @Test(
    "A name that is there twice is refused",
    arguments: [
      #"{"model_type": "qwen2", "vocab_size": 1, "vocab_size": 2}"#, #"{"a": {"b": [{"c": 1, "c": 1}]}}"#,
    ])
  func aNameThatIsThereTwiceIsRefused(_ text: String) {
    let error = #expect(throws: FileError.self) { try ModelConfiguration(json: Data(text.utf8)) }
    #expect(error?.message.contains("is there twice, expected one value") == true, "\(error?.message ?? "")")
  }

  @Test("Ten thousand levels are refused") func tenThousandLevelsAreRefused() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      let text = String(repeating: open, count: 10_000) + "1" + String(repeating: close, count: 10_000)
      let error = #expect(throws: FileError.self) { try ModelConfiguration(json: Data(text.utf8)) }
      #expect(error?.message.contains("nested deeper") == true)
    }
  }

  @Test("What is no file is named") func whatIsNoFileIsNamed() throws {
    try ScratchFolder.with { folder in
      try FileManager.default.createDirectory(atPath: folder + "/config.json", withIntermediateDirectories: true)
      let error = #expect(throws: FileError.self) { try ModelConfiguration(folder: folder) }
      #expect(error?.message == "\(folder)/config.json: cannot be read: it is not a regular file")
    }
  }

  @Test("Accepts sliding windows that no layer uses") func acceptsSlidingWindowsThatNoLayerUses() throws {
    _ = try configuration(["use_sliding_window": "true", "sliding_window": "null", "max_window_layers": "0"])
  }

  static let refused: [(changes: [String: String], field: String)] = [
    (["model_type": "\"mistral\""], "model_type"),
    (["model_type": "\"qwen2_moe\""], "model_type"),
    (["model_type": "\"qwen3_moe\""], "model_type"),
    (["model_type": "\"gemma3_text\""], "model_type"),
    (["model_type": "\"phi3\""], "model_type"),
    (["model_type": "null"], "model_type"),
    (["architectures": "[\"Qwen2ForSequenceClassification\"]"], "architectures"),
    (["architectures": "[\"Qwen2Model\"]"], "architectures"),
    (["architectures": "[]"], "architectures"),
    (["model_type": "\"llama\"", "pretraining_tp": "2"], "pretraining_tp"),
    (["model_type": "\"llama\"", "rope_interleaved": "true"], "rope_interleaved"),
    (["final_logit_softcapping": "30.0"], "final_logit_softcapping"),
    (["logits_scaling": "8"], "logits_scaling"),
    (["num_local_experts": "8"], "num_local_experts"),
    (["use_mrope": "true"], "use_mrope"),
    (["hidden_act": "\"gelu_pytorch_tanh\""], "hidden_act"),
    (["hidden_act": "\"gelu\""], "hidden_act"),
    (["mlp_bias": "true"], "mlp_bias"),
    (["model_type": "\"llama\"", "attention_bias": "true"], "attention_bias"),
    (["num_experts": "60"], "num_experts"),
    (["quantization_config": "{\"bits\": 4}"], "quantization_config"),
    (["partial_rotary_factor": "0.5"], "partial_rotary_factor"),
    (["use_sliding_window": "true", "max_window_layers": "2"], "use_sliding_window"),
    (["layer_types": "[\"full_attention\", \"sliding_attention\", \"full_attention\"]"], "layer_types"),
    (["layer_types": "[\"full_attention\"]"], "layer_types"),
    (["rope_scaling": "{\"type\": \"yarn\", \"factor\": 4.0}"], "rope_scaling.type"),
    (["rope_scaling": "{\"rope_type\": \"linear\", \"factor\": 2.0}"], "rope_scaling.rope_type"),
    (["rope_scaling": "{\"rope_type\": \"dynamic\", \"factor\": 2.0}"], "rope_scaling.rope_type"),
    (["rope_scaling": "{\"rope_type\": \"longrope\", \"short_factor\": [1.0]}"], "rope_scaling.rope_type"),
    (["rope_scaling": "{\"type\": \"mrope\", \"rope_type\": \"default\", \"mrope_section\": [16, 24, 24]}"], "rope_scaling.type"),
    (["rope_scaling": "{\"rope_type\": \"default\", \"mrope_section\": [16, 24, 24]}"], "rope_scaling.mrope_section"),
    (["rope_scaling": "{\"factor\": 2.0}"], "rope_scaling.factor"),
    (["rope_scaling": "[2.0]"], "rope_scaling"),
    (["rope_parameters": llama3(without: "factor")], "rope_parameters.factor"),
    (["rope_parameters": llama3(without: "original_max_position_embeddings")], "rope_parameters.original_max_position_embeddings"),
    (["rope_parameters": llama3("factor", "0.5")], "rope_parameters.factor"),
    (["rope_parameters": llama3("factor", "\"8\"")], "rope_parameters.factor"),
    (["rope_parameters": llama3("low_freq_factor", "0")], "rope_parameters.low_freq_factor"),
    (["rope_parameters": llama3("high_freq_factor", "1.0")], "rope_parameters.high_freq_factor"),
    (["rope_parameters": llama3("original_max_position_embeddings", "8192.5")], "rope_parameters.original_max_position_embeddings"),
    (["rope_parameters": llama3("original_max_position_embeddings", "-1")], "rope_parameters.original_max_position_embeddings"),
    (["rope_parameters": llama3("attention_factor", "2.0")], "rope_parameters.attention_factor"),
    (["rope_parameters": llama3("type", "\"default\"")], "rope_parameters.type"),
    (["rope_parameters": llama3("factor", "8.0"), "rope_scaling": llama3("factor", "4.0")], "rope_scaling"),
    (["rope_scaling": llama3(), "original_max_position_embeddings": "4096"], "original_max_position_embeddings"),
    (["rope_parameters": "{\"full_attention\": {\"rope_theta\": 1.0}}"], "rope_parameters.full_attention"),
    (["rope_parameters": "{\"rope_theta\": 2.0}", "rope_theta": "3.0"], "rope_theta"),
    (["rope_theta": "0"], "rope_theta"),
    (["rms_norm_eps": "-1.0"], "rms_norm_eps"),
    (["num_attention_heads": "5"], "hidden_size"),
    (["num_key_value_heads": "3"], "num_attention_heads"),
    (["num_key_value_heads": "0"], "num_key_value_heads"),
    (["head_dim": "15"], "head_dim"),
    (["model_type": "\"qwen3\"", "head_dim": "null"], "head_dim"),
    (["vocab_size": "-1"], "vocab_size"),
    (["vocab_size": "9223372036854775807"], "vocab_size"),
    (["hidden_size": "1e30"], "hidden_size"),
    (["hidden_size": "\"64\""], "hidden_size"),
    (["num_hidden_layers": "null"], "num_hidden_layers"),
    (["tie_word_embeddings": "1"], "tie_word_embeddings"),
    (["eos_token_id": "512"], "eos_token_id"),
    (["eos_token_id": "[2, -1]"], "eos_token_id"),
    (["bos_token_id": "4294967296"], "bos_token_id"),
  ]

  @Test("Refuses by name", arguments: refused) func refusesByName(_ hostile: (changes: [String: String], field: String)) throws {
    let error = #expect(throws: FileError.self) { try configuration(hostile.changes) }
    #expect(error?.message.contains("\"\(hostile.field)\"") == true, "\(error?.message ?? "no error")")
    #expect(error?.message.hasPrefix("config.json: ") == true)
  }

  @Test("Refuses sizes that make too many parameters") func refusesSizesThatMakeTooManyParameters() {
    #expect(throws: FileError.self) {
      try configuration(["hidden_size": "1048576", "intermediate_size": "4194304", "num_hidden_layers": "4096"])
    }
  }

  @Test(
    "Refuses what is no configuration",
    arguments: ["", "[]", "{", "{\"model_type\": }", "{\"a\": 1} x", "nul", "{\"a\": \"\\ud800\"}", "{\"a\": 1e999}"])
  func refusesWhatIsNoConfiguration(_ text: String) {
    let error = #expect(throws: FileError.self) { try ModelConfiguration(json: Data(text.utf8)) }
    #expect(error?.code == .malformed)
  }

  @Test("What is written reads back", arguments: ModelConfiguration.Architecture.allCases, [24, 40])
  func whatIsWrittenReadsBack(_ architecture: ModelConfiguration.Architecture, headWidth: Int) throws {
    let configuration = ModelConfiguration(
      architecture: architecture, vocabularySize: 300, width: 96, feedForwardWidth: 288, layers: 3, heads: 4, keyValueHeads: 2,
      headWidth: headWidth, maximumPositions: 512, ropeBase: 12_345.5, normEpsilon: 1e-5, tiesEmbeddings: true, beginToken: nil,
      endTokens: [0, 9])
    #expect(try ModelConfiguration(json: configuration.encoded()) == configuration)
    var scaled = configuration
    scaled.ropeScaling = RopeScaling(factor: 2.5, lowFrequencyFactor: 1.25, highFrequencyFactor: 3, originalMaximumPositions: 100)
    #expect(try ModelConfiguration(json: scaled.encoded()) == scaled)
  }

  @Test("End tokens come from the generation configuration") func endTokensComeFromTheGenerationConfiguration() throws {
    try ScratchFolder.with { folder in
      try json(smallest.merging(["eos_token_id": "5"]) { $1 }).write(to: URL(fileURLWithPath: folder + "/config.json"))
      #expect(try ModelConfiguration(folder: folder).endTokens == [5])
      try json(["eos_token_id": "[5, 6]"]).write(to: URL(fileURLWithPath: folder + "/generation_config.json"))
      #expect(try ModelConfiguration(folder: folder).endTokens == [5, 6])
    }
  }

  @Test("A missing folder is named") func aMissingFolderIsNamed() {
    let error = #expect(throws: FileError.self) { try ModelConfiguration(folder: "/nowhere") }
    #expect(error?.message.hasPrefix("/nowhere is no folder") == true, "\(error?.message ?? "")")
  }

  @Test("Counts parameters") func countsParameters() throws {
    let tiny = try configuration(["tie_word_embeddings": "true"])
    let perLayer = 2 * 64 + (64 * 64 * 2 + 64 * 32 * 2 + 64 + 32 + 32) + 3 * 64 * 176
    #expect(tiny.parameterCount == 512 * 64 + 3 * perLayer + 64)
  }
}
