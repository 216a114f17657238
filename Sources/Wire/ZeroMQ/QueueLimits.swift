import CZeroMQ

/// How much may wait for a peer before its queue stands at its high-water mark.
public struct QueueLimits: Sendable, Equatable {
  /// Messages to and from one worker. Beyond that the learner's `send` answers ``Delivery/congested``, and a worker that sends
  /// faster than the learner reads is held back by TCP.
  public var messagesPerWorker: Int

  /// Chunks that wait for one subscriber. Beyond that chunks are dropped for this subscriber alone, which asks for them when it
  /// misses them. The bytes are held once for all subscribers.
  public var chunksPerSubscriber: Int

  /// Creates limits.
  public init(messagesPerWorker: Int = 128, chunksPerSubscriber: Int = 4096) {
    self.messagesPerWorker = messagesPerWorker
    self.chunksPerSubscriber = chunksPerSubscriber
  }
}

/// First frame of everything that is published.
let weightsTopic = "weights"

extension ZeroMQSocket {
  /// What learner and workers set alike.
  func setCommonOptions() {
    // Last words get a second: less than a supervisor waits for a worker whose learner is gone and takes no words.
    set(ZMQ_LINGER, 1_000)
    // A host that vanished without closing its connections is noticed within 35 s. Not sooner, since only a whole frame is a sign of
    // life, and a chunk of weights takes its time over a slow link.
    set(ZMQ_HEARTBEAT_IVL, 5_000)
    set(ZMQ_HEARTBEAT_TIMEOUT, 30_000)
    set(ZMQ_TCP_KEEPALIVE, 1)
    // Whoever connects and speaks something else is let go.
    set(ZMQ_HANDSHAKE_IVL, 10_000)
    set(ZMQ_BACKLOG, 1_024)
  }

  /// The frame received last, in memory of its own.
  func copyReceived() -> [UInt8] {
    unsafe received.withUnsafeBufferPointer { unsafe Array($0) }
  }
}
