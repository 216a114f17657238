import Logging
import Wire

/// The worker's socket thread: turns inputs into events, and actions into deeds.
final class WorkerLoop {
  /// How long the loop waits before it looks at its clocks.
  static let tick = 100

  private let service: WorkerService
  private let transport: any WorkerTransport
  private let jobs: BoundedQueue<EngineJob>
  private let reports: BoundedQueue<WorkerMachine.Event>
  private let baseOrders: BoundedQueue<BaseOrder>
  private let cancelled = CancelledTickets()
  private let clock = WakingClock()
  private var machine: WorkerMachine
  private let relay: WorkerLine?
  private var route: WeightRoute?
  private var outcome: WorkerOutcome?

  init(_ service: WorkerService) throws {
    self.service = service
    transport = try service.makeTransport()
    let wake = transport.wake
    service.thread.attach(wake)
    let plan = service.plan
    machine = WorkerMachine(plan: plan)
    relay = service.makeRelay.map { WorkerLine(named: "worker relay", wake: wake, $0) }
    route = relay.map { _ in
      WeightRoute(
        hello: Hello(worker: plan.name, software: plan.software, fingerprint: plan.fingerprint, credits: 0), helloRetry: plan.helloRetry,
        patience: plan.relayPatience, now: 0)
    }
    // The other threads must never wait for a socket thread that waits for them. Jobs are bounded by the leases that a learner
    // hands out, and orders by the chunks that are asked for, so their queues are as good as open; reports wait.
    jobs = BoundedQueue(capacity: Int.max)
    baseOrders = BoundedQueue(capacity: Int.max)
    reports = BoundedQueue(capacity: 256) { wake.signal() }
  }

  func run() throws -> WorkerOutcome {
    let (jobs, reports, cancelled, makeSampler) = (jobs, reports, cancelled, service.makeSampler)
    startThread(named: "worker engine") {
      serveSampling(jobs, reports: reports, cancelled: cancelled, makeSampler: makeSampler)
    }
    let (baseOrders, makeBaseStore) = (baseOrders, service.makeBaseStore)
    startThread(named: "worker base weights") {
      serveBase(baseOrders, makeStore: makeBaseStore) { reports.post(.base($0)) }
    }
    defer {
      // The engine thread ends after the job it is at; its tasks are cancelled by then.
      jobs.close()
      baseOrders.close()
      reports.close()
      relay?.close()
      transport.close()
      service.pulse.end()
    }
    try handle(.start)
    var wasDraining = false
    while outcome == nil {
      service.pulse.turn()
      if service.thread.isStopping, !wasDraining {
        wasDraining = true
        try handle(.drain)
      }
      for report in reports.drain() { try handle(report) }
      for input in relay?.drain() ?? [] { try take(input) }
      guard outcome == nil else { break }
      try handle(nextEvent())
      if let due = route?.advance(now: clock.now) { try follow(due) }
    }
    guard let outcome else { preconditionFailure("the loop ends with an outcome") }
    return outcome
  }

  private func nextEvent() throws -> WorkerMachine.Event {
    switch try transport.receive(timeoutMilliseconds: Self.tick) {
    case .message(let message): .message(message)
    case .broadcast(let chunk): .broadcast(chunk)
    case .malformed(let reason): .malformed(reason: reason)
    case .wake, nil: .tick
    }
  }

  private func take(_ input: WorkerLine.Input) throws {
    switch input {
    case .heard(.message(let message)): try follow(route?.hear(message, now: clock.now) ?? [])
    case .heard(.broadcast(let chunk)):
      route?.hear(chunk)
      try handle(.broadcast(chunk))
    case .heard(.malformed(let reason)): service.logger.warning("the relay sent what cannot be used: \(reason)")
    case .heard(.wake): break
    // The worker can do without: the relay now counts as silent. One that never said a word was misspelt.
    case .failed(let error) where route?.hasHeard == true: service.logger.warning("the relay is of no more use: \(error)")
    case .failed(let error): throw error
    }
  }

  private func follow(_ actions: [WeightRoute.Action]) throws {
    for action in actions {
      switch action {
      case .tellRelay(let message): relay?.send(message)
      case .subscribeToRelay(let publisher): relay?.subscribe(to: publisher)
      case .subscribeToLearner(let publisher): try transport.subscribe(to: publisher)
      case .unsubscribeFromLearner: try transport.unsubscribe()
      case .pass(let message): try handle(.relayed(message))
      case .notify(let notice): tell(notice)
      }
    }
  }

  private func tell(_ notice: WorkerNotice) {
    service.logger.log(level: notice.level, "\(notice)")
    service.watch(.notice(notice))
  }

  private func send(_ message: WorkerMessage) throws {
    switch route?.destination(of: message, now: clock.now) ?? .learner {
    case .learner:
      let delivery = try transport.send(message)
      // Whatever does not arrive is sent again.
      if delivery != .sent { service.logger.debug("not delivered", metadata: ["delivery": "\(delivery)"]) }
      if case .heartbeat(let heartbeat) = message { service.watch(.heartbeat(heartbeat)) }
    case .relay: relay?.send(message)
    case .nowhere: break
    }
  }

  private func handle(_ event: WorkerMachine.Event) throws {
    if case .message(.welcome(let welcome)) = event { route?.note(learner: welcome, now: clock.now) }
    for action in machine.handle(event, now: clock.now) {
      switch action {
      case .send(let message): try send(message)
      case .subscribe(let publisher):
        if let due = route?.subscribe(to: publisher) { try follow(due) } else { try transport.subscribe(to: publisher) }
      case .base(let order): baseOrders.post(order)
      case .prepare(let welcome, let base): jobs.post(.prepare(welcome, base: base))
      case .load(let version, let bytes): jobs.post(.load(version: version, bytes: WeightBytes(bytes)))
      case .sample(let ticket, let task) where task.part != nil: jobs.post(.compute(TicketedTask(ticket: ticket, task: task)))
      case .sample(let ticket, let task): jobs.post(.sample(TicketedTask(ticket: ticket, task: task)))
      case .cancel(let tickets): cancelled.insert(tickets)
      case .notify(let notice): tell(notice)
      case .end(let outcome): self.outcome = outcome
      }
    }
  }
}
