import Files
import Foundation
import Runs
import Synchronization

/// The logs of a run's processes on this host, each a file that every life of its process is appended to.
package final class ChildLogs: Sendable {
  private let folder: FolderPlace
  /// Where a process's present life begins in its log, and how many processes had been killed for want of memory before it.
  private let beginnings = Mutex<[Child: (size: UInt64, kills: Int?)]>([:])

  /// The logs in a folder.
  package init(in folder: String) throws { self.folder = try FolderPlace(folder) }

  /// The path of a child's log, for messages.
  package func path(of child: Child) -> String { (folder.moved ?? folder.path) + "/" + child.logName }

  /// A path of it for this process, also where the folder was moved.
  private func file(of child: Child) -> String { folder.descriptorPath + "/" + child.logName }

  /// Notes that a child is about to be started: what its log says so far is of earlier lives.
  package func begin(_ child: Child) {
    let handle = FileHandle(forReadingAtPath: file(of: child))
    let size = (try? handle?.seekToEnd()) ?? 0
    try? handle?.close()
    beginnings.withLock { $0[child] = (size, MemoryKills.count()) }
  }

  /// The error that a child's present life ended with, if it reported one.
  package func lastError(of child: Child) -> String? {
    ErrorLine.last(inLog: file(of: child), after: beginnings.withLock { $0[child]?.size } ?? 0)
  }

  /// Why a child ended without an error of its own, if the system says so.
  package func obstacle(to child: Child, _ ending: ChildEnding) -> String? {
    switch ending {
    case .signaled(SIGKILL):
      guard let before = beginnings.withLock({ $0[child]?.kills }), let now = MemoryKills.count(), now > before else { return nil }
      return "the system killed it for want of memory: lower worker.max_sequences, micro_batch_tokens or the number of workers"
    case .exited:
      guard DiskSpace.isUsedUp(at: folder.descriptorPath) else { return nil }
      return "\(child == .learner ? "the learner" : "\(child)") ended, and its log \(path(of: child)) cannot say why: the disk is full: "
        + "free some space"
    default: return nil
    }
  }
}
