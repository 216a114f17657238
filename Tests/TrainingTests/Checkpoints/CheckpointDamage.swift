import Foundation

/// What can happen to a checkpoint folder behind the store's back, and what the store should say about it.
enum CheckpointDamage: String, CaseIterable, Sendable {
  case noManifest = "it has no manifest.json"
  case tornManifest = "its manifest.json cannot be read"
  case otherFormat = "its manifest.json has format 9"
  case manifestWithoutState = "its manifest.json does not name state.json"
  case escapingName = "which is no plain file name"
  case missingFile = "its model.safetensors is missing"
  case truncatedFile = "its model.safetensors has 3 bytes, expected 9"
  case changedFile = "its model.safetensors is changed"
  case hugeManifest = "its manifest.json is too large"

  func apply(to folder: String) throws {
    let manifest = folder + "/manifest.json"
    let model = folder + "/model.safetensors"
    switch self {
    case .noManifest: try FileManager.default.removeItem(atPath: manifest)
    case .tornManifest: try write("{\"files\"", manifest)
    case .otherFormat: try write(#"{"formatVersion": 9, "files": {}}"#, manifest)
    case .manifestWithoutState: try write(#"{"formatVersion": 1, "files": {}}"#, manifest)
    case .escapingName: try write(#"{"formatVersion": 1, "files": {"../x": {"bytes": 0, "sha256": ""}}}"#, manifest)
    case .missingFile: try FileManager.default.removeItem(atPath: model)
    case .truncatedFile: try write("wei", model)
    case .changedFile: try write("weightS 2", model)
    case .hugeManifest: try write(String(repeating: " ", count: 1 << 24) + "{}", manifest)
    }
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }
}
