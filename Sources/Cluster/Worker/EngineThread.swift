import EMPO
import Synchronization
import Wire

/// What the engine thread is asked to do, one after the other.
enum EngineJob: Sendable {
  case prepare(Welcome, base: BasePlace?)
  case load(version: UInt32, bytes: WeightBytes)
  case sample(TicketedTask)
  /// Goes before what is sampled, but not before weights that are to be loaded first.
  case compute(TicketedTask)
}

/// Tickets whose groups are no longer wanted; from any thread.
final class CancelledTickets: Sendable {
  private let tickets = Mutex<Set<UInt64>>([])

  func insert(_ cancelled: [UInt64]) { tickets.withLock { $0.formUnion(cancelled) } }

  func contains(_ ticket: UInt64) -> Bool { tickets.withLock { $0.contains(ticket) } }

  /// Forgets tickets that no engine has in hand any more.
  func forget(upTo last: UInt64) { tickets.withLock { $0 = $0.filter { $0 > last } } }
}

/// The feed of the engine thread: tasks from its jobs, groups into its reports.
final class EngineFeed: TaskFeed {
  private let jobs: BoundedQueue<EngineJob>
  private let reports: BoundedQueue<WorkerMachine.Event>
  private let cancelled: CancelledTickets
  private let clock = ContinuousClock()
  private var held: TicketedTask?
  private var heldPart: TicketedTask?
  private var begun: [UInt64: ContinuousClock.Instant] = [:]

  /// The last ticket that came.
  private(set) var lastTicket: UInt64 = 0

  init(jobs: BoundedQueue<EngineJob>, reports: BoundedQueue<WorkerMachine.Event>, cancelled: CancelledTickets) {
    self.jobs = jobs
    self.reports = reports
    self.cancelled = cancelled
  }

  /// Puts the task back that the engine loop found first.
  func hold(_ task: TicketedTask) { held = task }

  /// Puts the part back that the engine loop found first.
  func hold(part: TicketedTask) { heldPart = part }

  func next() -> TicketedTask? {
    while let task = take() {
      if begin(task) { return task }
    }
    return nil
  }

  func nextPart() -> TicketedTask? {
    while let task = takePart() {
      if begin(task) { return task }
    }
    return nil
  }

  /// Notes that a task is taken up; false where it was cancelled before.
  private func begin(_ task: TicketedTask) -> Bool {
    lastTicket = max(lastTicket, task.ticket)
    guard !cancelled.contains(task.ticket) else { return false }
    begun[task.ticket] = clock.now
    reports.post(.began(ticket: task.ticket))
    return true
  }

  func isCancelled(_ ticket: UInt64) -> Bool { cancelled.contains(ticket) }

  func deliver(_ group: ScoredGroup, for ticket: UInt64) {
    reports.post(.sampled(ticket: ticket, group: group, seconds: end(ticket)))
  }

  func deliver(_ gradient: ComputedGradient, for ticket: UInt64) {
    let seconds = end(ticket)
    do {
      reports.post(.computed(ticket: ticket, summary: try gradient.summary(), bytes: gradient.bytes, seconds: seconds))
    } catch {
      reports.post(.failed(reason: "\(error)"))
    }
  }

  /// How long a task took that is done.
  private func end(_ ticket: UInt64) -> Double {
    guard let start = begun.removeValue(forKey: ticket) else {
      preconditionFailure("a result is delivered once, for a task that was taken")
    }
    let (seconds, attoseconds) = (clock.now - start).components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }

  /// Ends a batch. What was taken and not delivered was cancelled.
  func finishBatch() {
    precondition(begun.keys.allSatisfy(cancelled.contains), "a sampler returns when every task is delivered or cancelled")
    begun = [:]
    cancelled.forget(upTo: lastTicket)
  }

  private func take() -> TicketedTask? {
    if let held {
      self.held = nil
      return held
    }
    return jobs.take(where: { $0.sampled != nil }, before: { $0.changesPolicy })?.sampled
  }

  private func takePart() -> TicketedTask? {
    if let part = heldPart {
      heldPart = nil
      return part
    }
    return jobs.take(where: { $0.computed != nil }, before: { $0.changesPolicy })?.computed
  }
}

extension EngineJob {
  fileprivate var sampled: TicketedTask? {
    if case .sample(let task) = self { task } else { nil }
  }

  fileprivate var computed: TicketedTask? {
    if case .compute(let task) = self { task } else { nil }
  }

  /// Nothing that comes after it is done before it.
  fileprivate var changesPolicy: Bool {
    switch self {
    case .prepare, .load: true
    case .sample, .compute: false
    }
  }
}

/// Serves jobs until their queue is closed.
func serveSampling(
  _ jobs: BoundedQueue<EngineJob>, reports: BoundedQueue<WorkerMachine.Event>, cancelled: CancelledTickets,
  makeSampler: (Welcome, BasePlace?) throws -> any GroupSampler
) {
  let feed = EngineFeed(jobs: jobs, reports: reports, cancelled: cancelled)
  var sampler: (any GroupSampler)?
  do {
    while let job = jobs.take() {
      switch job {
      case .prepare(let welcome, let base): sampler = try makeSampler(welcome, base)
      case .load(let version, let bytes): try sampler?.load(version: version, weights: bytes)
      case .sample(let task):
        feed.hold(task)
        try sampler?.sample(from: feed)
        feed.finishBatch()
      case .compute(let task):
        feed.hold(part: task)
        try sampler?.sample(from: feed)
        feed.finishBatch()
      }
    }
  } catch {
    reports.post(.failed(reason: "\(error)"))
  }
}
