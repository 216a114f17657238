public import HuggingFace
public import Tensors

/// The weights with which a model in training samples: a learner hands them out, and a worker takes them in.
///
/// Of a model that is trained whole, they are in float32 the learner's parameters themselves, and in bfloat16 those parameters rounded,
/// norms and biases included, so that the policy is a bfloat16 checkpoint, while the learner's own stay float32. Of a model that is trained by
/// adapters, they are the adapters, in float32, and the model's other weights are the base's.
public final class Policy: Sendable {
  /// The weights for a decoder: always those of the current policy.
  public let weights: ModelWeights

  /// Where each parameter lies.
  public let layout: ParameterLayout

  private let storage: Storage

  private enum Storage: Sendable {
    case float32(Parameters)
    case bfloat16(BFloat16Storage, VectorParameters)
  }

  /// A policy of zeros, to be replaced.
  public convenience init(_ configuration: ModelConfiguration, type: WeightType) {
    switch type {
    case .float32: self.init(Parameters(configuration))
    case .bfloat16: self.init(bfloat16: configuration)
    }
  }

  /// The policy of a learner's parameters: these themselves, or a rounded copy; ``follow(_:lanes:)`` renews it.
  public convenience init(_ parameters: Parameters, type: WeightType, lanes: Lanes) {
    switch type {
    case .float32: self.init(parameters)
    case .bfloat16:
      self.init(bfloat16: parameters.configuration)
      follow(parameters, lanes: lanes)
    }
  }

  /// The policy of adapters, which are those given themselves, beside a base model.
  public init(adapters: Parameters, _ lora: LoRAConfiguration, of base: ModelWeights) {
    layout = adapters.layout
    storage = .float32(adapters)
    weights = ModelWeights(base, adapters: adapters, lora)
  }

  /// A policy of adapters of zeros beside a base model, to be replaced.
  public convenience init(receiving lora: LoRAConfiguration, of base: ModelWeights) {
    let layout = ParameterLayout(adaptersOf: base.configuration, lora)
    self.init(adapters: Parameters(base.configuration, layout: layout), lora, of: base)
  }

  /// A policy of zeros that takes in what this one hands out.
  public func receiver() -> Policy {
    guard let lora = weights.lora else { return Policy(weights.configuration, type: type) }
    return Policy(receiving: lora, of: weights.base)
  }

  private init(_ parameters: Parameters) {
    layout = parameters.layout
    storage = .float32(parameters)
    weights = ModelWeights(parameters)
  }

  private init(bfloat16 configuration: ModelConfiguration) {
    let layout = ParameterLayout(configuration)
    let values = BFloat16Storage(count: layout.count)
    let vectors = VectorParameters(layout)
    self.layout = layout
    storage = .bfloat16(values, vectors)
    weights = ModelWeights(configuration, values, layout, vectors)
  }

  /// How the parameters are stored that are handed out.
  public var type: WeightType {
    switch storage {
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }

  /// The number of bytes of ``bytes()``.
  public var byteCount: Int { layout.count * type.bytes }

  /// Where an optimiser that moves the parameters leaves them rounded as well, before ``noteRounded()``; nil where the policy is the parameters.
  public var rounding: BFloat16Storage? {
    switch storage {
    case .float32: nil
    case .bfloat16(let values, _): values
    }
  }

  /// Takes the values of parameters that have changed, rounded where the policy is bfloat16. Float32 parameters other than
  /// the policy's own are a mistake.
  public func follow(_ parameters: Parameters, lanes: Lanes) {
    switch storage {
    case .float32(let own): precondition(own === parameters, "a float32 policy is its parameters")
    case .bfloat16(let values, let vectors):
      values.round(parameters.storage, lanes: lanes)
      Self.widen(vectors, from: values)
    }
  }

  /// Takes note that ``rounding`` has been written.
  public func noteRounded() {
    if case .bfloat16(let values, let vectors) = storage { Self.widen(vectors, from: values) }
  }

  /// All weights, little-endian, in the layout's order.
  public func bytes() -> [UInt8] {
    switch storage {
    case .float32(let parameters): parameters.storage.bytes()
    case .bfloat16(let values, _): values.bytes()
    }
  }

  /// The memory of ``bytes()``, which never changes while it is held; nil where the policy's changes in its place.
  public func lentMemory() -> BFloat16Memory? {
    guard case .bfloat16(let values, _) = storage else { return nil }
    return values.shared()
  }

  /// Takes all weights from ``byteCount`` bytes.
  public func replace(with bytes: [UInt8]) {
    switch storage {
    case .float32(let parameters): parameters.storage.replace(with: bytes)
    case .bfloat16(let values, let vectors):
      values.replace(with: bytes)
      Self.widen(vectors, from: values)
    }
  }

  /// The weights as float32 parameters: the policy's own, or exact copies.
  public func widened() -> Parameters {
    switch storage {
    case .float32(let parameters): return parameters
    case .bfloat16(let values, _):
      let parameters = Parameters(weights.configuration)
      values.widen(0..<values.count, into: parameters.storage, at: 0)
      return parameters
    }
  }

  private static func widen(_ vectors: VectorParameters, from values: BFloat16Storage) {
    for (entry, offset) in vectors.entries { values.widen(entry.range, into: vectors.storage, at: offset) }
  }
}
