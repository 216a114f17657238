import Foundation
import HuggingFace
import Training
import Transformer
import Wire

/// The model that a run begins with: a Hugging Face folder.
struct BaseModel: Sendable {
  /// The folder.
  let folder: String
  /// Its shape.
  let configuration: ModelConfiguration
  /// Its tokenizer.
  let tokenizer: Tokenizer

  /// Reads everything of a model but its weights.
  init(_ source: DataSource) throws {
    switch source {
    case .path(let path): folder = path
    case .embedded, .none: folder = try EmbeddedModel.folder()
    }
    configuration = try ModelConfiguration(folder: folder)
    tokenizer = try Tokenizer(folder: folder)
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw CommandLineError(
        .input,
        "\(folder): tokenizer.json has tokens up to \(tokenizer.vocabularySize - 1), but config.json says \"vocab_size\": "
          + "\(configuration.vocabularySize); expected a tokenizer of the same model")
    }
  }

  /// Reads the weights.
  func parameters() throws -> Parameters {
    try Parameters(folder: folder)
  }

  /// Throws unless the files of the weights hold just the model's tensors; reads their headers only.
  func checkWeights() throws {
    try Parameters.check(folder: folder, configuration: configuration)
  }

  /// The paths of the files of its weights, in the order of their names.
  func weightFiles() throws -> [String] {
    try ModelFiles.weights(of: WeightFiles(folder: folder))
  }

  /// The text of its config.json, whose members checkpoints carry on.
  func configurationText() throws -> String {
    try Self.text(folder + "/config.json")
  }

  /// The text of its generation_config.json, where it has one.
  func generationConfigurationText() throws -> String? {
    let path = folder + "/generation_config.json"
    return FileManager.default.fileExists(atPath: path) ? try Self.text(path) : nil
  }

  /// The tokenizer's files and the chat template, which checkpoints carry on.
  func tokenizerFiles() throws -> [NamedBytes] {
    try ModelFiles.tokenizer(in: folder).map { name in
      NamedBytes(name: name, bytes: try ModelFiles.bytes(folder + "/" + name))
    }
  }

  private static func text(_ path: String) throws -> String {
    guard let text = String(validating: try ModelFiles.bytes(path), as: UTF8.self) else {
      throw CommandLineError(.input, "\(path): found bytes that are not UTF-8, expected JSON")
    }
    return text
  }
}
