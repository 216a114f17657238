/// The learner's end of an ``InProcessNetwork``. Belongs to one thread, except for ``wake``.
public final class InProcessLearnerTransport: LearnerTransport {
  public let endpoint = "inproc"
  public let publisher = "inproc"
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

  public func receive(timeoutMilliseconds: Int) throws(WireError) -> LearnerInput? {
    try requireOpen()
    if wake.hear() { return .wake }
    guard let (peer, bytes) = inbox.take(waitingFor: wake, timeoutMilliseconds: timeoutMilliseconds) else {
      return wake.hear() ? .wake : nil
    }
    do throws(WireError) {
      return .message(try WorkerMessage(decoding: bytes.span), from: peer)
    } catch {
      return .malformed(peer, reason: error.description)
    }
  }

  public func send(_ message: LearnerMessage, to peer: Peer) throws(WireError) -> Delivery {
    try requireOpen()
    return network.send(try message.encoded(), to: peer)
  }

  public func publish(_ chunk: WeightChunk) throws(WireError) {
    try requireOpen()
    network.publish(try LearnerMessage.weights(chunk).encoded())
  }

  public func close() {
    isClosed = true
    network.leave(inbox.mailbox)
  }

  private func requireOpen() throws(WireError) {
    guard !isClosed else { throw WireError(.closed, "the learner's transport is closed") }
  }
}
