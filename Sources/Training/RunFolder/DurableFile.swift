import Foundation
import HuggingFace
import SystemPackage
import Wire

/// Files that are there whole, or not at all, whenever the process or the machine stops.
///
/// A rename is atomic, but only what was synchronised before it survives a power cut, and the rename itself only once its
/// folder is synchronised: that order is what these functions are about.
package enum DurableFile {
  /// Puts bytes at a path, in place of what was there: written beside it, synchronised, renamed.
  package static func replace(_ path: String, with bytes: some Sequence<UInt8>) throws(TrainingError) {
    let partial = path + ".partial"
    try write(bytes, to: partial)
    try rename(partial, to: path)
    try synchronizeFolder(parent(of: path))
  }

  /// Writes a file and synchronises it; its name is durable only after ``synchronizeFolder(_:)``.
  package static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(TrainingError) {
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
  package static func synchronizeFile(_ path: String) throws(TrainingError) {
    try attempt("synchronise", path) {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec])
      try file.closeAfter { try synchronize(file) }
    }
  }

  /// Makes the names in a folder durable.
  package static func synchronizeFolder(_ path: String) throws(TrainingError) {
    try attempt("synchronise", path) {
      let folder = try FileDescriptor.open(FilePath(path), .readOnly, options: [.directory, .closeOnExec])
      try folder.closeAfter { try synchronize(folder) }
    }
  }

  /// Renames a file or folder; a file replaces a file of the new name.
  package static func rename(_ old: String, to new: String) throws(TrainingError) {
    try attempt("rename \(old) to", new) {
      // Foundation's moves refuse to replace, which is the point of this one.
      guard unsafe Foundation.rename(old, new) == 0 else { throw Errno(rawValue: errno) }
    }
  }

  /// The folder that a path lies in.
  package static func parent(of path: String) -> String {
    let parent = FilePath(path).removingLastComponent().string
    return parent.isEmpty ? "." : parent
  }

  static func synchronize(_ file: FileDescriptor) throws {
    guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Runs file operations and tells what failed on which path.
  package static func attempt<Result>(
    _ verb: String, _ path: String, code: TrainingError.Code = .file, _ body: () throws -> Result
  ) throws(TrainingError) -> Result {
    do {
      return try body()
    } catch let error as TrainingError {
      throw error
    } catch {
      throw TrainingError(code, "cannot \(verb) \(path): \(reason(error))", cause: error)
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case Errno.noSpace, Errno.diskQuotaExceeded: "the disk is full (\(error)): \(freeSpace)"
    case let error as HuggingFaceError where error.code == .noSpace: "the disk is full: \(freeSpace)"
    case Errno.permissionDenied, Errno.notPermitted, Errno.readOnlyFileSystem: "\(error): give write access or choose another folder"
    // These name what was wrong themselves; a localised description would say no more than their type.
    case is Errno, is HuggingFaceError, is WireError: oneLine("\(error)")
    case CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile: "there is no such file"
    default: oneLine(error.localizedDescription)
    }
  }

  private static let freeSpace = "free some space, then go on with --resume"

  package static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

extension FilePermissions {
  /// What a run's files are created with, before the umask.
  static var filePermissions: FilePermissions { [.ownerReadWrite, .groupRead, .otherRead] }
}
