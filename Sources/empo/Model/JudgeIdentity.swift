import Foundation
import HuggingFace
import Rollouts
import Wire

/// Which model a run's judge asks; part of the learner's welcome, so that every worker asks the same one.
struct JudgeIdentity: Codable, Equatable {
  /// The name of the file in the welcome.
  static let fileName = "judge.json"

  /// The SHA-256 of everything in the folder that a judge reads, in hexadecimal.
  let sha256: String

  /// What a judge may read beside the weights and what every tokenizer may be spread over.
  private static let names = ["config.json", "generation_config.json", "modules.json", "1_Pooling/config.json", "vocab.txt"]

  /// The identity of the model in a folder. Reads all of its weights.
  init(folder: String) throws {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw CommandLineError(.input, "the judge's model \(folder) is no folder: expected one in Hugging Face's layout")
    }
    var digest = SHA256()
    for name in Self.names + ModelFiles.tokenizerNames where FileManager.default.fileExists(atPath: folder + "/" + name) {
      digest.update([UInt8]("\(name):\(try SHA256.hexadecimalDigest(ofFile: folder + "/" + name))\n".utf8))
    }
    for file in try ModelFiles.weights(of: WeightFiles(folder: folder)) {
      digest.update([UInt8]("\(try SHA256.hexadecimalDigest(ofFile: file))\n".utf8))
    }
    sha256 = digest.hexadecimalDigest()
  }

  /// The file.
  func file() throws -> NamedBytes {
    NamedBytes(name: Self.fileName, bytes: [UInt8](try JSONEncoder().encode(self)))
  }

  /// Throws unless the folder holds this model.
  func require(folder: String) throws {
    let advice = "copy the learner's folder to this host, and name it where its path differs (empo worker --judge DIR)"
    guard FileManager.default.fileExists(atPath: folder) else {
      throw CommandLineError(.input, "the judge's model \(folder) is not on this host: \(advice)")
    }
    let found = try JudgeIdentity(folder: folder)
    guard found == self else {
      throw CommandLineError(
        .input,
        "the judge's model \(folder) is not the learner's: found SHA-256 \(found.sha256.prefix(16))…, expected \(sha256.prefix(16))…: \(advice)")
    }
  }
}
