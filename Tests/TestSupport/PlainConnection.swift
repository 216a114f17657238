import Foundation
import Glibc

/// A TCP connection to a port of loopback without any protocol above it.
///
/// - Returns: Its descriptor, for the caller to close.
public func connectPlainly(port: UInt16) throws -> Int32 {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  let status = unsafe withUnsafePointer(to: &address) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { rebound in
      unsafe connect(descriptor, rebound, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  guard status == 0 else {
    let error = POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    close(descriptor)
    throw error
  }
  return descriptor
}
