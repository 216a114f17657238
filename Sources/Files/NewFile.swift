package import Foundation
internal import SystemPackage

/// Creates files, with a one-line error for one that cannot be written.
package enum NewFile {
  /// An empty file in place of an existing one, whose readers keep their bytes. Anything but a regular file is refused: a
  /// device would become a file.
  package static func create(_ path: String) throws -> FileHandle {
    let old = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    guard old == nil || old == .typeRegular else {
      throw FileError(.unreadable, "\(path): cannot be created: something that is not a regular file is in its place")
    }
    do {
      try DescriptorLimit.awaitRoom(for: path)
      _ = unsafe unlink(path)
      let file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .filePermissions)
      return FileHandle(fileDescriptor: file.rawValue, closeOnDealloc: true)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(
        FailureReason.code(of: error), "\(path): cannot be created: \(FailureReason.words(for: error, at: path))", cause: error)
    }
  }

  /// The error for a file that was created and cannot be written.
  package static func failure(_ path: String, _ error: any Error) -> FileError {
    FileError(FailureReason.code(of: error), "\(path): cannot be written: \(FailureReason.words(for: error, at: path))", cause: error)
  }
}
