import Foundation

/// Bytes through a descriptor, as they come.
///
/// Foundation's file handle waits for the whole number of bytes, which a pipe may never bring, and does not distinguish a reader that has
/// gone from a full disk.
enum DescriptorBytes {
  /// Reads the available bytes, at most a whole buffer; returns their number, 0 at the end.
  static func read(_ descriptor: Int32, into buffer: inout [UInt8]) throws(DescriptorError) -> Int {
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe Foundation.read(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { return count }
      if errno != EINTR { throw DescriptorError(number: errno) }
    }
  }

  /// Writes all bytes.
  static func write(_ descriptor: Int32, _ bytes: [UInt8]) throws(DescriptorError) {
    var start = 0
    while start < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[start...])
        return unsafe Foundation.write(descriptor, rest.baseAddress, rest.count)
      }
      if count >= 0 {
        start += count
      } else if errno != EINTR {
        throw DescriptorError(number: errno)
      }
    }
  }
}

/// The system's error.
struct DescriptorError: Error, CustomStringConvertible {
  let number: Int32

  /// Whether nobody reads any more.
  var isBrokenPipe: Bool { number == EPIPE }

  var description: String { unsafe String(cString: strerror(number)) }
}
