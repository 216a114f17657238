import Logging
import Wire

/// The relay's socket thread: workers speak to it, the learner through a line on a thread of its own.
final class RelayLoop {
  /// How long the loop waits before it looks at its clocks.
  static let tick = 100

  /// So many messages of workers are taken before the learner's have their turn again.
  static let messagesAtOnce = 64

  private let service: RelayService
  private let transport: any LearnerTransport
  private let line: WorkerLine
  private let clock = WakingClock()
  private var machine: RelayMachine
  private var conduct = PeerConduct()
  private let baseOrders = BoundedQueue<BaseOrder>(capacity: Int.max)
  private let baseEvents: BoundedQueue<BaseEvent>

  /// The base weights that were found last.
  private var base: (any BaseWeights)?
  private var outcome: RelayOutcome?

  init(_ service: RelayService) throws {
    self.service = service
    transport = try service.makeTransport()
    service.thread.attach(transport.wake)
    let wake = transport.wake
    line = WorkerLine(named: "relay line", wake: wake, service.makeLine)
    baseEvents = BoundedQueue(capacity: 256) { wake.signal() }
    machine = RelayMachine(plan: service.plan)
  }

  func run() throws -> RelayOutcome {
    let (orders, events, makeStore) = (baseOrders, baseEvents, service.makeBaseStore)
    startThread(named: "relay base weights") { serveBase(orders, makeStore: makeStore) { events.post($0) } }
    defer {
      service.pulse.end()
      baseOrders.close()
      baseEvents.close()
      line.close()
      transport.close()
    }
    service.watch(.listening(endpoint: transport.endpoint, publisher: transport.publisher))
    service.logger.info("relay listens", metadata: ["endpoint": "\(transport.endpoint)"])
    try handle(.start)
    while outcome == nil {
      service.pulse.turn()
      if service.thread.isStopping { try handle(.stop) }
      for input in line.drain() { try take(input) }
      for event in baseEvents.drain() {
        if case .found(let local) = event { base = local.weights }
        try handle(.base(event))
      }
      for count in 0..<Self.messagesAtOnce where outcome == nil {
        guard let input = try transport.receive(timeoutMilliseconds: count == 0 ? Self.tick : 0) else { break }
        try take(input)
        if input == .wake { break }
      }
      try handle(.tick)
    }
    return outcome ?? .stopped
  }

  private func take(_ input: WorkerLine.Input) throws {
    switch input {
    case .heard(.message(let message)): try handle(.learner(message))
    case .heard(.broadcast(let chunk)): try handle(.broadcast(chunk))
    case .heard(.malformed(let reason)): service.logger.warning("the learner sent what cannot be used: \(reason)")
    case .heard(.wake): break
    case .failed(let error): throw error
    }
  }

  private func take(_ input: LearnerInput) throws {
    switch input {
    case .message(let message, let peer): try handle(.worker(message, from: peer))
    // Whoever sends this is no worker: those of this release don't.
    case .malformed(let peer, let reason): service.logger.debug("dropped", metadata: ["peer": "\(peer)", "reason": "\(reason)"])
    case .access(.list(let line)): service.logger.info("\(line)")
    case .access(.denied(let peer, let reason)), .access(.revoked(let peer, let reason)):
      // Names cost a flood nothing.
      guard let untold = conduct.takeLine(now: clock.now) else { break }
      service.logger.warning("turned away", metadata: ["peer": "\(peer)", "reason": "\(reason)", "left out": "\(untold)"])
    case .wake: break
    }
  }

  private func handle(_ event: RelayMachine.Event) throws {
    for action in machine.handle(event, now: clock.now) {
      switch action {
      case .tellLearner(let message): line.send(message)
      case .subscribe(let publisher): line.subscribe(to: publisher)
      case .publish(let chunk): try transport.publish(chunk)
      // Whatever does not arrive is asked for again.
      case .tell(let message, let peer): _ = try transport.send(message, to: peer)
      case .welcome(var welcome, let peer):
        welcome.publisher = transport.publisher
        welcome.timeOfDay = WallClock.milliseconds
        _ = try transport.send(.welcome(welcome), to: peer)
      case .send(let frame, let chunks, let peer): try frame.send(chunks, to: peer, over: transport)
      case .base(let order): baseOrders.post(order)
      case .sendBase(let chunks, let peer): try base?.send(chunks, to: peer, over: transport)
      case .notify(let notice):
        service.watch(.notice(notice))
        if case .workerJoined = notice, conduct.takeLine(now: clock.now) == nil { break }
        service.logger.log(level: notice.level, "\(notice)")
      case .end(let outcome): self.outcome = outcome
      }
    }
  }
}
