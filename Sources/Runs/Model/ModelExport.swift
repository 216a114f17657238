import Files
import Foundation
import HuggingFace
package import Tensors
import Transformer

/// Writes a model's folder, or its adapters', that other programs open, whole or not at all.
package struct ModelExport {
  /// What to write.
  package enum Form: Sendable {
    /// Configuration, tokenizer and all weights, with adapters merged into them, in files of at most so many bytes unless a single tensor is
    /// larger.
    case model(FloatFormat, maximumShardBytes: Int)
    /// The adapters in float32, with the tokenizer where their folder has one.
    case adapters
  }

  private let source: ModelFolder
  private let form: Form
  private let publication: FolderPublication

  /// Creates the export of a folder to another, `target`, where a model gives way if `replaces`.
  package init(_ source: ModelFolder, as form: Form, to target: String, replaces: Bool) {
    self.source = source
    self.form = form
    publication = FolderPublication(target: target, replaces: replaces)
  }

  /// Writes the folder. Everything but the weights is read, and the weights are checked by their headers, before anything is written.
  package func write() throws {
    try publication.check(sources: [source.base] + (source.adapters.map { [$0.folder] } ?? []))
    let configuration = try ModelConfiguration(folder: source.base)
    switch form {
    case .model(let elementType, let maximumShardBytes):
      let files = try modelFiles(configuration, elementType)
      let weights = try CheckedWeights(folder: source.base, configuration: configuration)
      let merge = try source.adapters.flatMap { adapters in
        try source.parameters(of: configuration).map { AdapterMerge($0, adapters.configuration.lora) }
      }
      try publish(files) { folder in
        try weights.export(
          folder: folder, elementType: elementType, maximumShardBytes: maximumShardBytes, merging: merge,
          lanes: Lanes(count: ProcessInfo.processInfo.activeProcessorCount))
      }
    case .adapters:
      guard let adapters = source.adapters, let parameters = try source.parameters(of: configuration) else {
        preconditionFailure("a whole model is written as one")
      }
      let files = try adapterFiles(adapters)
      try publish(files) { folder in
        try parameters.write(adapters: folder + "/" + WeightFiles.adapterName, synchronizing: true)
      }
    }
  }

  private func publish(_ files: [(name: String, bytes: [UInt8])], weights: (_ folder: String) throws -> Void) throws {
    try publication.write { folder in
      for (name, bytes) in files { try DurableFile.write(bytes, to: folder + "/" + name) }
      try weights(folder)
    }
  }

  private func modelFiles(_ configuration: ModelConfiguration, _ elementType: FloatFormat) throws -> [(name: String, bytes: [UInt8])] {
    let path = source.base + "/config.json"
    let text = try ExportedConfiguration.encoded(base: Data(try ModelFiles.bytes(path)), elementType: elementType, source: path)
    var files = [("config.json", [UInt8](text))]
    let generation = source.base + "/generation_config.json"
    if FileManager.default.fileExists(atPath: generation) {
      files.append(("generation_config.json", try ModelFiles.bytes(generation)))
    } else {
      files.append(("generation_config.json", [UInt8](configuration.encodedGeneration())))
    }
    return try files + tokenizerFiles(in: source.textFolder)
  }

  private func adapterFiles(_ adapters: ModelFolder.Adapters) throws -> [(name: String, bytes: [UInt8])] {
    var configuration = adapters.configuration
    // The name of a model on the Hub stays. Any path gives way to the base's place on this host: a relative one is read from the working
    // directory, and an old one leads nowhere.
    if configuration.baseModel.map(Self.isPath) ?? true {
      configuration.baseModel = URL(fileURLWithPath: source.base).standardizedFileURL.path
    }
    return try [(AdapterConfiguration.fileName, [UInt8](configuration.encoded()))] + tokenizerFiles(in: adapters.folder)
  }

  private static func isPath(_ name: String) -> Bool {
    name.hasPrefix("/") || name.hasPrefix(".") || FileManager.default.fileExists(atPath: name)
  }

  private func tokenizerFiles(in folder: String) throws -> [(name: String, bytes: [UInt8])] {
    try ModelFiles.tokenizer(in: folder).map { ($0, try ModelFiles.bytes(folder + "/" + $0)) }
  }
}
