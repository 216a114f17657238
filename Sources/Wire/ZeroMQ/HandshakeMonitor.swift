import CZeroMQ

/// Observes the results of a worker's handshakes with its learner. Belongs to the socket's thread.
///
/// libzmq does not report them by itself: it tries again for ever, or not at all.
final class HandshakeMonitor {
  /// The obstacle.
  enum Obstacle: Equatable {
    /// The learner does not know the worker's key; it may have no keys at all.
    case unauthorized
    /// One end has keys and the other has none.
    case mechanism
    /// The connection was closed or broken. A learner with an unexpected key shows itself so. A peer without keys, or without ZMTP, may
    /// also close it before this end has noticed.
    case closed
  }

  /// How many connections in a row must be closed before this is reported: about a second of them. A restart of the learner takes less.
  private static let failures = 8

  let socket: ZeroMQSocket
  private let observed: ZeroMQSocket
  private var count = 0
  private var next = HandshakeMonitor.failures

  init(_ observed: ZeroMQSocket, in context: ZeroMQContext) throws(WireError) {
    self.observed = observed
    let events =
      ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
      | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
    let endpoint = unsafe "inproc://handshakes-\(UInt(bitPattern: observed.pointer))"
    guard unsafe zmq_socket_monitor(observed.pointer, endpoint, events) == 0 else { throw zeroMQError("cannot watch a socket") }
    socket = try ZeroMQSocket(.pair, in: context)
    socket.set(ZMQ_LINGER, 0)
    guard unsafe zmq_connect(socket.pointer, endpoint) == 0 else { throw zeroMQError("cannot watch a socket") }
  }

  deinit {
    // Before either socket closes, so that the observed one doesn't write to nobody.
    _ = unsafe zmq_socket_monitor(observed.pointer, nil, 0)
  }

  /// The obstacle that keeps the worker out, once it has occurred often enough in a row.
  func obstacle() throws(WireError) -> Obstacle? {
    while try socket.receive() {
      // The first 16 bits are the event and the next 32 its value, an error number; the address follows in a frame of its own.
      let bytes = socket.copyReceived()
      _ = try socket.dropRest()
      guard bytes.count >= 6 else { continue }
      let event = Int32(bytes[0]) | Int32(bytes[1]) << 8
      let value = bytes[2..<6].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      guard event != ZMQ_EVENT_HANDSHAKE_SUCCEEDED else {
        count = 0
        next = Self.failures
        continue
      }
      // libzmq doesn't try again after these.
      if event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH { return .unauthorized }
      if event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, value == UInt32(ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH) { return .mechanism }
      count += 1
      guard count >= next else { continue }
      // An obstacle that stays is reported ever more rarely.
      next = count * 8
      return .closed
    }
    return nil
  }
}
