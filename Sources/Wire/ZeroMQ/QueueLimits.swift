import CZeroMQ

/// The high-water marks of the queues to a peer.
public struct QueueLimits: Sendable, Equatable {
  /// Messages to and from one worker. Beyond that the learner's `send` answers ``Delivery/congested``, and a worker that sends
  /// faster than the learner reads is held back by TCP.
  public var messagesPerWorker: Int

  /// Chunks that wait for one subscriber. Beyond that chunks are dropped for this subscriber alone, and it asks for them later. The bytes
  /// are held once for all subscribers.
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
  /// Options that learner and workers share.
  func setCommonOptions() {
    // The last messages get a second: a supervisor waits longer than that for a worker whose learner is gone.
    set(ZMQ_LINGER, 1_000)
    // A host that vanished without closing its connections is noticed within 35 s. No sooner: only a whole frame is a sign of life, and a
    // chunk of weights takes its time over a slow link.
    set(ZMQ_HEARTBEAT_IVL, 5_000)
    set(ZMQ_HEARTBEAT_TIMEOUT, 30_000)
    set(ZMQ_TCP_KEEPALIVE, 1)
    // A peer that connects and does not speak ZMTP is disconnected.
    set(ZMQ_HANDSHAKE_IVL, 10_000)
    set(ZMQ_BACKLOG, 1_024)
  }

  /// The frame received last, in memory of its own.
  func copyReceived() -> [UInt8] {
    unsafe received.withUnsafeBufferPointer { unsafe Array($0) }
  }
}
