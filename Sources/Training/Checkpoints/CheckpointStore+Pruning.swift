import Files
import Foundation

extension CheckpointStore {
  /// Cleans up after a crash: a folder that was finished but not yet renamed becomes a checkpoint; other hidden folders are removed. For
  /// the learner that holds the run's lock, when it starts.
  ///
  /// The folders may have been left by a process that died before it synchronised them. They are durable when this returns, so that a later
  /// power cut cannot take the checkpoint from which the learner continues.
  public func recover() throws {
    for name in try names() where name.hasPrefix(CheckpointStore.partialPrefix) {
      let partial = folder + "/" + name
      let final = folder + "/" + name.dropFirst(CheckpointStore.partialPrefix.count)
      if !FileManager.default.fileExists(atPath: final), let checkpoint = try? CheckpointStore.checkpoint(at: partial) {
        for file in checkpoint.files + [CheckpointStore.manifestName] { try DurableFile.synchronizeFile(partial + "/" + file) }
        try DurableFile.synchronizeFolder(partial)
        try publish(partial, as: final)
      } else {
        try remove(partial)
      }
    }
    try DurableFile.synchronizeFolder(folder)
    for name in try names() where name.hasPrefix(CheckpointStore.discardedPrefix) {
      try remove(folder + "/" + name)
    }
    try prune()
  }

  /// Removes the checkpoints that are neither among the newest, nor final, nor spared.
  ///
  /// Only whole folders count among the newest, judged by their files' sizes; broken ones stay for their owner to examine.
  func prune() throws {
    let whole = try steps().reversed().compactMap { step in isFinal(step).map { (step: step, isFinal: $0) } }
    guard whole.count > keep else { return }
    let spared = try spares(whole.map(\.step).reversed())
    for checkpoint in whole.dropFirst(keep) where !checkpoint.isFinal && !spared.contains(checkpoint.step) {
      // Hidden first, so that a crash during the removal leaves no half checkpoint.
      if let hidden = try hide(path(ofStep: checkpoint.step)) { try remove(hidden) }
    }
  }

  /// Removes the checkpoints of later steps than one, whole or not, final or not: the run went back behind them.
  public func remove(after step: UInt32) throws {
    // The newest first: what a crash leaves are the checkpoints from which the run would go back again.
    for later in try steps().reversed() where later > step {
      if let hidden = try hide(path(ofStep: later)) { try remove(hidden) }
    }
  }

  /// Whether a step's checkpoint is final; nil where it is not whole.
  private func isFinal(_ step: UInt32) -> Bool? {
    do throws(CheckpointFault) {
      let manifest = try CheckpointManifest(folder: path(ofStep: step))
      try manifest.checkSizes(in: path(ofStep: step))
      return try CheckpointStore.state(of: path(ofStep: step), manifest).isFinal
    } catch {
      return nil
    }
  }

  /// Renames a checkpoint's folder out of sight, and returns its new path; nil where there is none.
  func hide(_ path: String) throws -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let hidden = folder + "/" + CheckpointStore.discardedPrefix + (path.split(separator: "/").last ?? "")
    try remove(hidden)
    try DurableFile.rename(path, to: hidden)
    try DurableFile.synchronizeFolder(folder)
    return hidden
  }

  func remove(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    try DurableFile.attempt("remove", path) { try FileManager.default.removeItem(atPath: path) }
  }
}
