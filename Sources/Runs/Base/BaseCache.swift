package import Cluster
import Digests
import Files
import Foundation
package import Wire

/// Base weights on this host: those of a model's folder, and files of earlier transfers, which all workers and relays of the host map.
///
/// A file's name is its SHA-256, and it never changes: a transfer is written beside it and renamed.
package final class BaseCache: BaseStore {
  /// Which models of this host may be the run's base model.
  package enum Models: Sendable {
    /// None: a relay has no use for one.
    case none
    /// That of the run's configuration, where its path exists on this host; before it the one in this folder, if one is given.
    case configured(or: String?)
  }

  private let folder: String
  private let models: Models
  private var transfer: (base: BaseDescription, file: PartialFile)?

  /// Creates a view of a host's cache.
  ///
  /// - Parameter folder: The cache's folder; by default ``defaultFolder(_:)``.
  package init(_ folder: String? = nil, models: Models) {
    self.folder = (folder ?? Self.defaultFolder(ProcessInfo.processInfo.environment)) + "/base"
    self.models = models
  }

  /// Where this user's caches are, as the XDG base directory specification has it.
  package static func defaultFolder(_ environment: [String: String]) -> String {
    if let caches = environment["XDG_CACHE_HOME"], caches.hasPrefix("/") { return caches + "/empo" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.cache/empo"
  }

  /// Looks in the models' folders, then in the cache. Reads whatever may be the right one to its end.
  package func find(for welcome: Welcome, report: (String) -> Void) throws -> LocalBase? {
    guard let base = welcome.baseWeights else { return nil }
    for folder in modelFolders(welcome) {
      do {
        let weights = try ModelFolderWeights(folder: folder)
        guard let difference = weights.baseDescription.difference(from: base) else {
          return LocalBase(place: .modelFolder(folder), weights: weights)
        }
        report("the model in \(folder) is not the run's: \(difference); the run's base weights come over the wire instead")
      } catch {
        report("the model in \(folder) cannot be used (\(error)): the run's base weights come over the wire instead")
      }
    }
    guard FileManager.default.fileExists(atPath: path(of: base)) else { return nil }
    do {
      if let weights = try weights(of: base) { return LocalBase(place: .file(path(of: base)), weights: weights) }
      report("\(path(of: base)) is damaged: it is fetched anew")
    } catch {
      report("\(path(of: base)) cannot be used (\(error)): it is fetched anew")
    }
    return nil
  }

  private func modelFolders(_ welcome: Welcome) -> [String] {
    guard case .configured(let own) = models else { return [] }
    let file = welcome.files.first { $0.name == "config.yaml" }
    let text = file.map { String(decoding: $0.bytes, as: UTF8.self) }
    let configuration = text.flatMap { try? RunConfiguration(yaml: $0, name: "the learner's config.yaml") }
    let configured = configuration.flatMap { try? BaseModel.folder($0.model) }.flatMap { try? ModelFolder($0).base }
    return [own].compactMap(\.self) + [configured].compactMap(\.self).filter { $0 != own && FileManager.default.fileExists(atPath: $0) }
  }

  private func name(of base: BaseDescription) -> String { base.sha256 + ".weights" }

  private func path(of base: BaseDescription) -> String { folder + "/" + name(of: base) }

  /// The weights in a file of the cache; nil where they are others.
  private func weights(of base: BaseDescription) throws -> CachedWeights? {
    let file = try MappedFile(path: path(of: base))
    guard file.count == Int(base.manifest.totalBytes), try SHA256.hexadecimalDigest(ofFile: file.path) == base.sha256 else { return nil }
    return CachedWeights(baseDescription: base, file: file)
  }

  /// Begins a file for a transfer, with room for all of it.
  package func begin(_ base: BaseDescription) throws {
    transfer = nil
    transfer = (base, try PartialFile(in: folder, named: name(of: base), count: Int(base.manifest.totalBytes)))
  }

  /// Puts bytes of the transfer in their place.
  package func write(_ bytes: WeightBytes, at offset: Int) throws {
    guard let transfer else { preconditionFailure("a transfer is begun before bytes are written") }
    try bytes.withSpan { try transfer.file.write($0, at: offset) }
  }

  /// Compares the transfer with its digest, and gives it its name.
  package func finish() throws -> BaseTransfer {
    guard let (base, file) = transfer else { preconditionFailure("a transfer is begun before it ends") }
    transfer = nil
    let found = try SHA256.hexadecimalDigest(ofFile: file.path)
    guard found == base.sha256 else { return .damaged(sha256: found) }
    try file.publish()
    let weights = CachedWeights(baseDescription: base, file: try MappedFile(path: file.path))
    return .kept(LocalBase(place: .file(file.path), weights: weights))
  }
}

/// Base weights in a file of the cache, whose bytes are in the manifest's order.
private struct CachedWeights: BaseWeights {
  let baseDescription: BaseDescription
  let file: MappedFile

  func bytes(_ range: Range<Int>) -> WeightBytes { WeightBytes(file, range) }
}

extension BaseDescription {
  /// The first difference from the weights that a run describes; nil where there is none. How they are cut into chunks makes none.
  fileprivate func difference(from expected: BaseDescription) -> String? {
    let (own, other) = (manifest, expected.manifest)
    guard own.elementType == other.elementType else {
      return "its weights are \(own.elementType.rawValue), expected \(other.elementType.rawValue)"
    }
    guard own.parameters == other.parameters, own.totalBytes == other.totalBytes else {
      let place = zip(own.parameters, other.parameters).first { $0 != $1 }
      let names = place.map { "\($0.name) \($0.shape) stands where \($1.name) \($1.shape) is expected" }
      return names
        ?? "it has \(own.parameters.count) tensors of \(own.totalBytes) bytes, expected \(other.parameters.count) of \(other.totalBytes)"
    }
    return sha256 == expected.sha256 ? nil : "its weights have SHA-256 \(sha256), expected \(expected.sha256)"
  }
}
