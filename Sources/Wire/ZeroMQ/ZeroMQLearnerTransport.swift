import CZeroMQ

/// The learner's end over TCP: a ROUTER for the conversation, a PUB for weights. Belongs to one thread, except for ``wake``;
/// it may be created on another and handed over once.
public final class ZeroMQLearnerTransport: LearnerTransport {
  /// Where workers connect to, with the actual port.
  public let endpoint: String

  /// What a ``Welcome`` names as its publisher.
  public let publisher: String

  /// Interrupts a wait; from any thread.
  public let wake: Wake

  private var sockets: (router: ZeroMQSocket, publish: ZeroMQSocket)?
  private var writer = MessagePackWriter()
  private var identity: [UInt8] = []
  private let topic = Array(weightsTopic.utf8)

  /// Binds both sockets.
  ///
  /// - Parameters:
  ///   - listen: Where workers connect to, `tcp://HOST:PORT`; port `*` lets the system choose.
  ///   - publish: Where weights are published; the host of `listen` and a port of the system's choice unless given.
  ///   - insecure: Whether to bind beyond loopback although nothing keeps strangers out.
  ///   - queues: How much may wait for a peer.
  ///   - context: The threads behind the sockets; a context of its own unless given.
  /// - Throws: ``WireError`` with code `insecure`, `addressInUse` or `address`, naming the endpoint.
  public init(
    listen: String, publish: String? = nil, insecure: Bool = false, queues: QueueLimits = QueueLimits(),
    context: ZeroMQContext? = nil
  ) throws(WireError) {
    let listenEndpoint = try Endpoint(listen)
    let publishEndpoint = if let publish { try Endpoint(publish) } else { Endpoint(host: listenEndpoint.host, port: nil) }
    try listenEndpoint.requireLoopback(unless: insecure)
    try publishEndpoint.requireLoopback(unless: insecure)
    let context = if let context { context } else { try ZeroMQContext() }
    wake = try Wake()

    let router = try ZeroMQSocket(.router, in: context)
    router.setCommonOptions()
    router.setMaximumFrame(Limits.workerMessageBytes)
    router.set(ZMQ_SNDHWM, queues.messagesPerWorker)
    router.set(ZMQ_RCVHWM, queues.messagesPerWorker)
    // A worker that has gone is an answer to send(), not a message that vanishes.
    router.set(ZMQ_ROUTER_MANDATORY, 1)
    // A restarted worker connects before the old connection is known to be dead; the name belongs to the newest.
    router.set(ZMQ_ROUTER_HANDOVER, 1)

    let publish = try ZeroMQSocket(.publish, in: context)
    publish.setCommonOptions()
    publish.set(ZMQ_LINGER, 0)
    // Subscriptions are all that comes in here.
    publish.setMaximumFrame(1 << 10)
    publish.set(ZMQ_SNDHWM, queues.chunksPerSubscriber)

    let boundRouter = try router.bind(listenEndpoint)
    let boundPublish = try publish.bind(publishEndpoint)
    endpoint = boundRouter.description
    // Workers came to the listening host by an address that they know; the publisher is another port of the same.
    let host = publishEndpoint.host == listenEndpoint.host ? "*" : publishEndpoint.host
    publisher = Endpoint(host: host, port: boundPublish.port).description
    sockets = (router, publish)
  }

  /// Waits for the next input, at most for the time given.
  public func receive(timeoutMilliseconds: Int) throws(WireError) -> LearnerInput? {
    let router = try open().router
    if wake.hear() { return .wake }
    if let input = try take(from: router) { return input }
    guard timeoutMilliseconds != 0 else { return nil }
    try ZeroMQSocket.poll([router], wake, timeoutMilliseconds: timeoutMilliseconds)
    return wake.hear() ? .wake : try take(from: router)
  }

  private func take(from router: ZeroMQSocket) throws(WireError) -> LearnerInput? {
    guard try router.receive() else { return nil }
    let peer = Peer(identity: router.copyReceived())
    guard router.hasMore, try router.receive() else { return .malformed(peer, reason: "1 frame, expected an identity and a message") }
    let extra = try router.dropRest()
    guard extra == 0 else { return .malformed(peer, reason: "\(1 + extra) frames after the identity, expected 1") }
    do throws(WireError) {
      return .message(try WorkerMessage(decoding: router.received), from: peer)
    } catch {
      return .malformed(peer, reason: error.description)
    }
  }

  /// Hands a message to the queue of one worker. Never blocks.
  public func send(_ message: LearnerMessage, to peer: Peer) throws(WireError) -> Delivery {
    let router = try open().router
    try message.write(to: &writer)
    let delivery = try router.send(peer.identity, more: true)
    guard delivery == .sent else { return delivery }
    return try unsafe writer.withBytes { (bytes) throws(WireError) in try unsafe router.send(bytes) }
  }

  /// Hands a chunk to every subscriber; one whose queue is full misses it.
  public func publish(_ chunk: WeightChunk) throws(WireError) {
    let publish = try open().publish
    try LearnerMessage.weights(chunk).write(to: &writer)
    _ = try publish.send(topic, more: true)
    _ = try unsafe writer.withBytes { (bytes) throws(WireError) in try unsafe publish.send(bytes) }
  }

  /// Sends what is queued, within two seconds, and closes.
  public func close() {
    sockets = nil
  }

  private func open() throws(WireError) -> (router: ZeroMQSocket, publish: ZeroMQSocket) {
    guard let sockets else { throw WireError(.closed, "the learner's transport at \(endpoint) is closed") }
    return sockets
  }
}
