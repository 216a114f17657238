internal import Foundation

/// A file's bytes in memory, read from the disk as they are touched and shared with every process that maps the file.
///
/// The file must not change while it is mapped: if it shrinks, a process that reads beyond its new end is killed. Replace files by
/// renaming, as every tool here does; ``checkLength()`` notices most other changes.
@safe public final class MappedFile: @unchecked Sendable {
  // Sendable because the mapping is read-only from its first moment to its last.

  /// The file's path, for messages.
  public let path: String

  /// The number of bytes.
  public let count: Int

  package let base: UnsafeRawPointer

  /// The file's device and number: another file may have its path by now.
  private let identity: (UInt64, UInt64)

  /// Maps a regular file; an empty one has no bytes.
  public init(path: String) throws(FileError) {
    let file = try RegularFile(path: path)
    self.path = path
    count = file.count
    identity = (UInt64(file.status.st_dev), UInt64(file.status.st_ino))
    guard count > 0 else {
      // An empty file cannot be mapped, and any address will do for no bytes.
      guard let nowhere = unsafe UnsafeRawPointer(bitPattern: 1) else { preconditionFailure("1 is not 0") }
      unsafe base = nowhere
      return
    }
    let address = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, file.descriptor, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else { throw RegularFile.failure(path) }
    unsafe base = UnsafeRawPointer(address)
  }

  deinit {
    if count > 0 { unsafe munmap(UnsafeMutableRawPointer(mutating: base), count) }
  }

  /// Calls `body` with the bytes of `range`.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ range: Range<Int>, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return try body(unsafe UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count).bytes)
  }

  /// A copy of the bytes of `range`.
  public func bytes(_ range: Range<Int>) -> [UInt8] {
    withBytes(range) { bytes in unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) } }
  }

  /// Whether the bytes of `range` are those of another file's range.
  public func isEqual(_ range: Range<Int>, to other: MappedFile, _ otherRange: Range<Int>) -> Bool {
    guard range.count == otherRange.count else { return false }
    return withBytes(range) { first in
      other.withBytes(otherRange) { second in
        unsafe first.withUnsafeBytes { first in
          unsafe second.withUnsafeBytes { second in
            guard let first = first.baseAddress, let second = second.baseAddress else { return true }
            return unsafe memcmp(first, second, range.count) == 0
          }
        }
      }
    }
  }

  /// Throws where the file was cut since it was mapped, so that touching its bytes would kill the process.
  public func checkLength() throws(FileError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0, (UInt64(status.st_dev), UInt64(status.st_ino)) == identity else { return }
    guard status.st_size >= count else {
      throw FileError(.unreadable, "\(path): \(status.st_size) bytes, expected \(count): the file was cut while it was read")
    }
  }

  /// Gives back the memory of the pages inside `range`; they are read again when they are next touched.
  public func release(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    let page = Int(getpagesize())
    let first = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound / page * page
    guard first < end else { return }
    unsafe madvise(UnsafeMutableRawPointer(mutating: base + first), end - first, MADV_DONTNEED)
  }
}
