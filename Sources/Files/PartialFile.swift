internal import Foundation
internal import SystemPackage

/// A file of known size that is written in pieces, in any order, and gets its name when it is whole. Until then it has a name of its own, so
/// that several processes may write the same file at once, and the last to be done puts its own in place of the others'.
///
/// What a process leaves that dies meanwhile is removed by the next one that begins a file in the folder.
package final class PartialFile {
  private static let suffix = ".partial"

  /// How often a name is tried: another process that removes what the dead left may take a new file for one of them.
  private static let attempts = 8

  private let folder: String
  private let name: String
  private let count: Int
  private let partialPath: String
  private let file: FileDescriptor
  private var isPublished = false

  /// Creates the file, with room for all of it where the file system can say so.
  ///
  /// - Parameters:
  ///   - folder: Created where it is not there.
  ///   - name: What it is called when it is whole.
  ///   - count: How many bytes it has.
  package init(in folder: String, named name: String, count: Int) throws(FileError) {
    self.folder = folder
    self.name = name
    self.count = count
    try DurableFile.attempt("create", folder) {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    Self.removeAbandoned(in: folder)
    (partialPath, file) = try Self.create(in: folder, named: name)
    do throws(FileError) {
      try DurableFile.attempt("write", partialPath) { [file] in
        // A file system that cannot say so says it where the bytes are written.
        let failure = Errno(rawValue: posix_fallocate(file.rawValue, 0, count))
        if failure.rawValue != 0, failure != .notSupported, failure != .invalidArgument { throw failure }
      }
    } catch {
      _ = unsafe unlink(partialPath)
      try? file.close()
      throw error
    }
  }

  deinit {
    if !isPublished { _ = unsafe unlink(partialPath) }
    try? file.close()
  }

  private static func create(in folder: String, named name: String) throws(FileError) -> (String, FileDescriptor) {
    for _ in 0..<attempts {
      let path = "\(folder)/.\(name).\(UUID().uuidString)\(suffix)"
      let file = try DurableFile.attempt("create", path) {
        try FileDescriptor.open(
          FilePath(path), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .filePermissions)
      }
      // The lock says that somebody writes it. Where there are no locks, nobody removes anything.
      _ = flock(file.rawValue, LOCK_EX | LOCK_NB)
      var (mine, named) = (stat(), stat())
      if unsafe fstat(file.rawValue, &mine) == 0, unsafe stat(path, &named) == 0, mine.st_ino == named.st_ino { return (path, file) }
      try? file.close()
    }
    throw FileError(.unreadable, "cannot create a file in \(folder): others remove it at once")
  }

  /// Removes partial files that nobody writes any more.
  private static func removeAbandoned(in folder: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix(".") && name.hasSuffix(suffix) {
      let path = folder + "/" + name
      guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec]) else { continue }
      if flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 { _ = unsafe unlink(path) }
      try? file.close()
    }
  }

  /// Puts bytes in their place.
  package func write(_ bytes: RawSpan, at offset: Int) throws(FileError) {
    precondition(offset >= 0 && offset + bytes.byteCount <= count, "bytes beyond a file's end")
    try DurableFile.attempt("write", partialPath) {
      _ = try unsafe bytes.withUnsafeBytes { try unsafe file.writeAll(toAbsoluteOffset: Int64(offset), $0) }
    }
  }

  /// Where the bytes are now.
  package var path: String { isPublished ? folder + "/" + name : partialPath }

  /// Makes the whole durable and gives it its name, in place of a file that has it.
  package func publish() throws(FileError) {
    let path = folder + "/" + name
    try DurableFile.attempt("write", path) { try DurableFile.synchronize(file) }
    try DurableFile.rename(partialPath, to: path)
    isPublished = true
    try DurableFile.synchronizeFolder(folder)
  }
}
