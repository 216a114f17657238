import CZeroMQ

/// libzmq's context: the threads behind the sockets. Sockets of one process may share it.
///
/// Sendable without a lock of its own: the pointer never changes, and libzmq allows every thread to use a context.
@safe public final class ZeroMQContext: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer

  /// Starts a context.
  ///
  /// - Parameter threads: Threads that move bytes; one serves about a gigabyte a second.
  public init(threads: Int = 1) throws(WireError) {
    guard let created = unsafe zmq_ctx_new() else { throw zeroMQError("cannot create a ZeroMQ context") }
    unsafe pointer = created
    _ = unsafe zmq_ctx_set(created, ZMQ_IO_THREADS, Int32(clamping: max(1, threads)))
  }

  /// Every socket holds its context, so that none is open here. This waits only for the linger of their last messages.
  deinit {
    while unsafe zmq_ctx_term(pointer) != 0, zmq_errno() == EINTR {}
  }
}

/// An error in libzmq's words.
func zeroMQError(_ message: String, _ code: WireError.Code = .system) -> WireError {
  let number = zmq_errno()
  guard let text = unsafe zmq_strerror(number) else { return WireError(code, "\(message): error \(number)") }
  return unsafe WireError(code, "\(message): \(String(cString: text))")
}
