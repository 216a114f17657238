/// The learner's end of an ``InProcessNetwork``. Belongs to one thread, except for ``wake``.
public final class InProcessLearnerTransport: LearnerTransport {
  /// A placeholder: ends find each other through the network.
  public let endpoint = "inproc"

  /// The publisher that a ``Welcome`` names.
  public let publisher = "inproc"

  /// Interrupts a wait; from any thread.
  public let wake: Wake

  private let network: InProcessNetwork
  private var inbox: InProcessInbox<(peer: Peer, bytes: [UInt8])>
  private var isClosed = false

  init(network: InProcessNetwork, inbox: InProcessNetwork.LearnerInbox) throws(WireError) {
    self.network = network
    self.inbox = InProcessInbox(inbox)
    wake = try Wake()
  }

  deinit {
    network.leave(inbox.mailbox)
  }

  /// Waits for the next input, at most for the time given.
  public func receive(timeoutMilliseconds: Int) throws(WireError) -> LearnerInput? {
    try requireOpen()
    if wake.hear() { return .wake }
    guard let (peer, bytes) = inbox.take(waitingFor: wake, timeoutMilliseconds: timeoutMilliseconds) else {
      return wake.hear() ? .wake : nil
    }
    do throws(WireError) {
      return .message(try WorkerMessage(decoding: bytes), from: peer)
    } catch {
      return .malformed(peer, reason: error.description)
    }
  }

  /// Hands a message to the queue of one worker. Never blocks.
  public func send(_ message: LearnerMessage, to peer: Peer) throws(WireError) -> Delivery {
    try requireOpen()
    return network.send(try message.encoded(), to: peer)
  }

  /// Hands a chunk to every subscriber; one whose queue is full misses it.
  public func publish(_ chunk: WeightChunk) throws(WireError) {
    try requireOpen()
    network.publish(try LearnerMessage.weights(chunk).encoded())
  }

  /// Leaves the network; what has been sent still arrives.
  public func close() {
    isClosed = true
    network.leave(inbox.mailbox)
  }

  private func requireOpen() throws(WireError) {
    guard !isClosed else { throw WireError(.closed, "the learner's transport is closed") }
  }
}
