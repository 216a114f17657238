import Foundation
import Synchronization

/// A file that is open for reading; its position is shared, so that a read is a seek and a read under one lock.
final class FileReader: Sendable {
  let path: String
  let size: Int
  private let handle: Mutex<FileHandle>

  init(_ path: String) throws {
    self.path = path
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      self.size = Int(clamping: try handle.seekToEnd())
      self.handle = Mutex(handle)
    } catch {
      throw HuggingFaceError(.unreadable, "\(path): cannot be read: \(error.localizedDescription)")
    }
  }

  /// The bytes from `offset` on; fewer than `count` is an error.
  func read(at offset: Int, count: Int) throws -> Data {
    if count == 0 { return Data() }
    let data: Data
    do {
      data = try handle.withLock { handle in
        try handle.seek(toOffset: UInt64(offset))
        return try handle.read(upToCount: count) ?? Data()
      }
    } catch {
      throw HuggingFaceError(.unreadable, "\(path): cannot be read at byte \(offset): \(error.localizedDescription)")
    }
    guard data.count == count else {
      throw HuggingFaceError(.malformed, "\(path): \(data.count) bytes at byte \(offset), expected \(count): the file was cut")
    }
    return data
  }
}
