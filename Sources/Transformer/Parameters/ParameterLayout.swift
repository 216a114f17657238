public import HuggingFace

/// Where each parameter lies in one allocation.
public struct ParameterLayout: Sendable, Equatable {
  /// One parameter, under its name in Hugging Face's checkpoints.
  public struct Entry: Sendable, Equatable {
    /// The name, such as `model.layers.0.self_attn.q_proj.weight`.
    public let name: String
    /// The shape, row-major: [outputs, inputs] for a projection.
    public let shape: [Int]
    /// Where it starts, in values.
    public let offset: Int

    /// The number of values.
    public var count: Int { shape.reduce(1, *) }

    /// Where it lies.
    public var range: Range<Int> { offset..<offset + count }

    /// Whether it is a matrix, and not a norm's weights or a bias.
    public var isMatrix: Bool { shape.count > 1 }
  }

  /// All parameters, in the order in which they lie, without gaps.
  public let entries: [Entry]

  /// The number of values.
  public let count: Int

  /// The layout of a model.
  public init(_ configuration: ModelConfiguration) {
    var entries: [Entry] = []
    var count = 0
    func add(_ name: String, _ shape: Int...) {
      entries.append(Entry(name: name, shape: shape, offset: count))
      count += shape.reduce(1, *)
    }
    let C = configuration.width
    let F = configuration.feedForwardWidth
    let D = configuration.headWidth
    let queries = configuration.heads * D
    let keys = configuration.keyValueHeads * D
    add("model.embed_tokens.weight", configuration.vocabularySize, C)
    for layer in 0..<configuration.layers {
      let prefix = "model.layers.\(layer)."
      add(prefix + "input_layernorm.weight", C)
      add(prefix + "self_attn.q_proj.weight", queries, C)
      add(prefix + "self_attn.k_proj.weight", keys, C)
      add(prefix + "self_attn.v_proj.weight", keys, C)
      if configuration.hasQKVBias {
        add(prefix + "self_attn.q_proj.bias", queries)
        add(prefix + "self_attn.k_proj.bias", keys)
        add(prefix + "self_attn.v_proj.bias", keys)
      }
      if configuration.hasHeadNorms {
        add(prefix + "self_attn.q_norm.weight", D)
        add(prefix + "self_attn.k_norm.weight", D)
      }
      add(prefix + "self_attn.o_proj.weight", C, queries)
      add(prefix + "post_attention_layernorm.weight", C)
      add(prefix + "mlp.gate_proj.weight", F, C)
      add(prefix + "mlp.up_proj.weight", F, C)
      add(prefix + "mlp.down_proj.weight", C, F)
    }
    add("model.norm.weight", C)
    if !configuration.tiesEmbeddings { add("lm_head.weight", configuration.vocabularySize, C) }
    self.entries = entries
    self.count = count
  }

  /// The layout of a model's adapters.
  ///
  /// The A[r, K] of projections with one input lie together, so that one product computes all of them. B is transposed, [r, N], as every
  /// product wants it; its name says so.
  public init(adaptersOf configuration: ModelConfiguration, _ lora: LoRAConfiguration) {
    var entries: [Entry] = []
    var count = 0
    func add(_ name: String, _ rows: Int, _ columns: Int) {
      entries.append(Entry(name: name, shape: [rows, columns], offset: count))
      count += rows * columns
    }
    for layer in 0..<configuration.layers {
      for group in AdapterGroup.allCases {
        let targets = group.targets.filter(lora.targets.contains)
        let names = targets.map { Self.adapterName(of: $0, layer: layer) }
        for name in names { add(name + ".lora_A.weight", lora.rank, group.inputs(configuration)) }
        for (target, name) in zip(targets, names) { add(name + ".lora_B.transposed", lora.rank, configuration.outputs(of: target)) }
      }
    }
    self.entries = entries
    self.count = count
  }

  /// A projection's name, such as `model.layers.0.self_attn.q_proj`.
  static func adapterName(of target: LoRAConfiguration.Target, layer: Int) -> String {
    "model.layers.\(layer).\(target.block).\(target.rawValue)"
  }
}

/// Projections of a layer that share their input, in the order of their outputs.
enum AdapterGroup: CaseIterable {
  case queryKeyValue, attentionOutput, gateUp, down

  var targets: [LoRAConfiguration.Target] {
    switch self {
    case .queryKeyValue: [.query, .key, .value]
    case .attentionOutput: [.attentionOutput]
    case .gateUp: [.gate, .up]
    case .down: [.down]
    }
  }

  /// K.
  func inputs(_ configuration: ModelConfiguration) -> Int {
    switch self {
    case .queryKeyValue, .gateUp: configuration.width
    case .attentionOutput: configuration.heads * configuration.headWidth
    case .down: configuration.feedForwardWidth
    }
  }
}

extension ModelConfiguration {
  /// N of a projection.
  func outputs(of target: LoRAConfiguration.Target) -> Int {
    switch target {
    case .query: heads * headWidth
    case .key, .value: keyValueHeads * headWidth
    case .attentionOutput, .down: width
    case .gate, .up: feedForwardWidth
    }
  }
}
