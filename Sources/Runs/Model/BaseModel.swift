internal import Demonstration
internal import Foundation
package import HuggingFace
internal import Tensors
package import Tokenizers
package import Transformer
package import Wire

/// The model that a run begins with: a Hugging Face folder, or adapters beside one.
package struct BaseModel: Sendable {
  /// What was given: a model, or adapters with the place of their base.
  package let source: ModelFolder
  /// Its shape.
  package let configuration: ModelConfiguration
  /// Its tokenizer.
  package let tokenizer: Tokenizer

  /// Reads everything of a model but its weights; `base` is the folder of the base model of adapters, where they do not name it.
  package init(_ source: DataSource, base: String? = nil) throws {
    self.source = try ModelFolder(Self.folder(source), base: base)
    configuration = try ModelConfiguration(folder: self.source.base)
    tokenizer = try Tokenizer(folder: self.source.textFolder)
    try configuration.requireRoom(for: tokenizer, in: self.source.textFolder)
  }

  /// The folder of a model, or of adapters.
  static func folder(_ source: DataSource) throws -> String {
    switch source {
    case .path(let path): path
    case .embedded, .none: try EmbeddedModel.folder()
    }
  }

  /// The folder of the configuration and the weights.
  package var folder: String { source.base }

  /// How a configuration stores its policy, or the base of its adapters.
  package func weightType(_ storage: WeightStorage) throws -> WeightType {
    switch storage {
    case .automatic: try source.weightType()
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }

  /// The files that make a checkpoint of adapters a PEFT folder, and one of float32 weights a model folder like this one.
  package func checkpointFiles(_ lora: LoRAConfiguration?) throws -> [NamedBytes] {
    if let lora {
      let configuration = AdapterConfiguration(lora, baseModel: folder)
      return [NamedBytes(name: AdapterConfiguration.fileName, bytes: [UInt8](configuration.encoded()))] + (try tokenizerFiles())
    }
    let configuration = try ExportedConfiguration.encoded(
      base: Data(ModelFiles.bytes(folder + "/config.json")), elementType: .float32, source: folder + "/config.json")
    let generation = folder + "/generation_config.json"
    let hasGeneration = FileManager.default.fileExists(atPath: generation)
    return [
      NamedBytes(name: "config.json", bytes: [UInt8](configuration)),
      NamedBytes(
        name: "generation_config.json",
        bytes: hasGeneration ? try ModelFiles.bytes(generation) : [UInt8](self.configuration.encodedGeneration())),
    ] + (try tokenizerFiles())
  }

  /// Reads the weights.
  package func parameters() throws -> Parameters {
    try Parameters(folder: folder)
  }

  /// The weights to compute with, stored as `type`: mapped where the files hold just that, and else a copy.
  package func weights(storing type: WeightType) throws -> ModelWeights {
    try ModelWeights(modelFolder: folder, configuration: configuration, storing: type)
  }

  /// Throws unless the files of the weights hold just the model's tensors; reads their headers only.
  package func checkWeights() throws {
    try Parameters.check(folder: folder, configuration: configuration)
    guard let adapters = source.adapters else { return }
    try Parameters.check(adaptersIn: adapters.folder, adapters.configuration.lora, of: configuration)
  }

  /// Reads the adapters with which the run begins; nil where it begins with none.
  package func adapters() throws -> Parameters? { try source.parameters(of: configuration) }

  /// The paths of the files of its weights, in the order of their names; those of adapters come last.
  package func weightFiles() throws -> [String] {
    let adapters = try source.adapters.map { ModelFiles.weights(of: try WeightFiles(adaptersIn: $0.folder)) }
    return ModelFiles.weights(of: try WeightFiles(folder: folder)) + (adapters ?? [])
  }

  /// The tokenizer's files and the chat template, which checkpoints carry on.
  package func tokenizerFiles() throws -> [NamedBytes] {
    let folder = source.textFolder
    return try ModelFiles.tokenizer(in: folder).map { name in
      NamedBytes(name: name, bytes: try ModelFiles.bytes(folder + "/" + name))
    }
  }
}

extension ModelConfiguration {
  /// Throws unless the model knows every token of a folder's tokenizer.
  package func requireRoom(for tokenizer: Tokenizer, in folder: String) throws {
    guard tokenizer.vocabularySize > vocabularySize else { return }
    throw RunsError(
      .model,
      "\(folder): tokenizer.json has tokens up to \(tokenizer.vocabularySize - 1), but config.json says \"vocab_size\": \(vocabularySize); "
        + "expected a tokenizer of the same model")
  }
}
