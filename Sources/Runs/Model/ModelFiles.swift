import Files
import Foundation
package import HuggingFace

/// The files of a Hugging Face folder beside its weights.
package enum ModelFiles {
  /// What a tokenizer or a chat template may be spread over.
  package static let tokenizerNames = [
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.json", "merges.txt", "added_tokens.json",
    "chat_template.jinja", "chat_template.json",
  ]

  /// Far above any real one of these files.
  private static let limit = 256 << 20

  /// The files of a folder's tokenizer and chat template.
  package static func tokenizer(in folder: String) -> [String] {
    tokenizerNames.filter { FileManager.default.fileExists(atPath: folder + "/" + $0) }
  }

  /// The paths of the files that weights are in, in the order of their names.
  package static func weights(of files: WeightFiles) -> [String] {
    Set(files.names.compactMap { files.tensor($0)?.file.path }).sorted()
  }

  /// A file's bytes.
  package static func bytes(_ path: String) throws -> [UInt8] {
    do {
      let size = try FileManager.default.attributesOfItem(atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)[.size] as? Int
      guard let size, size <= limit else {
        throw RunsError(.model, "\(path): found \(size ?? 0) bytes, expected at most \(limit)")
      }
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch let error as RunsError {
      throw error
    } catch {
      throw RunsError(.model, "cannot read \(path): \(FailureReason.words(for: error, at: path, isReading: true))", cause: error)
    }
  }
}
