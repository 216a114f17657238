/// A worker's end of an ``InProcessNetwork``. Belongs to one thread, except for ``wake``.
public final class InProcessWorkerTransport: WorkerTransport {
  /// The worker's name, which is its identity.
  public let worker: String

  /// Interrupts a wait; from any thread.
  public let wake: Wake

  private let network: InProcessNetwork
  private var inbox: InProcessInbox<(isBroadcast: Bool, bytes: [UInt8])>
  private var isClosed = false

  init(network: InProcessNetwork, worker: String, inbox: InProcessNetwork.WorkerInbox) throws(WireError) {
    self.network = network
    self.worker = worker
    self.inbox = InProcessInbox(inbox)
    wake = try Wake()
  }

  deinit {
    network.leave(inbox.mailbox, of: Peer(worker))
  }

  /// Subscribes to the weights of a publisher, in place of any other.
  public func subscribe(to publisher: String) throws(WireError) {
    try requireOpen()
    guard publisher == "inproc" else {
      throw WireError(.address, "cannot subscribe to \(publisher.debugDescription): within one process the publisher is \"inproc\"")
    }
    network.subscribe(inbox.mailbox, of: Peer(worker), to: true)
  }

  /// Ends the subscription.
  public func unsubscribe() throws(WireError) {
    try requireOpen()
    network.subscribe(inbox.mailbox, of: Peer(worker), to: false)
  }

  /// Waits for the next input, at most for the time given.
  public func receive(timeoutMilliseconds: Int) throws(WireError) -> WorkerInput? {
    try requireOpen()
    if wake.hear() { return .wake }
    guard let (isBroadcast, bytes) = inbox.take(waitingFor: wake, timeoutMilliseconds: timeoutMilliseconds) else {
      return wake.hear() ? .wake : nil
    }
    do throws(WireError) {
      let message = try LearnerMessage(decoding: bytes)
      if isBroadcast, case .weights(let chunk) = message { return .broadcast(chunk) }
      return .message(message)
    } catch {
      return .malformed(reason: error.description)
    }
  }

  /// Hands a message to the queue to the learner. Never blocks.
  public func send(_ message: WorkerMessage) throws(WireError) -> Delivery {
    try requireOpen()
    return network.inject(try message.encoded(), from: Peer(worker))
  }

  /// Leaves the network; what has been sent still arrives.
  public func close() {
    isClosed = true
    network.leave(inbox.mailbox, of: Peer(worker))
  }

  private func requireOpen() throws(WireError) {
    guard !isClosed else { throw WireError(.closed, "worker \(worker)'s transport is closed") }
  }
}
