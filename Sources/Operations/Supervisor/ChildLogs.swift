import Files
import Foundation
import Runs
import Synchronization

/// The logs of a run's processes on this host, each a file that every life of its process is appended to.
package final class ChildLogs: Sendable {
  private let folder: FolderPlace
  /// Where a process's present life begins in its log.
  private let beginnings = Mutex<[Child: UInt64]>([:])

  /// The logs in a folder.
  package init(in folder: String) throws { self.folder = try FolderPlace(folder) }

  /// The path of a child's log, for messages.
  package func path(of child: Child) -> String { (folder.moved ?? folder.path) + "/" + child.logName }

  /// A path of it for this process, also where the folder was moved.
  private func file(of child: Child) -> String { folder.descriptorPath + "/" + child.logName }

  /// Notes that a child is about to be started: what its log says so far is of earlier lives.
  package func begin(_ child: Child) {
    let size = (try? FileManager.default.attributesOfItem(atPath: file(of: child)))?[.size] as? UInt64
    beginnings.withLock { $0[child] = size ?? 0 }
  }

  /// The error that a child's present life ended with, if it reported one.
  package func lastError(of child: Child) -> String? {
    ErrorLine.last(inLog: file(of: child), after: beginnings.withLock { $0[child] } ?? 0)
  }

  /// Why a child cannot report an error, if its log cannot be written.
  package func obstacle(to child: Child) -> String? {
    guard DiskSpace.isUsedUp(at: folder.descriptorPath) else { return nil }
    return "\(child == .learner ? "the learner" : "\(child)") ended, and its log \(path(of: child)) cannot say why: the disk is full: "
      + "free some space"
  }
}
