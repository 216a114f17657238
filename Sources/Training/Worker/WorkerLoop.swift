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
  private let cancelled = CancelledTickets()
  private let clock = MonotonicClock()
  private var machine: WorkerMachine
  private var outcome: WorkerOutcome?

  init(_ service: WorkerService) throws {
    self.service = service
    transport = try service.makeTransport()
    let wake = transport.wake
    service.attach(wake)
    machine = WorkerMachine(plan: service.plan)
    // The engine must never wait for a socket thread that waits for the engine. Jobs are bounded by the leases that a learner
    // hands out, so their queue is as good as open; reports wait.
    jobs = BoundedQueue(capacity: Int.max)
    reports = BoundedQueue(capacity: 256) { wake.signal() }
  }

  func run() throws -> WorkerOutcome {
    let (jobs, reports, cancelled, makeSampler) = (jobs, reports, cancelled, service.makeSampler)
    startThread(named: "worker engine") {
      serveSampling(jobs, reports: reports, cancelled: cancelled, makeSampler: makeSampler)
    }
    defer {
      // The engine thread ends after the job it is at; its tasks are cancelled by then.
      jobs.close()
      reports.close()
      transport.close()
    }
    try handle(.start)
    var wasDraining = false
    while outcome == nil {
      if service.isDraining, !wasDraining {
        wasDraining = true
        try handle(.drain)
      }
      for report in reports.drain() { try handle(report) }
      guard outcome == nil else { break }
      try handle(nextEvent())
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

  private func handle(_ event: WorkerMachine.Event) throws {
    for action in machine.handle(event, now: clock.now) {
      switch action {
      case .send(let message):
        let delivery = try transport.send(message)
        // Whatever does not arrive is sent again.
        if delivery != .sent { service.logger.debug("not delivered", metadata: ["delivery": "\(delivery)"]) }
      case .subscribe(let publisher): try transport.subscribe(to: publisher)
      case .prepare(let welcome): jobs.post(.prepare(welcome))
      case .load(let version, let bytes): jobs.post(.load(version: version, bytes: bytes))
      case .sample(let ticket, let task): jobs.post(.sample(TicketedTask(ticket: ticket, task: task)))
      case .cancel(let tickets): cancelled.insert(tickets)
      case .notify(let notice):
        service.logger.log(level: notice.level, "\(notice)")
        service.watch(notice)
      case .end(let outcome): self.outcome = outcome
      }
    }
  }
}
