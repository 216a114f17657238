internal import Demonstration
internal import Foundation
package import HuggingFace
internal import Tensors
package import Tokenizers
package import Transformer
package import Wire

/// The model that a run begins with: a Hugging Face folder.
package struct BaseModel: Sendable {
  /// The folder.
  package let folder: String
  /// Its shape.
  package let configuration: ModelConfiguration
  /// Its tokenizer.
  package let tokenizer: Tokenizer

  /// Reads everything of a model but its weights.
  package init(_ source: DataSource) throws {
    folder = try Self.folder(source)
    configuration = try ModelConfiguration(folder: folder)
    tokenizer = try Tokenizer(folder: folder)
    try configuration.requireRoom(for: tokenizer, in: folder)
  }

  /// The folder of a model.
  static func folder(_ source: DataSource) throws -> String {
    switch source {
    case .path(let path): path
    case .embedded, .none: try EmbeddedModel.folder()
    }
  }

  /// How a policy of this model is stored unless a configuration says so: as the checkpoint's matrices are, as far as a policy can be.
  package func weightType() throws -> WeightType {
    let files = try WeightFiles(folder: folder)
    let matrices = files.names.compactMap { files.tensor($0) }.filter { $0.shape.count > 1 }
    return matrices.allSatisfy { $0.elementType == .bfloat16 } ? .bfloat16 : .float32
  }

  /// The files that make a checkpoint of float32 weights a model folder like this one.
  package func checkpointFiles() throws -> [NamedBytes] {
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

  /// Throws unless the files of the weights hold just the model's tensors; reads their headers only.
  package func checkWeights() throws {
    try Parameters.check(folder: folder, configuration: configuration)
  }

  /// The paths of the files of its weights, in the order of their names.
  package func weightFiles() throws -> [String] {
    try ModelFiles.weights(of: WeightFiles(folder: folder))
  }

  /// The tokenizer's files and the chat template, which checkpoints carry on.
  package func tokenizerFiles() throws -> [NamedBytes] {
    try ModelFiles.tokenizer(in: folder).map { name in
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
