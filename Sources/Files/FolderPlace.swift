internal import Foundation
internal import SystemPackage

/// A folder that is held open, so that it is found again where its path leads elsewhere: somebody may have moved it.
package final class FolderPlace: Sendable {
  /// The path by which it was opened.
  package let path: String

  private let folder: FileDescriptor

  /// Opens a folder.
  package init(_ path: String) throws(FileError) {
    self.path = path
    folder = try DurableFile.attempt("open", path) {
      try FileDescriptor.open(FilePath(path), .readOnly, options: [.directory, .closeOnExec])
    }
  }

  deinit { try? folder.close() }

  /// The folder's path as it is now, if it was moved; nil while ``path`` leads to it, and where nothing can be said.
  package var moved: String? {
    var (held, found) = (stat(), stat())
    guard unsafe fstat(folder.rawValue, &held) == 0 else { return nil }
    if unsafe stat(path, &found) == 0 {
      guard (found.st_dev, found.st_ino) != (held.st_dev, held.st_ino) else { return nil }
    } else if errno != ENOENT, errno != ENOTDIR {
      return nil
    }
    return try? FileManager.default.destinationOfSymbolicLink(atPath: descriptorPath)
  }

  /// A path that leads to the folder from this process, wherever it is.
  package var descriptorPath: String { "/proc/self/fd/\(folder.rawValue)" }
}
