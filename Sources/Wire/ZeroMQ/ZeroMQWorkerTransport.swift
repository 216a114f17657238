import CZeroMQ

/// A worker's end over TCP: a DEALER under the worker's name, a SUB for weights. Belongs to one thread, except for ``wake``; it may be
/// created on one thread and handed to another once.
public final class ZeroMQWorkerTransport: WorkerTransport {
  /// The worker's name, which is its identity.
  public let worker: String

  /// Interrupts a wait; from any thread.
  public let wake: Wake

  private let learner: Endpoint
  private let hasKeys: Bool
  private var publisher: Endpoint?
  private var sockets: (dealer: ZeroMQSocket, subscribe: ZeroMQSocket)?
  private var monitor: HandshakeMonitor?
  private var writer = MessagePackWriter()

  /// Begins to connect; success shows in the learner's answer to a hello.
  ///
  /// - Parameters:
  ///   - learner: The learner's endpoint, `tcp://HOST:PORT`.
  ///   - worker: The worker's name. Of two connections under one name the later takes over.
  ///   - credentials: The worker's key and the learner's, for a learner that has keys.
  ///   - queues: How much may wait in either direction.
  ///   - context: The threads behind the sockets; a context of its own unless given.
  public init(
    connecting learner: String, worker: String, credentials: WorkerCredentials? = nil,
    queues: QueueLimits = QueueLimits(messagesPerWorker: 1024, chunksPerSubscriber: 256), context: ZeroMQContext? = nil
  ) throws(WireError) {
    try requireWorkerName(worker)
    _ = FrameMemory.isKept
    self.worker = worker
    hasKeys = credentials != nil
    self.learner = try Endpoint(learner)
    try self.learner.requireConnectable()
    let context = if let context { context } else { try ZeroMQContext() }
    wake = try Wake()

    let dealer = try ZeroMQSocket(.dealer, in: context)
    dealer.setCommonOptions()
    dealer.setReconnection()
    let encryptionBytes = hasKeys ? ZeroMQSocket.encryptionBytes : 0
    dealer.setMaximumFrame(Limits.learnerMessageBytes + encryptionBytes)
    dealer.set(ZMQ_SNDHWM, queues.messagesPerWorker)
    dealer.set(ZMQ_RCVHWM, queues.messagesPerWorker)
    if let credentials {
      // The key identifies the worker.
      try dealer.approach(credentials)
    } else {
      try dealer.set(ZMQ_ROUTING_ID, worker)
    }

    let subscribe = try ZeroMQSocket(.subscribe, in: context)
    subscribe.setCommonOptions()
    // It only ever sends its subscription, which need not arrive after the end.
    subscribe.set(ZMQ_LINGER, 0)
    subscribe.setReconnection()
    subscribe.setMaximumFrame(Limits.chunkBytes + 256 + encryptionBytes)
    subscribe.set(ZMQ_RCVHWM, queues.chunksPerSubscriber)
    try subscribe.set(ZMQ_SUBSCRIBE, weightsTopic)
    if let credentials { try subscribe.approach(credentials) }

    monitor = try HandshakeMonitor(dealer, in: context)
    try dealer.connect(self.learner)
    sockets = (dealer, subscribe)
  }

  /// Subscribes to the weights of a publisher, in place of any other.
  public func subscribe(to publisher: String) throws(WireError) {
    let subscribe = try open().subscribe
    let endpoint = try Endpoint(publisher).resolved(against: learner)
    try endpoint.requireConnectable()
    // Also for the same one: what waits from it may be of a run's past that does not count any more.
    if let old = self.publisher { subscribe.disconnect(old) }
    self.publisher = nil
    try subscribe.connect(endpoint)
    self.publisher = endpoint
  }

  /// Ends the subscription.
  public func unsubscribe() throws(WireError) {
    let subscribe = try open().subscribe
    if let old = publisher { subscribe.disconnect(old) }
    publisher = nil
  }

  /// Waits for the next input, at most for the time given. If the learner doesn't let the worker in, this comes as its refusal.
  public func receive(timeoutMilliseconds: Int) throws(WireError) -> WorkerInput? {
    let (dealer, subscribe) = try open()
    if wake.hear() { return .wake }
    if let input = try take(dealer, subscribe) { return input }
    guard timeoutMilliseconds != 0 else { return nil }
    let watched = if let monitor { [dealer, subscribe, monitor.socket] } else { [dealer, subscribe] }
    try ZeroMQSocket.poll(watched, wake, timeoutMilliseconds: timeoutMilliseconds)
    return wake.hear() ? .wake : try take(dealer, subscribe)
  }

  /// The conversation goes before weights: leases depend on it, and its messages are short.
  private func take(_ dealer: ZeroMQSocket, _ subscribe: ZeroMQSocket) throws(WireError) -> WorkerInput? {
    if try dealer.receive() {
      do throws(WireError) {
        return .message(try dealer.decodeLearnerMessage())
      } catch {
        return .malformed(reason: error.description)
      }
    }
    if let refusal = try refusalOfHandshakes() { return .message(.refuse(refusal)) }
    guard try subscribe.receive() else { return nil }
    guard subscribe.hasMore, try subscribe.receive() else { return .malformed(reason: "1 published frame, expected 2 or 3") }
    do throws(WireError) {
      guard case .weights(let chunk) = try subscribe.decodeLearnerMessage() else {
        return .malformed(reason: "published message that holds no weights")
      }
      return .broadcast(chunk)
    } catch {
      return .malformed(reason: error.description)
    }
  }

  /// The refusal that the learner would send if there were a connection.
  private func refusalOfHandshakes() throws(WireError) -> Refusal? {
    switch try monitor?.obstacle() {
    case nil: nil
    case .unauthorized:
      Refusal(
        code: .unauthorized,
        reason:
          "this worker's key is not in the learner's allow-list: add the line of its public key file (NAME\(KeyFile.publicSuffix)) there")
    case .mechanism where hasKeys:
      Refusal(code: .unauthorized, reason: "the learner speaks without keys: leave out --key and --learner-key, or check the address")
    case .mechanism:
      Refusal(code: .unauthorized, reason: "the learner lets in only keys that it knows: expected --key and --learner-key")
    case .closed where hasKeys:
      Refusal(
        code: .other,
        reason: "the connection closes in the handshake: does a learner listen there, is --learner-key its public key, or does it speak "
          + "without keys?")
    // A tunnel whose learner is away looks the same, so the worker keeps trying.
    case .closed: nil
    }
  }

  /// Hands a message to the queue to the learner. Never blocks.
  public func send(_ message: WorkerMessage) throws(WireError) -> Delivery {
    let dealer = try open().dealer
    try message.write(to: &writer)
    return try unsafe writer.withBytes { (bytes) throws(WireError) in try unsafe dealer.send(bytes) }
  }

  /// Sends what is queued, within two seconds, and closes.
  public func close() {
    monitor = nil
    sockets = nil
  }

  private func open() throws(WireError) -> (dealer: ZeroMQSocket, subscribe: ZeroMQSocket) {
    guard let sockets else { throw WireError(.closed, "worker \(worker)'s transport to \(learner) is closed") }
    return sockets
  }
}

extension ZeroMQSocket {
  /// From a tenth of a second up to two, so that a learner that comes back is found within five seconds after any absence. An attempt at a
  /// host that does not answer is given up after five seconds and repeated.
  fileprivate func setReconnection() {
    set(ZMQ_RECONNECT_IVL, 100)
    set(ZMQ_RECONNECT_IVL_MAX, 2_000)
    set(ZMQ_CONNECT_TIMEOUT, 5_000)
  }
}
