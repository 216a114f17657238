package import Foundation

/// A regular file that is open for reading. Pipes, which would have to be waited for, and folders are refused.
public struct RegularFile: ~Copyable {
  /// The file's path, for messages.
  public let path: String

  /// The number of bytes that it had when it was opened.
  public var count: Int { Int(status.st_size) }

  package let descriptor: CInt
  package let status: stat

  /// Opens a file.
  public init(path: String) throws(FileError) {
    try DescriptorLimit.awaitRoom(for: path)
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(path) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let failure = Self.failure(path)
      _ = close(descriptor)
      throw failure
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      _ = close(descriptor)
      throw FileError(.unreadable, "\(path): cannot be read: it is not a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    self.status = status
  }

  deinit { _ = close(descriptor) }

  /// A copy of all bytes, read and not mapped. Throws if the file is written to meanwhile.
  public func bytes() throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var length = 0
    while length < bytes.count {
      let read = unsafe bytes.withUnsafeMutableBytes { buffer in
        guard let base = buffer.baseAddress else { return 0 }
        return unsafe pread(descriptor, base + length, buffer.count - length, length)
      }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw Self.failure(path) }
      guard read > 0 else { break }
      length += read
    }
    var now = stat()
    guard unsafe fstat(descriptor, &now) == 0 else { throw Self.failure(path) }
    guard length == count, now.st_size == status.st_size, now.st_mtim.tv_sec == status.st_mtim.tv_sec,
      now.st_mtim.tv_nsec == status.st_mtim.tv_nsec
    else { throw FileError(.unreadable, "\(path): was written to while it was read") }
    return bytes
  }

  package static func failure(_ path: String) -> FileError {
    FileError(.unreadable, "\(path): cannot be read: \(unsafe String(cString: strerror(errno)))")
  }
}
