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

  /// The file of its weights.
  var weights: String { folder + "/model.safetensors" }

  /// Reads the weights.
  func parameters() throws -> Parameters {
    try Parameters(safetensors: weights, configuration: configuration)
  }

  /// Throws unless the file of the weights holds just the model's tensors; reads its header only.
  func checkWeights() throws {
    try Parameters.check(safetensors: weights, configuration: configuration)
  }

  /// The tokenizer's files, which checkpoints carry on.
  func tokenizerFiles() throws -> [NamedBytes] {
    let names = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"]
    return try names.filter { FileManager.default.fileExists(atPath: folder + "/" + $0) }.map { name in
      NamedBytes(name: name, bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))))
    }
  }
}
