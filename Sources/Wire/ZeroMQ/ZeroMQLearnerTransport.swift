import CZeroMQ
import Glibc

/// The learner's end over TCP: a ROUTER for the conversation, a PUB for weights. Belongs to one thread, except for ``wake``; it may be
/// created on one thread and handed to another once.
public final class ZeroMQLearnerTransport: LearnerTransport {
  /// Where workers connect to, with the actual port.
  public let endpoint: String

  /// The publisher that a ``Welcome`` names.
  public let publisher: String

  /// Interrupts a wait; from any thread.
  public let wake: Wake

  private let context: ZeroMQContext
  private let queues: QueueLimits
  private let key: KeyPair?
  private let publishEndpoint: Endpoint
  private var sockets: (router: ZeroMQSocket, publish: ZeroMQSocket)?
  private let connections: WatchedConnections
  private var watches: (router: ConnectionWatch, publish: ConnectionWatch)?
  private var gate: ZeroMQGate?
  private var accessEvents: [AccessEvent] = []
  private var addresses = WorkerAddresses()
  private var turnedAway = TurnedAway()
  private var writer = MessagePackWriter()
  private let topic = Array(weightsTopic.utf8)

  /// Throws unless the endpoints are well formed and allowed. Binds nothing.
  ///
  /// - Parameter isOpen: Whether endpoints beyond loopback are allowed: there are keys, or the user admits strangers.
  public static func check(listen: String, publish: String?, isOpen: Bool) throws(WireError) {
    let endpoint = try Endpoint(listen)
    try endpoint.requireLoopback(unless: isOpen)
    try (publish.map { text throws(WireError) in try Endpoint(text) } ?? endpoint).requireLoopback(unless: isOpen)
  }

  /// Binds both sockets.
  ///
  /// - Parameters:
  ///   - listen: Where workers connect to, `tcp://HOST:PORT`; port `*` lets the system choose.
  ///   - publish: Where weights are published; the host of `listen` and a port of the system's choice unless given.
  ///   - insecure: Whether to bind beyond loopback although nothing keeps strangers out.
  ///   - credentials: The learner's key, and the workers' keys that are let in; without credentials everybody is.
  ///   - queues: How much may wait for a peer.
  ///   - maximumMessageBytes: The longest message of a worker, see ``WorkerMessageSize``. Whoever announces a longer one is disconnected
  ///     before memory is taken for it. Never more than ``Limits/workerMessageBytes``.
  ///   - limits: How many connections there may be, and how much strangers may cost.
  ///   - context: The threads behind the sockets; a context of its own unless given.
  /// - Throws: ``WireError`` with code `insecure`, `addressInUse` or `address`, naming the endpoint.
  public init(
    listen: String, publish: String? = nil, insecure: Bool = false, credentials: LearnerCredentials? = nil,
    queues: QueueLimits = QueueLimits(), maximumMessageBytes: Int = Limits.workerMessageBytes,
    limits: ConnectionLimits = .current(), context: ZeroMQContext? = nil
  ) throws(WireError) {
    let listenEndpoint = try Endpoint(listen)
    let publishEndpoint = if let publish { try Endpoint(publish) } else { Endpoint(host: listenEndpoint.host, port: nil) }
    try Self.check(listen: listen, publish: publish, isOpen: insecure || credentials != nil)
    let context = if let context { context } else { try ZeroMQContext() }
    self.context = context
    self.queues = queues
    let messageBytes = max(WorkerMessageSize.least, min(maximumMessageBytes, Limits.workerMessageBytes))
    var limits = limits
    limits.strangerBytes = max(limits.strangerBytes, messageBytes + WorkerMessageSize.least)
    connections = WatchedConnections(limits: limits)
    key = credentials?.key
    wake = try Wake()
    // The gate must be there before the sockets listen.
    gate = if let credentials { try ZeroMQGate(credentials.authorized, in: context) } else { nil }

    let router = try ZeroMQSocket(.router, in: context)
    router.setCommonOptions()
    router.setMaximumFrame(messageBytes + (key == nil ? 0 : ZeroMQSocket.encryptionBytes))
    router.set(ZMQ_SNDHWM, queues.messagesPerWorker)
    router.set(ZMQ_RCVHWM, queues.messagesPerWorker)
    // With this option send() reports a worker that has gone; the message would vanish otherwise.
    router.set(ZMQ_ROUTER_MANDATORY, 1)
    if let key {
      try router.serve(key)
    } else {
      // A restarted worker connects before the old connection is known to be dead, so a name belongs to the newest connection. With keys it
      // belongs to the key, and a connection under another's name gets nothing.
      router.set(ZMQ_ROUTER_HANDOVER, 1)
    }
    let publish = try ZeroMQSocket(publishingIn: context, queues: queues, key: key)
    // The watches must be there before the sockets listen.
    watches = (
      try ConnectionWatch(router, in: context, noting: connections), try ConnectionWatch(publish, in: context, noting: connections)
    )

    let boundRouter = try router.bind(listenEndpoint)
    let boundPublish = try publish.bind(publishEndpoint)
    endpoint = boundRouter.description
    // Workers reached the listening host by an address that they know; the publisher is another port of that host.
    let host = publishEndpoint.host == listenEndpoint.host ? "*" : publishEndpoint.host
    publisher = Endpoint(host: host, port: boundPublish.port).description
    self.publishEndpoint = boundPublish
    sockets = (router, publish)
  }

