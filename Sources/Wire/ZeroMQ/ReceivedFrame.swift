import CZeroMQ

/// A frame that stays in the memory in which libzmq received it, as long as anybody holds it.
///
/// Sendable without a lock: nobody writes to the frame after it was received, and only the last holder closes it.
@safe final class ReceivedFrame: @unchecked Sendable {
  private let message: UnsafeMutablePointer<zmq_msg_t>

  /// An empty frame. A socket receives into it before anybody else holds it.
  init() {
    unsafe message = .allocate(capacity: 1)
    unsafe message.initialize(to: zmq_msg_t())
    _ = unsafe zmq_msg_init(message)
  }

  deinit {
    _ = unsafe zmq_msg_close(message)
    unsafe message.deallocate()
  }

  /// Takes the next frame of a socket; a frame must be waiting.
  func receive(from socket: ZeroMQSocket) throws(WireError) {
    while unsafe zmq_msg_recv(message, socket.pointer, ZMQ_DONTWAIT) < 0 {
      guard zmq_errno() == EINTR else { throw zeroMQError("cannot receive") }
    }
  }

  var count: Int { unsafe zmq_msg_size(message) }

  /// The first byte.
  var start: UnsafeRawPointer {
    guard let start = unsafe zmq_msg_data(message) else { preconditionFailure("libzmq has memory for every frame") }
    return UnsafeRawPointer(start)
  }
}

/// The heap memory of libzmq's frames. By default the C library returns a frame of a mebibyte to the system when it is freed, and for the
/// next frame gets zeroed pages one by one. That takes as long as the frame's way over loopback.
enum FrameMemory {
  /// Frames up to this many bytes come from the heap and not from pages of their own.
  private static let largestKept = 4 << 20

  /// How many free bytes a thread's heap keeps for the next frames.
  private static let kept = 64 << 20

  /// Makes the process keep the memory of its frames. Takes effect at the first use.
  static let isKept: Bool = mallopt(M_MMAP_THRESHOLD, Int32(largestKept)) == 1 && mallopt(M_TRIM_THRESHOLD, Int32(kept)) == 1
}
