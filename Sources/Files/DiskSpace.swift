internal import Foundation

/// The space on a disk.
package enum DiskSpace {
  /// Below so many bytes nothing of use can be written: a file takes a block.
  private static let least = 1 << 14

  /// Whether the disk of a path has no room for this user, or no entry for one more file.
  package static func isUsedUp(at path: String) -> Bool {
    var space = statvfs()
    guard unsafe statvfs(path, &space) == 0 else { return false }
    // File systems without a fixed number of entries say 0 of 0.
    let hasEntries = space.f_files == 0 || space.f_favail > 0
    return Int(clamping: space.f_bavail) * Int(space.f_frsize) < least || !hasEntries
  }
}
