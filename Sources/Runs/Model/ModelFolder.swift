import Files
import Foundation
package import HuggingFace
package import Transformer

/// What a folder holds that is used as a model: a model, or adapters and the place of their base model.
package struct ModelFolder: Sendable, Equatable {
  /// A PEFT folder.
  package struct Adapters: Sendable, Equatable {
    /// The folder.
    package let folder: String
    /// Its adapter_config.json.
    package let configuration: AdapterConfiguration
  }

  /// The folder of the configuration and the weights.
  package let base: String

  /// The adapters; nil where the folder is a model itself.
  package let adapters: Adapters?

  /// Looks at a folder. A PEFT folder's base model is in `base` or, without it, in the folder that its adapter_config.json names.
  ///
  /// Throws where the base model is not on this host, or is no model.
  package init(_ path: String, base: String? = nil) throws {
    guard Self.holdsAdapters(path) else {
      guard base == nil else { throw RunsError(.model, "\(path) is a whole model: expected no base model beside it") }
      self.base = path
      adapters = nil
      return
    }
    let file = path + "/" + AdapterConfiguration.fileName
    guard ![WeightFiles.fileName, WeightFiles.indexName].contains(where: { Self.has($0, in: path) }) else {
      throw RunsError(.model, "\(path) has the weights of a whole model beside \(AdapterConfiguration.fileName): expected one of them")
    }
    let configuration = try AdapterConfiguration(folder: path)
    adapters = Adapters(folder: path, configuration: configuration)
    let name = try base ?? Self.named(configuration, in: file)
    try ModelPlace.requireFolder(name, expected: "the base model's folder")
    guard !Self.holdsAdapters(name) else {
      throw RunsError(.model, "\(name) holds adapters: expected a whole model as a base, such as empo export --merge makes")
    }
    self.base = name
  }

  /// The folder that an adapter_config.json names as its base model's. PEFT reads a path that does not begin at the root from the working
  /// directory, too.
  private static func named(_ configuration: AdapterConfiguration, in file: String) throws -> String {
    let expected = "expected the base model's folder, there or, where a command has it, after --base"
    guard let name = configuration.baseModel else {
      throw FileError(.missing, "\(file): \"base_model_name_or_path\" is missing, \(expected)")
    }
    guard isFolder(name) else {
      let hub = HubName(path: name).map { " (\($0.remark(.model, to: "DIR")))" } ?? ""
      throw FileError(
        .missing, "\(file): \"base_model_name_or_path\" is \"\(name)\", which is no folder on this host\(hub), \(expected)")
    }
    return name
  }

  /// The folder of the tokenizer and the chat template: the adapters' own where they have a tokenizer, as PEFT's trainers write it.
  package var textFolder: String {
    guard let adapters, Self.has("tokenizer.json", in: adapters.folder) else { return base }
    return adapters.folder
  }

  /// Reads the adapters of a model of this shape; nil where there are none.
  package func parameters(of configuration: ModelConfiguration) throws -> Parameters? {
    try adapters.map { try Parameters(adaptersIn: $0.folder, $0.configuration.lora, of: configuration) }
  }

  /// The weights to compute with, held once; adapters stay beside those of their base.
  package func weights(of configuration: ModelConfiguration) throws -> ModelWeights {
    let weights = try ModelWeights(folder: base, configuration: configuration)
    guard let adapters, let parameters = try parameters(of: configuration) else { return weights }
    return ModelWeights(weights, adapters: parameters, adapters.configuration.lora)
  }

  /// How a policy of this model is stored unless a configuration says so: as the checkpoint's matrices are, as far as a policy can be.
  package func weightType() throws -> WeightType {
    let files = try WeightFiles(folder: base)
    let matrices = files.names.compactMap { files.tensor($0) }.filter { $0.shape.count > 1 }
    return matrices.allSatisfy { $0.elementType == .bfloat16 } ? .bfloat16 : .float32
  }

  /// Whether a folder is a PEFT folder.
  package static func holdsAdapters(_ path: String) -> Bool { has(AdapterConfiguration.fileName, in: path) }

  private static func has(_ name: String, in folder: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + name) }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
