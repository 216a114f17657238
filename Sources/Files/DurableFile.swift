import Foundation
package import SystemPackage

/// Files that are there whole or not at all, even if the process or the machine stops at any moment.
///
/// A rename is atomic. But only content that was synchronised before it survives a power cut, and the rename itself only once its folder is
/// synchronised; these functions keep that order.
package enum DurableFile {
  /// Puts bytes at a path, in place of an earlier file: written beside it, synchronised, renamed.
  ///
  /// Anything but a file is refused: a device would become a file.
  package static func replace(_ path: String, with bytes: some Sequence<UInt8>) throws(FileError) {
    var status = stat()
    guard unsafe stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(.unreadable, "cannot write \(path): something that is not a regular file is in its place")
    }
    let partial = path + ".partial"
    try write(bytes, to: partial)
    try rename(partial, to: path)
    try synchronizeFolder(parent(of: path))
  }

  /// Writes a file and synchronises it; its name is durable only after ``synchronizeFolder(_:)``.
  package static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(FileError) {
    try attempt("write", path) {
      let file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .filePermissions)
      try file.closeAfter {
        try file.writeAll(bytes)
        try synchronize(file)
      }
    }
  }

  /// Makes the content of a finished file durable.
  package static func synchronizeFile(_ path: String) throws(FileError) {
    try attempt("synchronise", path) {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec])
      try file.closeAfter { try synchronize(file) }
    }
  }

  /// Makes the names in a folder durable.
  package static func synchronizeFolder(_ path: String) throws(FileError) {
    try attempt("synchronise", path) {
      let folder = try FileDescriptor.open(FilePath(path), .readOnly, options: [.directory, .closeOnExec])
      try folder.closeAfter { try synchronize(folder) }
    }
  }

  /// Renames a file or folder; a file replaces a file of the new name.
  package static func rename(_ old: String, to new: String) throws(FileError) {
    try attempt("rename \(old) to", new) {
      // Foundation's moves refuse to replace a file, which this one must do.
      guard unsafe Foundation.rename(old, new) == 0 else { throw Errno(rawValue: errno) }
    }
  }

  /// Makes a folder in one that is there; one that exists stays as it is. A folder above that is gone is not made anew: whoever moved it took
  /// along what belongs into it.
  package static func makeFolder(_ path: String) throws(FileError) {
    try attempt("create folder", path) {
      guard unsafe mkdir(path, 0o777) == 0 else {
        let failure = Errno(rawValue: errno)
        var isFolder: ObjCBool = false
        guard failure == .fileExists, unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
          throw failure
        }
        return
      }
    }
  }

  /// The folder that a path lies in.
  package static func parent(of path: String) -> String {
    let parent = FilePath(path).removingLastComponent().string
    return parent.isEmpty ? "." : parent
  }

  package static func synchronize(_ file: FileDescriptor) throws {
    guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Runs file operations; an error names the operation and the path.
  package static func attempt<Result>(
    _ verb: String, _ path: String, _ body: () throws -> Result
  ) throws(FileError) -> Result {
    do {
      try DescriptorLimit.awaitRoom(for: path)
      return try body()
    } catch let error as FileError {
      throw error
    } catch {
      let isReading = verb.hasPrefix("read") || verb == "list"
      let reason = FailureReason.words(for: error, at: path, isReading: isReading)
      throw FileError(FailureReason.code(of: error), "cannot \(verb) \(path): \(reason)", cause: error)
    }
  }

  package static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

extension FilePermissions {
  /// The mode with which a run's files are created, before the umask.
  package static var filePermissions: FilePermissions { [.ownerReadWrite, .groupRead, .otherRead] }
}
