package import Files
internal import Foundation

/// A path where the folder of a model should be.
package enum ModelPlace {
  /// What a model's folder is, in words fit for a message.
  package static let expectation = "a model's folder in Hugging Face's layout"

  /// Throws unless there is a folder. The ``FileError`` says what is there instead: nothing, a name on the Hub, or a file, with the line that
  /// makes a folder of it where there is one.
  package static func requireFolder(_ path: String, expected: String = expectation) throws(FileError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      let reason = HubName(path: path).map { $0.remark(.model, to: path) } ?? "there is nothing of this name"
      throw FileError(.missing, "\(path) is no folder: \(reason); expected \(expected)")
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      guard isRun(path) else { return }
      throw FileError(.unsupported, "\(path) is a run's folder: make a model's folder of it first (empo export \(path) OUT)")
    }
    let folder = DurableFile.parent(of: path)
    let name = String(path.split(separator: "/").last ?? "")
    switch ForeignFormat(path: path) {
    case .gguf:
      throw FileError(.unsupported, "\(path) is \(ForeignFormat.gguf.title): \(advice(onGGUF: name, in: folder)); expected \(expected)")
    case .pickle, .zip:
      throw FileError(.unsupported, "\(path) is \(ForeignFormat.pickle.title): \(advice(onPicklesIn: folder)); expected \(expected)")
    case let other:
      throw FileError(.unsupported, "\(path) is no folder but \(other?.title ?? "a file"): expected \(expected), such as \(folder)")
    }
  }

  /// Whether a folder holds a run, and no model.
  private static func isRun(_ path: String) -> Bool {
    func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
    return holds("ledger.sqlite") && holds("config.yaml") && !holds("config.json")
  }

  /// What to do about a folder of pickles.
  static func advice(onPicklesIn folder: String) -> String {
    "save the model again with safetensors: python3 -c 'from transformers import AutoModelForCausalLM as M, AutoTokenizer as T; "
      + "M.from_pretrained(\"\(folder)\").save_pretrained(\"OUT\"); T.from_pretrained(\"\(folder)\").save_pretrained(\"OUT\")'"
  }

  /// What to do about a GGUF file.
  static func advice(onGGUF name: String, in folder: String) -> String {
    "take the original model, or convert it: python3 -c 'from transformers import AutoModelForCausalLM as M, AutoTokenizer as T; "
      + "M.from_pretrained(\"\(folder)\", gguf_file=\"\(name)\").save_pretrained(\"OUT\"); "
      + "T.from_pretrained(\"\(folder)\", gguf_file=\"\(name)\").save_pretrained(\"OUT\")'"
  }

  /// The error for a file that should hold tensors and is in a format that nothing here reads; nil for any other.
  static func refusal(ofWeights path: String, content: [UInt8]) -> FileError? {
    let folder = DurableFile.parent(of: path)
    let name = String(path.split(separator: "/").last ?? "")
    switch ForeignFormat(content: content) {
    case .gguf: return FileError(.unsupported, "\(path): is \(ForeignFormat.gguf.title): \(advice(onGGUF: name, in: folder))")
    case .pickle, .zip:
      return FileError(.unsupported, "\(path): is \(ForeignFormat.pickle.title), under another name: \(advice(onPicklesIn: folder))")
    default: return nil
    }
  }
}