  /// Waits for the next input, at most for the time given.
  public func receive(timeoutMilliseconds: Int) throws(WireError) -> LearnerInput? {
    let router = try open().router
    if wake.hear() { return .wake }
    let end = timeoutMilliseconds < 0 ? Int.max : milliseconds() + timeoutMilliseconds
    while true {
      if let event = try attend() { return .access(event) }
      if let input = try take(from: router) { return input }
      // A stranger's knock at the gate does not end the wait.
      let left = timeoutMilliseconds < 0 ? -1 : max(0, end - milliseconds())
      guard left != 0 else { return nil }
      let period = ZeroMQGate.period
      let watched = [router, try open().publish] + (gate.map { [$0.socket] } ?? [])
      try ZeroMQSocket.poll(watched, wake, timeoutMilliseconds: left < 0 ? period : min(left, period))
      if wake.hear() { return .wake }
    }
  }

  /// Updates who may speak, and returns an event if there is one.
  private func attend() throws(WireError) -> AccessEvent? {
    try noteSubscribers()
    accessEvents += connections.takeEvents(now: milliseconds())
    if let gate {
      try gate.answer()
      gate.lookIfDue()
      let revoked = gate.takeRevoked()
      for peer in revoked.flatMap({ addresses.remove(listedAs: $0) }) {
        let reason = "its key is no longer let in"
        _ = try send(.refuse(Refusal(code: .unauthorized, reason: "this worker's key was removed from the learner's allow-list")), to: peer)
        addresses.remove(peer)
        gate.tell(.revoked(peer, reason: reason))
      }
      if !revoked.isEmpty { try renewPublisher() }
      if let event = gate.takeEvent() { return event }
    }
    return accessEvents.isEmpty ? nil : accessEvents.removeFirst()
  }

  /// Reads subscriptions, which the publisher has acted on by itself: whoever subscribes is no stranger.
  private func noteSubscribers() throws(WireError) {
    let publish = try open().publish
    for _ in 0..<Self.subscriptionsPerTurn {
      guard try publish.receive() else { return }
      if publish.received.count > 0, publish.received[0] == 1 { connections.know(publish.receivedDescriptor) }
      _ = try publish.dropRest()
    }
  }

  /// How many subscriptions are read before messages have their turn.
  private static let subscriptionsPerTurn = 1_024

  /// Publishes anew at the same port: every subscriber is cut off, and those that are still let in reconnect by themselves. They ask for
  /// weights that they missed meanwhile.
  private func renewPublisher() throws(WireError) {
    let router = try open().router
    guard let routerWatch = watches?.router else { return }
    sockets?.publish.unbind(publishEndpoint)
    // Only the router is kept, so that the old publisher closes here.
    watches = nil
    sockets = nil
    let end = milliseconds() + 5_000
    let publish = try ZeroMQSocket(publishingIn: context, queues: queues, key: key)
    let publishWatch = try ConnectionWatch(publish, in: context, noting: connections)
    while true {
      do throws(WireError) {
        _ = try publish.bind(publishEndpoint)
        sockets = (router, publish)
        watches = (routerWatch, publishWatch)
        return
      } catch {
        // The system releases the port a moment after the socket closes.
        guard error.code == .addressInUse, milliseconds() < end else { throw error }
        usleep(5_000)
      }
    }
  }

  private func take(from router: ZeroMQSocket) throws(WireError) -> LearnerInput? {
    // The number of dropped messages is bounded, so that a revoked worker can't hold up the rest.
    for _ in 0..<256 {
      guard try router.receive() else { return nil }
      let connection = router.copyReceived()
      guard router.hasMore, try router.receive() else {
        return gate == nil ? .malformed(Peer(identity: connection), reason: "1 frame, expected an identity and a message") : nil
      }
      guard let gate else {
        let input = try takeMessage(from: router, of: Peer(identity: connection))
        if case .message = input { connections.know(router.receivedDescriptor) }
        return input
      }
      // The key belongs to the message's frame; the identity's frame doesn't always carry it.
      let key = router.receivedKey
      guard let name = key.flatMap(gate.authorized.name) else {
        _ = try router.dropRest()
        try turnAway(connection, under: key, as: Peer(key?.text ?? "unknown"), "its key is not in the learner's allow-list any more")
        continue
      }
      connections.know(router.receivedDescriptor)
      if let pool = WorkerPool.name(of: name) {
        if let input = try takeMessage(from: router, over: connection, under: key, ofPool: pool) { return input }
        continue
      }
      let peer = Peer(name)
      let input = try takeMessage(from: router, of: peer)
      if case .message(.hello(let hello), _) = input, hello.protocolVersion == protocolVersion, hello.worker != name {
        try turnAway(
          connection, under: key, as: peer,
          "its key is listed for worker \(name), but it calls itself \(hello.worker): give every worker a key of its own, or start it with --name \(name)"
        )
        continue
      }
      addresses.note(connection, of: peer)
      return input
    }
    return nil
  }

