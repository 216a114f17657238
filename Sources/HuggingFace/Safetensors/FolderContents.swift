import Files
import Foundation

/// The contents of a model's or an adapter's folder, for a message on why it has no weights.
struct FolderContents {
  private let folder: String
  private let names: Set<String>

  init(_ folder: String) throws {
    self.folder = folder
    do {
      names = Set(try FileManager.default.contentsOfDirectory(atPath: folder))
    } catch {
      let reason = FailureReason.words(for: error, at: folder, isReading: true)
      throw FileError(.unreadable, "\(folder): cannot be read as a folder: \(reason)", cause: error)
    }
  }

  /// Whether there is an entry of this name, including a broken link.
  func has(_ name: String) -> Bool { names.contains(name) }

  /// The files of weights in the layout that transformers looks for.
  var weights: [String] {
    names.filter { $0 == WeightFiles.fileName || $0 == WeightFiles.indexName || Self.isShard($0) }.sorted()
  }

  private static func isShard(_ name: String) -> Bool { name.hasPrefix("model-") && name.hasSuffix(".safetensors") }

  /// The error for a folder with neither a file of weights nor an index: it names what the folder has instead, and a remedy.
  var withoutWeights: FileError {
    let expected = "expected \(WeightFiles.fileName), or \(WeightFiles.indexName) with its shards"
    func found(_ name: String, _ advice: String) -> FileError {
      FileError(.missing, "\(folder): has \(name), but no weights that can be read: \(advice); \(expected)")
    }
    if let name = unfinishedDownload { return found(name, "the download is unfinished, run it again") }
    if let name = first(where: Self.isShard) {
      return found(name, "shards without their index")
    }
    if let name = first(where: { $0.hasPrefix("adapter_model.") }) ?? first(where: { $0 == "adapter_config.json" }) {
      return found(name, "an adapter, merge it into its base model with empo export --merge")
    }
    if let name = first(where: { $0.hasPrefix("pytorch_model") && ($0.hasSuffix(".bin") || $0.hasSuffix(".bin.index.json")) }) {
      return found(name, "\(ForeignFormat.pickle.title); \(ModelPlace.advice(onPicklesIn: folder))")
    }
    if let name = first(where: { ForeignFormat(name: $0) == .gguf }) {
      return found(name, "llama.cpp's format: \(ModelPlace.advice(onGGUF: name, in: folder))")
    }
    if let name = first(where: { [".h5", ".msgpack", ".onnx"].contains(where: $0.hasSuffix) }) {
      return found(name, "another format, take the model's safetensors")
    }
    if let name = first(where: { $0.hasSuffix(".safetensors") || $0.hasSuffix(".safetensors.index.json") }) {
      return found(name, "a name that transformers does not look for")
    }
    if let name = first(where: { [".bin", ".pth", ".pt", ".ckpt"].contains(where: $0.hasSuffix) }) {
      return found(name, "\(ForeignFormat.pickle.title), and not in transformers' layout: take the model's safetensors")
    }
    return FileError(.missing, "\(folder): has no weights; \(expected)")
  }

  /// The error for a folder of a GGUF file alone, as they are published; nil for any other folder.
  var refusalWithoutConfiguration: FileError? {
    first { ForeignFormat(name: $0) == .gguf }.map { name in
      FileError(
        .unsupported,
        "\(folder): has no config.json but \(name), \(ForeignFormat.gguf.title): \(ModelPlace.advice(onGGUF: name, in: folder))")
    }
  }

  /// The error for a PEFT folder without a safetensors file.
  var withoutAdapters: FileError {
    let expected = "expected \(WeightFiles.adapterName)"
    if let name = unfinishedDownload {
      return FileError(.missing, "\(folder): has \(name): the download is unfinished, run it again; \(expected)")
    }
    if let name = first(where: { $0.hasPrefix("adapter_model.") }) {
      return FileError(.missing, "\(folder): has \(name), which can carry code: save the adapter again with safetensors; \(expected)")
    }
    return FileError(.missing, "\(folder): has no adapter; \(expected)")
  }

  /// A file that Hugging Face's tools were still writing: beside the others or, in current versions, in a cache inside the folder.
  private var unfinishedDownload: String? {
    if let name = first(where: { $0.hasSuffix(".incomplete") }) { return name }
    let cache = ".cache/huggingface/download"
    let cached = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + cache)) ?? []
    return cached.filter { $0.hasSuffix(".incomplete") }.min().map { cache + "/" + $0 }
  }

  private func first(where isWanted: (String) -> Bool) -> String? { names.filter(isWanted).min() }
}
