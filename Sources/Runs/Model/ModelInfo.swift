import ChatTemplates
import Foundation
package import HuggingFace
import Tokenizers
import Transformer

/// What there is to know about a model folder before it is used, and what is wrong with it.
package struct ModelInfo: Encodable {
  /// The folder.
  package let folder: String
  /// The run's checkpoint that the folder is, if it is one.
  package let checkpoint: CheckpointInfo?
  /// Its adapters, where it is a PEFT folder; all that follows is their base model's.
  package private(set) var adapters: AdaptersInfo?
  /// Its shape.
  private(set) var architecture: ArchitectureInfo?
  /// Its weights.
  private(set) var weights: WeightsInfo?
  /// Its tokenizer.
  private(set) var tokenizer: TokenizerInfo?
  /// Where its chat template is; nil where it has none.
  private(set) var chatTemplate: String?
  /// What it takes to use it; nil for adapters.
  private(set) var memory: MemoryInfo?
  /// What is wrong, part by part.
  package private(set) var problems: [String] = []

  /// Where a run stands.
  package struct CheckpointInfo: Encodable {
    let step: Int
    let isFinal: Bool

    /// What a checkpoint's state says.
    package init(step: Int, isFinal: Bool) {
      self.step = step
      self.isFinal = isFinal
    }

    private enum CodingKeys: String, CodingKey {
      case step
      case isFinal = "is_final"
    }
  }

  /// Looks at every part of a folder; what cannot be read becomes a problem. `base` is the folder of the base model of adapters, where it
  /// is not the one that they name.
  package init(folder: String, base: String? = nil, checkpoint: CheckpointInfo? = nil) {
    self.folder = folder
    self.checkpoint = checkpoint
    if ModelFolder.holdsAdapters(folder) {
      describeAdapters(base: base)
    } else if let configuration = describeModel(in: folder, textIn: folder) {
      memory = MemoryInfo(MemoryEstimate(model: configuration, bytesPerWeight: weights?.bytesPerWeight ?? 4))
    }
  }

  private mutating func describeAdapters(base: String?) {
    let folder = folder
    let files = attempt { try WeightFiles(adaptersIn: folder) }
    guard let configuration = attempt({ try AdapterConfiguration(folder: folder) }) else { return }
    let found = attempt { try ModelFolder(folder, base: base) }
    adapters = AdaptersInfo(configuration, files, baseFolder: found?.base)
    guard let found, let model = describeModel(in: found.base, textIn: found.textFolder), files != nil else { return }
    _ = attempt { try Parameters.check(adaptersIn: folder, configuration.lora, of: model) }
  }

  /// Looks at a whole model; returns its shape.
  private mutating func describeModel(in folder: String, textIn textFolder: String) -> ModelConfiguration? {
    let configuration = attempt { try ModelConfiguration(folder: folder) }
    architecture = configuration.map(ArchitectureInfo.init)
    let files = attempt { try WeightFiles(folder: folder) }
    weights = files.map(WeightsInfo.init)
    if let configuration, files != nil {
      _ = attempt { try Parameters.check(folder: folder, configuration: configuration) }
    }
    let tokenizer = attempt { try Tokenizer(folder: textFolder) }
    self.tokenizer = tokenizer.map { TokenizerInfo(vocabularySize: $0.vocabularySize) }
    if let tokenizer, let configuration { _ = attempt { try configuration.requireRoom(for: tokenizer, in: textFolder) } }
    chatTemplate = templatePlace(in: textFolder)
    return configuration
  }

  private mutating func attempt<Result>(_ body: () throws -> Result) -> Result? {
    do {
      return try body()
    } catch {
      problems.append("\(error)")
      return nil
    }
  }

  private mutating func templatePlace(in folder: String) -> String? {
    guard let template = attempt({ try ChatTemplate.read(folder: folder) }), let file = template?.file else { return nil }
    return URL(fileURLWithPath: file).lastPathComponent
  }

  private enum CodingKeys: String, CodingKey {
    case folder, checkpoint, adapters, architecture, weights, tokenizer, memory, problems
    case chatTemplate = "chat_template"
  }
}

