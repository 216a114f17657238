import Digests
import Files
import Foundation
import HuggingFace
package import Wire

/// Which model a run's judge asks; part of the learner's welcome, so that every worker asks the same one.
package struct JudgeIdentity: Codable, Equatable {
  /// The name of the file in the welcome.
  package static let fileName = "judge.json"

  /// The SHA-256 of everything in the folder that a judge reads, in hexadecimal.
  package let sha256: String

  /// The files of the kinds that a judge may read: weights, tokenizer, configuration. Others, such as a model card, make no difference.
  private static let extensions: Set<String> = ["json", "jinja", "safetensors", "txt"]

  /// The identity of the model in a folder: its files and those of the folders in it. Reads all of its weights.
  package init(folder: String) throws {
    try ModelPlace.requireFolder(folder, expected: "the judge's model, a folder in Hugging Face's layout")
    var digest = SHA256()
    for name in try Self.names(in: folder) {
      digest.update([UInt8]("\(name):\(try SHA256.hexadecimalDigest(ofFile: folder + "/" + name))\n".utf8))
    }
    sha256 = digest.hexadecimalDigest()
  }

  /// The size of the files of a model's weights.
  package static func weightBytes(in folder: String) throws -> Int {
    try names(in: folder).filter { $0.hasSuffix(".safetensors") }.reduce(0) { sum, name in
      let path = URL(fileURLWithPath: folder + "/" + name).resolvingSymlinksInPath().path
      return sum + ((try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0)
    }
  }

  /// The names of the files, in the order of their bytes, so that every host has the same.
  private static func names(in folder: String) throws -> [String] {
    func entries(_ path: String) throws -> [String] {
      do {
        return try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }
      } catch {
        let reason = FailureReason.words(for: error, at: path, isReading: true)
        throw RunsError(.model, "the judge's model \(path) cannot be read: \(reason)", cause: error)
      }
    }
    func isFolder(_ name: String) -> Bool {
      var isFolder: ObjCBool = false
      return unsafe FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder) && isFolder.boolValue
    }
    var names: [String] = []
    for name in try entries(folder) {
      names += isFolder(name) ? try entries(folder + "/" + name).map { name + "/" + $0 }.filter { !isFolder($0) } : [name]
    }
    return names.filter { extensions.contains(URL(fileURLWithPath: $0).pathExtension) }.sorted {
      Array($0.utf8).lexicographicallyPrecedes($1.utf8)
    }
  }

  /// The file.
  package func file() throws -> NamedBytes {
    NamedBytes(name: Self.fileName, bytes: [UInt8](try JSONEncoder().encode(self)))
  }

  /// Throws unless the folder holds this model.
  package func require(folder: String) throws {
    let advice = "copy the learner's folder to this host, and name it where its path differs (empo worker --judge DIR)"
    guard FileManager.default.fileExists(atPath: folder) else {
      throw RunsError(.model, "the judge's model \(folder) is not on this host: \(advice)")
    }
    let found = try JudgeIdentity(folder: folder)
    guard found == self else {
      throw RunsError(
        .model,
        "the judge's model \(folder) is not the learner's: found SHA-256 \(found.sha256.prefix(16))…, expected \(sha256.prefix(16))…: "
          + advice)
    }
  }
}
