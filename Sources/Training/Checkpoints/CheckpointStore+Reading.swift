import Files
import Foundation

/// A checkpoint whose files have the digests of its manifest.
public struct Checkpoint: Sendable, Equatable {
  /// The checkpoint's folder.
  public var path: String

  /// Where the run stood.
  public var state: CheckpointState

  /// The checkpoint's files, by name, but for its manifest.
  public var files: [String]

  /// The path of one of its files.
  public func path(of file: String) -> String { path + "/" + file }
}

/// A folder that looks like a checkpoint but is none.
public struct BrokenCheckpoint: Sendable, Equatable, CustomStringConvertible {
  /// The folder.
  public var path: String

  /// Its fault.
  public var reason: String

  /// One line.
  public var description: String { "\(path) is not a usable checkpoint: \(reason)" }
}

extension CheckpointStore {
  /// The newest checkpoint that is whole, of a step up to `limit`, and the newer folders that were passed over. Reads every file of the
  /// folders it looks at.
  public func latestValid(upTo limit: UInt32 = .max) throws -> (checkpoint: Checkpoint?, broken: [BrokenCheckpoint]) {
    var broken: [BrokenCheckpoint] = []
    for step in try steps().reversed() where step <= limit {
      do throws(CheckpointFault) {
        return (try CheckpointStore.verified(path(ofStep: step)), broken)
      } catch {
        broken.append(BrokenCheckpoint(path: path(ofStep: step), reason: error.reason))
      }
    }
    return (nil, broken)
  }

  /// Opens one checkpoint folder, wherever it lies, after a check of every digest.
  public static func checkpoint(at path: String) throws -> Checkpoint {
    do throws(CheckpointFault) {
      return try verified(path)
    } catch {
      throw TrainingError(.checkpoint, BrokenCheckpoint(path: path, reason: error.reason).description)
    }
  }

  /// The steps that have a checkpoint folder, in ascending order, whole or not.
  public func steps() throws -> [UInt32] {
    try names().compactMap(CheckpointStore.step(ofName:)).sorted()
  }

  func names() throws -> [String] {
    try DurableFile.attempt("list", folder) { try FileManager.default.contentsOfDirectory(atPath: folder) }
  }

  private static func verified(_ path: String) throws(CheckpointFault) -> Checkpoint {
    let manifest = try CheckpointManifest(folder: path)
    try manifest.checkSizes(in: path)
    try manifest.checkDigests(in: path)
    let state = try state(of: path, manifest)
    if let named = path.split(separator: "/").last.flatMap({ step(ofName: String($0)) }), named != state.step {
      throw CheckpointFault("its state.json is of step \(state.step)")
    }
    return Checkpoint(path: path, state: state, files: manifest.files.keys.sorted())
  }

  static func state(of path: String, _ manifest: CheckpointManifest) throws(CheckpointFault) -> CheckpointState {
    guard manifest.files[stateName] != nil else { throw CheckpointFault("its manifest.json does not name state.json") }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path + "/" + stateName)),
      let state = try? JSONDecoder().decode(CheckpointState.self, from: data)
    else { throw CheckpointFault("its state.json cannot be read") }
    guard state.formatVersion == CheckpointState.currentFormat else {
      throw CheckpointFault("its state.json has format \(state.formatVersion), expected \(CheckpointState.currentFormat)")
    }
    return state
  }
}
