import Files
import Foundation
import GRDB

/// A copy of a run's ledger in a folder of its own, which goes with it. SQLite writes beside a file that it only reads, and a run folder that is
/// looked at stays as it is.
final class LedgerCopy {
  /// The copy, open.
  let ledger: Ledger

  private let place: String

  /// What the copies' folders are called, before the number of the process that made them.
  private static let prefix = "empo-ledger-"

  /// Copies the ledger of a run, whether or not its learner lives.
  ///
  /// - Parameter configuration: As of ``Ledger/init(path:configuration:)``.
  init(of folder: RunFolder, configuration: String) throws {
    guard FileManager.default.fileExists(atPath: folder.ledger) else {
      throw RunsError(
        .ledger, "\(folder.path) has no ledger.sqlite: no step can be verified without the groups that it was trained on")
    }
    Self.removeAbandoned()
    let place = FileManager.default.temporaryDirectory.appending(path: "\(Self.prefix)\(getpid())-\(UUID().uuidString)").path
    self.place = place
    do {
      try DurableFile.attempt("create folder", place) {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
      }
      let copy = place + "/ledger.sqlite"
      try LedgerFailure.explain("copy", "\(folder.ledger) to \(place) (TMPDIR)") {
        if RunLock.holder(of: folder) == nil {
          // What a learner that was killed wrote last is in the log.
          for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: folder.ledger + suffix) {
            try FileManager.default.copyItem(atPath: folder.ledger + suffix, toPath: copy + suffix)
          }
        } else {
          var settings = GRDB.Configuration()
          settings.readonly = true
          try DatabaseQueue(path: folder.ledger, configuration: settings).backup(to: DatabaseQueue(path: copy))
        }
      }
      ledger = try Ledger(file: copy, named: folder.ledger, configuration: configuration)
    } catch {
      try? FileManager.default.removeItem(atPath: place)
      throw error
    }
  }

  /// Removes the copies of processes that were ended before they could.
  private static func removeAbandoned() {
    let folder = FileManager.default.temporaryDirectory.path
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix(prefix) {
      guard let process = pid_t(name.dropFirst(prefix.count).prefix { $0 != "-" }), kill(process, 0) != 0, errno == ESRCH else { continue }
      try? FileManager.default.removeItem(atPath: folder + "/" + name)
    }
  }

  deinit {
    try? ledger.close()
    try? FileManager.default.removeItem(atPath: place)
  }
}
