import Cluster
import EMPO
import Foundation
import Training

/// Keeps the checkpoint of a run's best version beside the newest ones, and best.json up to date. A function of the ledger and the checkpoints.
package struct BestCheckpoint: Sendable {
  private let folder: RunFolder
  private let ledger: Ledger
  private let evaluates: @Sendable (UInt32) -> Bool

  /// - Parameter evaluates: Whether a version is measured, sooner or later.
  package init(folder: RunFolder, ledger: Ledger, evaluates: @escaping @Sendable (UInt32) -> Bool) {
    self.folder = folder
    self.ledger = ledger
    self.evaluates = evaluates
  }

  /// The best of some versions with checkpoints; nil where nothing tells them apart.
  package func best(among versions: [UInt32]) throws -> BestVersion? {
    // What is suspicious and no alarm gives no cause to go back.
    let sound = try report().map { $0.policyAlarmCount == 0 ? .max : UInt32($0.soundVersion) }
    return BestVersion(among: versions, evaluations: try ledger.evaluations(), soundVersion: sound)
  }

  /// The versions to keep beside the newest: the best by each measure, and those whose measurement is under way.
  package func spares(_ versions: [UInt32]) throws -> Set<UInt32> {
    let evaluations = try ledger.evaluations()
    let bests = [
      BestVersion.mostAccurate(of: evaluations.filter { versions.contains($0.policyVersion) })?.policyVersion,
      BestVersion.newest(of: versions, upTo: try report().map { UInt32($0.soundVersion) }),
    ]
    let awaited = versions.filter { version in evaluates(version) && !evaluations.contains { $0.policyVersion == version } }
    return Set(bests.compactMap(\.self) + awaited)
  }

  /// Writes best.json anew.
  ///
  /// - Returns: What it says; nil where nothing tells the versions apart.
  @discardableResult
  package func write() throws -> BestVersion? {
    let best = try best(among: try CheckpointStore(folder: folder.checkpoints, keep: 1).steps())
    guard best != folder.best else { return best }
    guard let best else {
      try? FileManager.default.removeItem(atPath: folder.bestVersion)
      return nil
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try folder.replace(folder.bestVersion, with: String(decoding: try encoder.encode(best), as: UTF8.self) + "\n")
    return best
  }

  /// What the guard found of the last step; nil without a guard.
  private func report() throws -> GuardReport? { try ledger.steps().last?.figures.update.collapse }
}
