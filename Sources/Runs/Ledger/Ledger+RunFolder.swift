import Foundation
import Training

extension Ledger {
  /// Opens the ledger of a run folder, or makes it where the run has no checkpoints yet.
  ///
  /// - Parameter acceptingLoss: Makes it anew beside checkpoints, too; ``reconcile(with:version:acceptingLoss:)`` then says what is lost.
  package convenience init(of folder: RunFolder, configuration: String, acceptingLoss: Bool) throws {
    // A new file here would stand in the way of the copy that is to be restored.
    if !acceptingLoss, !FileManager.default.fileExists(atPath: folder.ledger),
      let version = try CheckpointStore(folder: folder.checkpoints, keep: 1).steps().last
    {
      throw RunsError(
        .ledger,
        "\(folder.ledger) is missing, but there is a checkpoint of version \(version): restore the ledger from a copy, or continue with "
          + "--accept-loss, which samples what is lost of the steps from \(version) on again")
    }
    try self.init(path: folder.ledger, configuration: configuration)
  }
}
