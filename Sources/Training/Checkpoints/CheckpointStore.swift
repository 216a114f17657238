import Files
import Foundation

/// The checkpoints of a run: folders that are whole, with a manifest of digests, or not there.
///
/// A checkpoint is written into a hidden folder, synchronised, and renamed. A folder that a crash leaves behind is either hidden, and
/// cleaned up by ``recover()``, or whole. The run folder's lock ensures that one learner at a time uses a store.
public struct CheckpointStore: Sendable {
  static let manifestName = "manifest.json"
  static let stateName = "state.json"
  static let partialPrefix = ".partial-"
  static let discardedPrefix = ".discarded-"

  /// The folder of checkpoint folders.
  public let folder: String

  /// How many of the newest checkpoints stay; the final one stays beside them.
  public let keep: Int

  /// Which others of the steps with a checkpoint stay as well.
  public var spares: @Sendable ([UInt32]) throws -> Set<UInt32> = { _ in [] }

  /// Opens a store, and makes its folder where it is missing, but none above it.
  public init(folder: String, keep: Int) throws {
    precondition(keep > 0, "at least the newest checkpoint is kept")
    self.folder = folder
    self.keep = keep
    try DurableFile.makeFolder(folder)
  }

  /// The folder of a step's checkpoint, whether it is there or not.
  public func path(ofStep step: UInt32) -> String {
    folder + "/" + CheckpointStore.name(ofStep: step)
  }

  /// Writes a checkpoint, then prunes old ones. When this returns, the checkpoint survives a power cut; when it throws,
  /// there is no new checkpoint, and the older ones are as they were.
  ///
  /// - Parameters:
  ///   - state: Where the run stands; its step names the folder. A checkpoint of that step that is there is replaced.
  ///   - files: The other files, in the order in which they are made.
  /// - Returns: The checkpoint's folder.
  @discardableResult
  public func write(_ state: CheckpointState, files: [CheckpointFile]) throws -> String {
    precondition(Set(files.map(\.name)).count == files.count, "each file of a checkpoint has a name of its own")
    let final = path(ofStep: state.step)
    let partial = folder + "/" + CheckpointStore.partialPrefix + CheckpointStore.name(ofStep: state.step)
    try remove(partial)
    do {
      try fill(partial, state: state, files: files)
      try publish(partial, as: final)
    } catch {
      // A full disk gets its space back. If the folder cannot be removed, it is hidden, and the next start cleans it up.
      try? FileManager.default.removeItem(atPath: partial)
      let advice = (error as? FileError)?.code == .noSpace ? ", then continue with --resume" : ""
      throw TrainingError(.checkpoint, "checkpoint of step \(state.step) not written: \(error)\(advice)", cause: error)
    }
    try prune()
    return final
  }

  /// Gives a finished folder its name, in place of an older checkpoint of that name.
  func publish(_ partial: String, as final: String) throws {
    let old = try hide(final)
    do {
      try DurableFile.rename(partial, to: final)
    } catch {
      if let old { try? DurableFile.rename(old, to: final) }
      throw error
    }
    try DurableFile.synchronizeFolder(folder)
    if let old { try remove(old) }
  }

  private func fill(_ partial: String, state: CheckpointState, files: [CheckpointFile]) throws {
    try DurableFile.attempt("create folder", partial) {
      try FileManager.default.createDirectory(atPath: partial, withIntermediateDirectories: false)
    }
    for file in files {
      let path = partial + "/" + file.name
      try file.make(path)
      try DurableFile.synchronizeFile(path)
    }
    try DurableFile.attempt("write", partial) {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      try DurableFile.write(encoder.encode(state), to: partial + "/" + CheckpointStore.stateName)
      let manifest = try CheckpointManifest(describing: files.map(\.name) + [CheckpointStore.stateName], in: partial)
      try DurableFile.write(manifest.encoded(), to: partial + "/" + CheckpointStore.manifestName)
    }
    try DurableFile.synchronizeFolder(partial)
  }

  static func name(ofStep step: UInt32) -> String {
    "step-" + sixDigits(step)
  }

  /// The step that a folder's name stands for, if it is one that ``name(ofStep:)`` gives.
  static func step(ofName name: String) -> UInt32? {
    guard name.hasPrefix("step-"), let step = UInt32(name.dropFirst(5)), CheckpointStore.name(ofStep: step) == name else { return nil }
    return step
  }

  static func sixDigits(_ value: UInt32) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}
