import Foundation
import HuggingFace
package import Training

/// What a folder on the command line is: a run, one of its checkpoints, or a model.
package enum ModelLocation {
  /// A run folder.
  case run(RunFolder)
  /// A checkpoint, which is a model with an optimiser's state beside it.
  case checkpoint(String)
  /// A model folder.
  case model(String)

  /// Looks at a folder.
  package init(_ path: String) throws {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
    if has("config.yaml"), has("checkpoints") || has("ledger.sqlite") {
      self = .run(RunFolder(path: path))
      return
    }
    try ModelPlace.requireFolder(path, expected: "a model's folder, a run's, or a checkpoint")
    if has("state.json"), has("manifest.json") {
      self = .checkpoint(path)
    } else {
      self = .model(path)
    }
  }

  /// The store of a run's checkpoints, which has some.
  package static func checkpoints(of run: RunFolder) throws -> CheckpointStore {
    let store = try FileManager.default.fileExists(atPath: run.checkpoints) ? CheckpointStore(folder: run.checkpoints, keep: 1) : nil
    guard let store, try !store.steps().isEmpty else {
      throw RunsError(
        .runFolder, "\(run.path) has no checkpoint: let it come to one (empo train --resume \(run.path)), or name another run")
    }
    return store
  }

  /// The model folder in it, after a check of every digest of a checkpoint, and what it is, in a few words. Of a run, that is its best version
  /// where one is known and its checkpoint whole, or else the newest.
  ///
  /// - Parameter takesLast: Whether it is the newest in any case.
  package func verifiedModel(takesLast: Bool = false) throws -> (folder: String, title: String) {
    switch self {
    case .model(let path): return (path, path)
    case .checkpoint(let path): return (path, Self.title(try CheckpointStore.checkpoint(at: path)))
    case .run(let run):
      let store = try Self.checkpoints(of: run)
      if !takesLast, let best = run.best, let checkpoint = try? CheckpointStore.checkpoint(at: store.path(ofStep: best.policyVersion)) {
        let isLast = try store.steps().last == best.policyVersion
        return (checkpoint.path, isLast ? Self.title(checkpoint) : "\(checkpoint.path) (the run's best: \(best.words))")
      }
      let found = try store.latestValid()
      guard let checkpoint = found.checkpoint else {
        throw RunsError(.runFolder, found.broken.map(\.description).first ?? "\(run.checkpoints) has no whole checkpoint")
      }
      return (checkpoint.path, Self.title(checkpoint))
    }
  }

  private static func title(_ checkpoint: Checkpoint) -> String {
    "\(checkpoint.path) (\(checkpoint.state.isFinal ? "the run's last" : "the run is not done"))"
  }
}
