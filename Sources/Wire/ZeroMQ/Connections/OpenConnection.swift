import Glibc

/// What the system knows of a TCP connection, by its descriptor. libzmq owns the descriptors, and closes them when it likes: every answer
/// is about the socket of that moment, and only its identity tells whose it is.
enum OpenConnection {
  /// `SO_COOKIE`, which Swift's module of the C library leaves out.
  private static let cookie: Int32 = 57

  /// Where `struct tcp_info` has the bytes that were received, since Linux 4.1.
  private static let receivedBytesOffset = 128

  /// The number that the system gives a socket, and no other after it; nil where the descriptor is no socket.
  static func identity(of descriptor: Int32) -> UInt64? {
    var identity: UInt64 = 0
    var count = socklen_t(MemoryLayout<UInt64>.size)
    guard unsafe getsockopt(descriptor, SOL_SOCKET, cookie, &identity, &count) == 0 else { return nil }
    return identity
  }

  /// Where the other end is; nil where there is none any more.
  static func source(of descriptor: Int32) -> ConnectionSource? {
    var storage = sockaddr_storage()
    var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let bytes: [UInt8]? = unsafe withUnsafeMutableBytes(of: &storage) { buffer in
      guard let base = buffer.baseAddress, unsafe getpeername(descriptor, base.assumingMemoryBound(to: sockaddr.self), &count) == 0 else {
        return nil
      }
      return unsafe Array(buffer)
    }
    guard let bytes else { return nil }
    func bits(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
    switch Int32(storage.ss_family) {
    case AF_INET: return ConnectionSource(bits: bits(4..<8))
    // An IPv4 address may come in the form of an IPv6 one.
    case AF_INET6 where bits(8..<16) == 0 && bits(16..<20) == 0xffff: return ConnectionSource(bits: bits(20..<24))
    case AF_INET6: return ConnectionSource(isIPv6: true, bits: bits(8..<16))
    default: return nil
    }
  }

  /// How many bytes came from the other end so far; 0 where the system does not say.
  static func receivedBytes(of descriptor: Int32) -> Int {
    var information = [UInt8](repeating: 0, count: receivedBytesOffset + MemoryLayout<UInt64>.size)
    var count = socklen_t(information.count)
    guard unsafe getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &information, &count) == 0,
      Int(count) == information.count
    else { return 0 }
    let bytes = unsafe information.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: receivedBytesOffset, as: UInt64.self) }
    return Int(clamping: bytes)
  }

  /// Ends a connection: libzmq reads its end, and closes the descriptor. Does nothing if the descriptor is another socket's by now.
  static func shutDown(_ connection: ConnectionBook.Reference) {
    // A descriptor of our own stays with the socket, even if libzmq closes its own right now and the system gives the number away.
    let own = fcntl(connection.descriptor, F_DUPFD_CLOEXEC, 0)
    let descriptor = own >= 0 ? own : connection.descriptor
    if identity(of: descriptor) == connection.identity { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
    if own >= 0 { _ = close(own) }
  }
}