/// A model's shape.
package struct ArchitectureInfo: Encodable {
  package let family: String
  package let parameters: Int
  package let layers: Int
  package let width: Int
  package let feedForwardWidth: Int
  package let heads: Int
  package let keyValueHeads: Int
  package let headWidth: Int
  package let vocabularySize: Int
  package let contextLength: Int
  package let tiesEmbeddings: Bool
  package let endTokens: [Int32]

  package init(_ configuration: ModelConfiguration) {
    family = configuration.architecture.rawValue
    parameters = configuration.parameterCount
    layers = configuration.layers
    width = configuration.width
    feedForwardWidth = configuration.feedForwardWidth
    heads = configuration.heads
    keyValueHeads = configuration.keyValueHeads
    headWidth = configuration.headWidth
    vocabularySize = configuration.vocabularySize
    contextLength = configuration.maximumPositions
    tiesEmbeddings = configuration.tiesEmbeddings
    endTokens = configuration.endTokens
  }

  private enum CodingKeys: String, CodingKey {
    case family, parameters, layers, width, heads
    case feedForwardWidth = "feed_forward_width"
    case keyValueHeads = "key_value_heads"
    case headWidth = "head_width"
    case vocabularySize = "vocabulary_size"
    case contextLength = "context_length"
    case tiesEmbeddings = "ties_embeddings"
    case endTokens = "end_tokens"
  }
}

/// The files of a model's weights.
package struct WeightsInfo: Encodable {
  /// The formats of the tensors, such as `BF16`.
  package let dtypes: [String]
  package let bytes: Int
  package let files: [String]
  package let tensors: Int

  /// The bytes of a weight in use: bfloat16 stays what it is, everything else is widened.
  package var bytesPerWeight: Int { dtypes == ["BF16"] ? 2 : 4 }

  package init(_ files: WeightFiles) {
    let tensors = files.names.compactMap { files.tensor($0) }
    dtypes = Set(tensors.map(\.elementType.rawValue)).sorted()
    bytes = tensors.reduce(0) { $0 + $1.byteRange.count }
    self.files = ModelFiles.weights(of: files).map { URL(fileURLWithPath: $0).lastPathComponent }
    self.tensors = tensors.count
  }
}

/// A model's tokenizer.
package struct TokenizerInfo: Encodable {
  package let kind = "byte-level BPE"
  package let vocabularySize: Int

  private enum CodingKeys: String, CodingKey {
    case kind
    case vocabularySize = "vocabulary_size"
  }
}

/// What a model takes, in bytes.
package struct MemoryInfo: Encodable {
  /// A rollout and an update of the usual size, and a group to check.
  package static let (sequences, length, batchTokens, lag, checkedSequences) = (32, 1024, 1024, 1, 16)

  package let weights: Double
  package let cachePerToken: Double
  package let rollout: Double
  package let worker: Double
  package let optimizer: Double
  package let activations: Double
  package let learner: Double
  package let checker: Double

  package init(_ estimate: MemoryEstimate) {
    weights = estimate.weights
    cachePerToken = estimate.cachePerToken
    rollout = estimate.rollout(sequences: Self.sequences, length: Self.length)
    worker = estimate.worker(sequences: Self.sequences, length: Self.length)
    optimizer = estimate.optimizer
    activations = estimate.activations(tokens: Self.batchTokens)
    learner = estimate.learner(tokens: Self.batchTokens, lag: Self.lag, keepsBase: false)
    checker = estimate.checker(sequences: Self.checkedSequences, length: Self.length)
  }

  private enum CodingKeys: String, CodingKey {
    case weights, rollout, worker, optimizer, activations, learner, checker
    case cachePerToken = "cache_per_token"
  }
}
