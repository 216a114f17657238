import Digests
import Files
import Foundation

/// A checkpoint's `manifest.json`: the size and SHA-256 of each of its files. Written last; without it a folder is no
/// checkpoint.
struct CheckpointManifest: Codable, Equatable {
  struct Entry: Codable, Equatable {
    var bytes: Int
    var sha256: String
  }

  static let currentFormat = 1

  var formatVersion = CheckpointManifest.currentFormat
  var files: [String: Entry]

  /// Describes the files of a folder.
  init(describing names: [String], in folder: String) throws {
    files = [:]
    for name in names {
      let path = folder + "/" + name
      files[name] = Entry(bytes: try CheckpointManifest.size(of: path), sha256: try SHA256.hexadecimalDigest(ofFile: path))
    }
  }

  /// Reads the manifest of a folder.
  init(folder: String) throws(CheckpointFault) {
    let path = folder + "/" + CheckpointStore.manifestName
    guard FileManager.default.fileExists(atPath: path) else { throw CheckpointFault("it has no manifest.json") }
    do {
      guard try CheckpointManifest.size(of: path) <= 1 << 24 else { throw CheckpointFault("its manifest.json is too large") }
      self = try JSONDecoder().decode(CheckpointManifest.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch let fault as CheckpointFault {
      throw fault
    } catch {
      throw CheckpointFault("its manifest.json cannot be read")
    }
    guard formatVersion == CheckpointManifest.currentFormat else {
      throw CheckpointFault("its manifest.json has format \(formatVersion), expected \(CheckpointManifest.currentFormat)")
    }
    guard let strange = files.keys.first(where: { !CheckpointFile.isPlain($0) }) else { return }
    throw CheckpointFault("its manifest.json names \(DurableFile.oneLine(strange)), which is no plain file name")
  }

  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }

  /// Throws unless every file has its size; cheap enough for every folder.
  func checkSizes(in folder: String) throws(CheckpointFault) {
    for (name, entry) in files.sorted(by: { $0.key < $1.key }) {
      guard let size = try? CheckpointManifest.size(of: folder + "/" + name) else { throw CheckpointFault("its \(name) is missing") }
      guard size == entry.bytes else { throw CheckpointFault("its \(name) has \(size) bytes, expected \(entry.bytes)") }
    }
  }

  /// Throws unless every file has its digest. Reads everything.
  func checkDigests(in folder: String) throws(CheckpointFault) {
    for (name, entry) in files.sorted(by: { $0.key < $1.key }) {
      guard let digest = try? SHA256.hexadecimalDigest(ofFile: folder + "/" + name) else {
        throw CheckpointFault("its \(name) cannot be read")
      }
      guard digest == entry.sha256 else { throw CheckpointFault("its \(name) is changed (SHA-256 \(digest), expected \(entry.sha256))") }
    }
  }

  private static func size(of path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    guard attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? Int else {
      throw CheckpointFault("\(path) is not a file")
    }
    return size
  }
}

/// Why a folder is no checkpoint.
struct CheckpointFault: Error {
  var reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}