  /// Reads the message of a pool's worker. Its key names the pool, and the connection's hello names the worker.
  private func takeMessage(
    from router: ZeroMQSocket, over connection: [UInt8], under key: PublicKey?, ofPool pool: String
  ) throws(WireError) -> LearnerInput? {
    let known = addresses.worker(at: connection, of: pool)
    let nobody = Peer(WorkerPool.entry(for: pool))
    let input = try takeMessage(from: router, of: known.map { Peer($0) } ?? nobody)
    guard case .message(let message, _) = input else { return input }
    guard case .hello(let hello) = message else {
      if known == nil {
        // libzmq made the connection anew, and its worker doesn't know.
        try LearnerMessage.refuse(Refusal(code: .unknownWorker, reason: "a new connection of the pool \(pool) begins with a hello"))
          .write(to: &writer)
        _ = try send(to: connection)
      }
      return known == nil ? nil : input
    }
    guard hello.protocolVersion == protocolVersion else {
      // Nothing else of such a hello can be read, so the refusal goes back over its connection.
      addresses.note(connection, of: nobody)
      return .message(message, from: nobody)
    }
    guard WorkerPool.holds(hello.worker, pool: pool), (try? requireWorkerName(hello.worker)) != nil else {
      try turnAway(
        connection, under: key, as: nobody,
        "its key is listed for the pool \(pool), but it calls itself \(hello.worker): start it with --name \(pool)/ and a name of its own")
      return nil
    }
    addresses.note(connection, ofPooled: hello.worker)
    return .message(message, from: Peer(hello.worker))
  }

  /// Reads the message whose first frame is there.
  private func takeMessage(from router: ZeroMQSocket, of peer: Peer) throws(WireError) -> LearnerInput {
    let extra = try router.dropRest()
    guard extra == 0 else { return .malformed(peer, reason: "\(1 + extra) frames after the identity, expected 1") }
    do throws(WireError) {
      return .message(try WorkerMessage(decoding: router.received), from: peer)
    } catch {
      return .malformed(peer, reason: error.description)
    }
  }

  /// Refuses a connection whose message is not allowed, at most once a second for a key.
  private func turnAway(_ connection: [UInt8], under key: PublicKey?, as peer: Peer, _ reason: String) throws(WireError) {
    guard let key, turnedAway.isDue(key, now: milliseconds()) else { return }
    try LearnerMessage.refuse(Refusal(code: .unauthorized, reason: reason)).write(to: &writer)
    _ = try send(to: connection)
    gate?.tell(.denied(peer, reason: reason))
  }

  /// Hands a message to the queue of one worker. Never blocks.
  public func send(_ message: LearnerMessage, to peer: Peer) throws(WireError) -> Delivery {
    _ = try open()
    let body = try message.writeHead(to: &writer)
    guard gate != nil else { return try send(to: peer.identity, body: body) }
    guard let connection = addresses.connection(to: peer) else { return .unreachable }
    let delivery = try send(to: connection, body: body)
    if delivery == .unreachable { addresses.remove(peer) }
    return delivery
  }

  private func send(to connection: [UInt8], body: WeightBytes? = nil) throws(WireError) -> Delivery {
    let router = try open().router
    let delivery = try router.send(connection, more: true)
    guard delivery == .sent else { return delivery }
    return try router.send(writer, body: body)
  }

  /// Hands a chunk to every subscriber; one whose queue is full misses it.
  public func publish(_ chunk: WeightChunk) throws(WireError) {
    let publish = try open().publish
    let body = try LearnerMessage.weights(chunk).writeHead(to: &writer)
    _ = try publish.send(topic, more: true)
    _ = try publish.send(writer, body: body)
  }

  /// Sends what is queued, within two seconds, and closes.
  public func close() {
    watches = nil
    sockets = nil
    // The gate closes last, so that the sockets never listen without it.
    gate = nil
  }

  private func open() throws(WireError) -> (router: ZeroMQSocket, publish: ZeroMQSocket) {
    guard let sockets else { throw WireError(.closed, "the learner's transport at \(endpoint) is closed") }
    return sockets
  }
}

extension ZeroMQSocket {
  /// A socket that publishes weights.
  fileprivate convenience init(publishingIn context: ZeroMQContext, queues: QueueLimits, key: KeyPair?) throws(WireError) {
    try self.init(.publish, in: context)
    setCommonOptions()
    set(ZMQ_LINGER, 0)
    // Only subscriptions arrive here.
    setMaximumFrame(1 << 10)
    set(ZMQ_RCVHWM, Self.waitingSubscriptions)
    set(ZMQ_SNDHWM, queues.chunksPerSubscriber)
    // Every subscription is handed over, and not only the first to a topic.
    set(ZMQ_XPUB_VERBOSE, 1)
    if let key { try serve(key) }
  }

  /// How many subscriptions of one subscriber wait.
  private static let waitingSubscriptions = 16
}
