import ArgumentParser
import Foundation

/// A PEFT folder that is served beside its base model, under a name: `NAME=DIR`, or `DIR` with the folder's name.
struct ServedAdapter: ExpressibleByArgument {
  let name: String
  let folder: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    folder = parts[parts.count - 1]
    name = parts.count > 1 ? parts[0] : URL(filePath: folder).standardizedFileURL.lastPathComponent
    guard !name.isEmpty, !folder.isEmpty else { return nil }
  }
}
