internal import Foundation

/// A name on the Hugging Face Hub, OWNER/NAME, that stands where a path should: nothing is fetched by its name, and a message says how it is.
package struct HubName: Sendable, Equatable {
  /// The name: `Qwen/Qwen2.5-0.5B-Instruct`.
  package let name: String

  /// The kind of what has the name.
  package enum Kind: Sendable {
    /// A model.
    case model
    /// A data set.
    case dataset
  }

  /// The name that a path may have been meant as: a path to nothing whose last two parts can be a name, and whose folder is not there either;
  /// or an address of the Hub.
  package init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) != 0 else { return nil }
    if let match = path.firstMatch(of: /(?:huggingface\.co\/|hf\.co\/|hf:\/\/?)(?:datasets\/)?([\w.-]+\/[\w.-]+)/) {
      name = String(match.1)
      return
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 2, let last = parts.last, Self.isPart(last), Self.isPart(parts[parts.count - 2]) else { return nil }
    guard !Self.endings.contains(where: last.hasSuffix) else { return nil }
    let folder = DurableFile.parent(of: path)
    guard unsafe stat(folder, &status) != 0 else { return nil }
    guard parts.count == 2 || (unsafe stat(DurableFile.parent(of: folder), &status) == 0) else { return nil }
    name = "\(parts[parts.count - 2])/\(last)"
  }

  /// The end of a message: that it is not fetched, and the line that fetches it to a path.
  package func remark(_ kind: Kind, to path: String) -> String {
    let (what, flag) =
      switch kind {
      case .model: ("models", "")
      case .dataset: ("data sets", " --repo-type dataset")
      }
    return "there is nothing of this name here, and \(what) of the Hugging Face Hub are not fetched by their names: "
      + "hf download \(name)\(flag) --local-dir \(path)"
  }

  /// The endings of files, which no repository's name has.
  private static let endings = [".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt", ".yaml", ".parquet"]

  private static func isPart(_ part: Substring) -> Bool {
    part.wholeMatch(of: /[A-Za-z0-9][\w.-]*/) != nil
  }
}
