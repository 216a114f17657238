package import Foundation

/// Creates files, with a one-line error for one that cannot be written.
package enum NewFile {
  /// An empty file in place of an existing one, whose readers keep their bytes. Anything but a regular file is refused: Foundation would
  /// replace a device by a file.
  package static func create(_ path: String) throws -> FileHandle {
    let old = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    guard old == nil || old == .typeRegular else {
      throw FileError(.unreadable, "\(path): cannot be created: something that is not a regular file is in its place")
    }
    try DescriptorLimit.awaitRoom(for: path)
    guard FileManager.default.createFile(atPath: path, contents: nil) else {
      throw FileError(.unreadable, "\(path): cannot be created")
    }
    do {
      return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    } catch {
      throw failure(path, error)
    }
  }

  package static func failure(_ path: String, _ error: any Error) -> FileError {
    if (error as? CocoaError)?.code == .fileWriteOutOfSpace {
      return FileError(.noSpace, "\(path): cannot be written: the disk is full: free some space")
    }
    return FileError(.unreadable, "\(path): cannot be written: \(error.localizedDescription)")
  }
}
