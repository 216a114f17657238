import Files
public import Foundation
import JSON

extension ModelConfiguration {
  /// Reads a checkpoint folder's config.json; end tokens come from its generation_config.json if that names some, as in transformers.
  ///
  /// Throws a ``FileError`` that names the missing, malformed or unsupported field.
  public init(folder: String) throws {
    try ModelPlace.requireFolder(folder)
    let path = folder + "/config.json"
    if !FileManager.default.fileExists(atPath: path), let refusal = try FolderContents(folder).refusalWithoutConfiguration { throw refusal }
    try self.init(json: try FileBytes.read(path, limit: FileBytes.configurationLimit), source: path)
    let generationPath = folder + "/generation_config.json"
    guard FileManager.default.fileExists(atPath: generationPath) else { return }
    let bytes = try FileBytes.read(generationPath, limit: FileBytes.configurationLimit)
    let fields = try ConfigurationFields(json: bytes, source: generationPath)
    try fields.requireDistinctNames()
    if let tokens = try fields.tokens("eos_token_id") {
      endTokens = tokens
      try validate(source: generationPath)
    }
  }

  /// Reads the text of a config.json; `source` names it in error messages.
  public init(json: Data, source: String = "config.json") throws {
    try self.init(json: Array(json), source: source)
  }

  /// Reads the text of a config.json. A missing field has the default that transformers gives it for the family.
  init(json: [UInt8], source: String) throws {
    let fields = try ConfigurationFields(json: json, source: source)
    try fields.requireDistinctNames()
    let architecture = try Self.architecture(fields)
    try Self.refuseWhatTheDecoderLacks(fields, architecture: architecture)
    let width = try fields.size("hidden_size", limit: Limit.width)
    let heads = try fields.size("num_attention_heads", limit: Limit.heads)
    let layers = try fields.size("num_hidden_layers", limit: Limit.layers)
    try Self.refuseSlidingWindows(fields, layers: layers)
    let rope = try Self.rope(fields)
    self.init(
      architecture: architecture,
      vocabularySize: try fields.size("vocab_size", limit: Limit.vocabularySize),
      width: width,
      feedForwardWidth: try fields.size("intermediate_size", limit: Limit.feedForwardWidth),
      layers: layers,
      heads: heads,
      keyValueHeads: try Self.keyValueHeads(fields, architecture: architecture, heads: heads),
      headWidth: try Self.headWidth(fields, architecture: architecture, width: width, heads: heads),
      maximumPositions: try fields.size(
        "max_position_embeddings", limit: Limit.maximumPositions, default: architecture == .llama ? 2048 : 32_768),
      ropeBase: rope.base,
      ropeScaling: rope.scaling,
      normEpsilon: try fields.number("rms_norm_eps", default: 1e-6),
      tiesEmbeddings: try fields.boolean("tie_word_embeddings", default: false),
      beginToken: fields.has("bos_token_id") ? try fields.tokens("bos_token_id")?.first : architecture == .llama ? 1 : nil,
      endTokens: fields.has("eos_token_id") ? try fields.tokens("eos_token_id") ?? [] : architecture == .llama ? [2] : [])
    try validate(source: source)
  }

  private static func architecture(_ fields: ConfigurationFields) throws -> Architecture {
    guard let name = try fields.string("model_type") else { throw fields.missing("model_type", expected: knownArchitectures) }
    guard let architecture = Architecture(rawValue: name) else {
      throw fields.refusal("model_type", expected: knownArchitectures)
    }
    if let classes = try fields.strings("architectures"), !classes.contains(architecture.className) {
      throw fields.refusal("architectures", found: "[\(classes.listed(3))]", expected: architecture.className)
    }
    return architecture
  }

  private static var knownArchitectures: String {
    "one of " + Architecture.allCases.map(\.rawValue).joined(separator: ", ")
  }

  /// A missing count is transformers' default, 32, for the Qwen families; null means one a query head.
  private static func keyValueHeads(_ fields: ConfigurationFields, architecture: Architecture, heads: Int) throws -> Int {
    if !fields.has("num_key_value_heads"), architecture != .llama { return 32 }
    return try fields.size("num_key_value_heads", limit: Limit.heads, default: heads)
  }

  private static func headWidth(_ fields: ConfigurationFields, architecture: Architecture, width: Int, heads: Int) throws -> Int {
    if architecture == .llama, !width.isMultiple(of: heads) {
      throw fields.refusal("hidden_size", expected: "a multiple of \"num_attention_heads\", \(heads)")
    }
    if architecture == .qwen3 {
      guard fields.has("head_dim") else { return 128 }
      guard !fields.isNull("head_dim") else { throw fields.refusal("head_dim", expected: "a size") }
    } else if fields.isNull("head_dim") {
      guard width.isMultiple(of: heads) else {
        throw fields.refusal("hidden_size", expected: "a multiple of \"num_attention_heads\", \(heads), where \"head_dim\" is missing")
      }
      return width / heads
    }
    return try fields.size("head_dim", limit: Limit.headWidth)
  }
}

extension ModelConfiguration.Architecture {
  /// The name of transformers' class.
  var className: String {
    switch self {
    case .qwen2: "Qwen2ForCausalLM"
    case .qwen3: "Qwen3ForCausalLM"
    case .llama: "LlamaForCausalLM"
    }
  }
}
