import CZeroMQ

/// Messages of the learner. A message of weights travels in two frames, cut before its bytes, so that the bytes are sent and received
/// without a copy.
extension ZeroMQSocket {
  /// Sends the message in the writer, and after it the bytes of its chunk, if it has one. Never blocks.
  func send(_ head: borrowing MessagePackWriter, body: WeightBytes?) throws(WireError) -> Delivery {
    let delivery = try unsafe head.withBytes { (bytes) throws(WireError) in try unsafe send(bytes, more: body != nil) }
    guard let body, delivery == .sent else { return delivery }
    return try sendInPlace(body)
  }

  /// Hands bytes to the socket, which reads them in their place until every receiver has them.
  private func sendInPlace(_ bytes: WeightBytes) throws(WireError) -> Delivery {
    let holder = unsafe Unmanaged.passRetained(Holder(bytes)).toOpaque()
    var message = zmq_msg_t()
    let status = bytes.withSpan { span in
      // The bytes outlive the span: they stay in place while the holder holds them. Nobody writes to them through this pointer.
      unsafe span.withUnsafeBytes { buffer in
        unsafe zmq_msg_init_data(
          &message, UnsafeMutableRawPointer(mutating: buffer.baseAddress), buffer.count,
          { _, holder in if let holder = unsafe holder { unsafe Unmanaged<Holder>.fromOpaque(holder).release() } }, holder)
      }
    }
    guard status == 0 else {
      unsafe Unmanaged<Holder>.fromOpaque(holder).release()
      throw zeroMQError("no memory left for a message")
    }
    while unsafe zmq_msg_send(&message, pointer, ZMQ_DONTWAIT) < 0 {
      let number = zmq_errno()
      if number == EINTR { continue }
      let error = zeroMQError("cannot send")
      _ = unsafe zmq_msg_close(&message)
      switch number {
      case EAGAIN: return .congested
      case EHOSTUNREACH: return .unreachable
      default: throw error
      }
    }
    return .sent
  }

  /// Reads the message whose first frame was received, and its last frame.
  ///
  /// - Throws: ``WireError/Code/malformed`` for bytes that are no message of the learner.
  func decodeLearnerMessage() throws(WireError) -> LearnerMessage {
    var body: WeightBytes?
    if hasMore {
      let frame = ReceivedFrame()
      try frame.receive(from: self)
      body = WeightBytes(frame)
    }
    let extra = try dropRest()
    guard extra == 0 else { throw WireError(.malformed, "\(2 + extra) frames, expected at most 2") }
    return try LearnerMessage(decoding: received, body: body)
  }
}

/// Keeps bytes while libzmq reads them.
private final class Holder: Sendable {
  private let bytes: WeightBytes

  init(_ bytes: WeightBytes) { self.bytes = bytes }
}
