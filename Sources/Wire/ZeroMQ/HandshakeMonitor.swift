import CZeroMQ

/// Hears how a worker's handshakes with its learner end. Belongs to the socket's thread.
///
/// libzmq says nothing of its own accord: it tries again for ever, or not at all.
final class HandshakeMonitor {
  /// What is in the way.
  enum Obstacle: Equatable {
    /// The learner knows the worker's key, or any other, not.
    case unauthorized
    /// One end has keys and the other has none.
    case mechanism
    /// The connection was closed or broken, which is how a learner with another key than expected shows. One that speaks otherwise may
    /// close it before this end has noticed.
    case closed
  }

  /// How many connections in a row have to be closed to be told: about a second of them. A learner that is just being restarted
  /// needs less.
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
    // Before either socket closes, so that the observed one isn't left writing to nobody.
    _ = unsafe zmq_socket_monitor(observed.pointer, nil, 0)
  }

  /// What keeps the worker out, when that has happened often enough in a row to tell.
  func obstacle() throws(WireError) -> Obstacle? {
    while try socket.receive() {
      // A number of 16 bits says what happened, one of 32 which error; the address follows in a frame of its own.
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
      // What goes on is told ever more rarely.
      next = count * 8
      return .closed
    }
    return nil
  }
}
