import EMPO
import Wire

/// The tasks that a worker has in hand, by their work, of which one waits at most, one is with the sampler, and one is unanswered: those that
/// wait for their weights or for the sampler, those that the sampler has, and those whose results the learner has not answered.
///
/// Every hand-over to the sampler has a ticket of its own, and a ticket leads to its task exactly as long as the sampler has it.
struct TasksInHand: Sendable {
  /// A task that the sampler has.
  struct Running {
    fileprivate(set) var task: Task
    let ticket: UInt64

    /// The incarnation of the learner that gave the lease.
    fileprivate(set) var incarnation: UInt64
    fileprivate(set) var hasBegun = false
  }

  /// A result that the learner has not answered.
  struct Unanswered {
    fileprivate(set) var result: WorkResult
    fileprivate let task: Task
    /// The gradient, until the learner has asked for all of it and says so.
    let bytes: [UInt8]
    /// Whether the learner knows of the gradient, and will ask for it or answer.
    fileprivate(set) var isNoted = false
    fileprivate(set) var incarnation: UInt64
    fileprivate(set) var lastSent: Milliseconds
    fileprivate(set) var sends = 0
  }

  /// What became of a task that came.
  enum Uptake {
    /// It waits. The ticket of the same place and another version, where there is one, is cancelled.
    case waits(cancelled: [UInt64])
    /// It is under way since an earlier lease.
    case isRunning
    /// Its group is there: what was sent got lost.
    case isDone(WorkItem)
  }

  private(set) var waiting: [WorkItem: Task] = [:]
  private(set) var running: [WorkItem: Running] = [:]
  private(set) var unanswered: [WorkItem: Unanswered] = [:]
  private var tickets: [UInt64: WorkItem] = [:]
  private var nextTicket: UInt64 = 1

  /// The versions that tasks are or will be sampled from.
  var neededVersions: Set<UInt32> { versionsWaitedFor.union(running.values.map(\.task.policyVersion)) }

  /// The versions of the tasks that the sampler has not yet.
  var versionsWaitedFor: Set<UInt32> { Set(waiting.values.map(\.policyVersion)) }

  /// The leases in hand that mean something to an incarnation of the learner, in order.
  func leases(of incarnation: UInt64) -> [UInt64] {
    let begun = running.values.filter { $0.incarnation == incarnation }.map(\.task.lease)
    let done = unanswered.values.filter { $0.incarnation == incarnation }.map(\.result.lease)
    return (waiting.values.map(\.lease) + begun + done).sorted()
  }

  /// The first of the waiting tasks that a condition holds for.
  func firstWaiting(where isWanted: (Task) -> Bool = { _ in true }) -> Task? {
    waiting.filter { isWanted($0.value) }.min { $0.key < $1.key }?.value
  }

  // MARK: From lease to answer

  /// Takes a task that an incarnation of the learner leases.
  mutating func take(_ task: Task, of incarnation: UInt64) -> Uptake {
    let place = task.item
    if let done = unanswered[place], done.task.isSameWork(as: task) {
      unanswered[place]?.result.lease = task.lease
      unanswered[place]?.result.seal = task.seal
      unanswered[place]?.incarnation = incarnation
      unanswered[place]?.isNoted = false
      return .isDone(place)
    }
    if let begun = running[place]?.task, begun.isSameWork(as: task) {
      running[place]?.task.lease = task.lease
      running[place]?.task.seal = task.seal
      running[place]?.incarnation = incarnation
      return .isRunning
    }
    unanswered[place] = nil
    let cancelled = cancel { key, _ in key == place }
    waiting[place] = task
    return .waits(cancelled: cancelled)
  }

  /// Hands the waiting tasks of a version to the sampler, in order.
  mutating func run(version: UInt32?, of incarnation: UInt64) -> [TicketedTask] {
    let ready = waiting.filter { $0.value.policyVersion == version }.sorted { $0.key < $1.key }
    return ready.map { place, task in
      waiting[place] = nil
      let ticket = nextTicket
      nextTicket += 1
      running[place] = Running(task: task, ticket: ticket, incarnation: incarnation)
      tickets[ticket] = place
      return TicketedTask(ticket: ticket, task: task)
    }
  }

  /// The sampler took a task up.
  mutating func begin(_ ticket: UInt64) {
    if let place = tickets[ticket] { running[place]?.hasBegun = true }
  }

  /// The sampler finished a task, whose result is to be sent now.
  ///
  /// - Parameter bytes: The gradient, where the outcome is one.
  /// - Returns: Its place; nil when the ticket was cancelled meanwhile, and the result is of no use to anybody.
  mutating func finish(
    _ ticket: UInt64, _ outcome: WorkResult.Outcome, bytes: [UInt8] = [], seconds: Double, now: Milliseconds
  ) -> WorkItem? {
    guard let place = tickets.removeValue(forKey: ticket), let done = running.removeValue(forKey: place) else { return nil }
    let result = WorkResult(
      lease: done.task.lease, seal: done.task.seal, item: place, policyVersion: done.task.policyVersion, outcome: outcome,
      seconds: seconds)
    unanswered[place] = Unanswered(result: result, task: done.task, bytes: bytes, incarnation: done.incarnation, lastSent: now)
    return place
  }

  /// The learner knows of a gradient, and asks for some of its chunks.
  ///
  /// - Returns: The chunks; none of what is not there.
  mutating func chunks(_ indices: [UInt32], of place: WorkItem) -> [GradientChunk] {
    guard unanswered[place]?.result.gradient != nil else { return [] }
    unanswered[place]?.isNoted = true
    let total = unanswered[place]?.bytes.count ?? 0
    return indices.filter { $0 < GradientChunk.count(of: UInt64(total)) }.compactMap { index in
      let range = GradientChunk.range(of: Int(index), in: UInt64(total))
      return unanswered[place].map { GradientChunk(item: place, index: index, bytes: Array($0.bytes[range])) }
    }
  }

  /// Forgets the gradients of steps that are trained.
  mutating func forgetGradients(before step: UInt32) {
    for place in unanswered.keys where place.kind.checked == .gradient && place.step < step { unanswered[place] = nil }
  }

  /// Notes that a result is sent, which is returned.
  mutating func send(_ place: WorkItem, now: Milliseconds) -> WorkResult? {
    unanswered[place]?.lastSent = now
    unanswered[place]?.sends += 1
    return unanswered[place]?.result
  }

  /// Forgets a result, which the learner has answered or never will.
  ///
  /// - Returns: Whether it was there.
  mutating func forget(_ place: WorkItem) -> Bool { unanswered.removeValue(forKey: place) != nil }

  // MARK: Giving up

  /// Forgets the waiting tasks of a version that cannot be had any more.
  mutating func forgo(_ version: UInt32) { waiting = waiting.filter { $0.value.policyVersion != version } }

  /// Gives back what has not begun.
  ///
  /// - Returns: Its leases in order, and the tickets that are cancelled.
  mutating func giveBack() -> (leases: [UInt64], cancelled: [UInt64]) {
    let leases = waiting.values.map(\.lease) + running.values.filter { !$0.hasBegun }.map(\.task.lease)
    waiting = [:]
    return (leases.sorted(), cancel { !$1.hasBegun })
  }

  /// Keeps of an earlier incarnation of the learner what the next must agree on: groups begun or done on versions that it has. The
  /// earlier one's leases mean nothing to it, and versions beyond its own it will make anew.
  ///
  /// - Returns: The tickets that are cancelled.
  mutating func outlive(upTo version: UInt32) -> [UInt64] {
    waiting = [:]
    unanswered = unanswered.filter { $0.value.result.policyVersion <= version }
    return cancel { !$1.hasBegun || $1.task.policyVersion > version }
  }

  /// Forgets everything.
  ///
  /// - Returns: The tickets that are cancelled.
  mutating func clear() -> [UInt64] {
    waiting = [:]
    unanswered = [:]
    return cancelAll()
  }

  /// Takes every task away from the sampler.
  ///
  /// - Returns: The tickets that are cancelled.
  mutating func cancelAll() -> [UInt64] { cancel { _, _ in true } }

  private mutating func cancel(where isGone: (WorkItem, Running) -> Bool) -> [UInt64] {
    let gone = running.filter { isGone($0.key, $0.value) }.sorted { $0.key < $1.key }
    for (place, entry) in gone {
      running[place] = nil
      tickets[entry.ticket] = nil
    }
    return gone.map(\.value.ticket)
  }
}

extension Task {
  /// Whether a result of one is a result of the other. A slot may have been filled anew since a lease was given: a check is the same only where
  /// it follows the same responses, and a gradient where it is of the same groups.
  fileprivate func isSameWork(as other: Task) -> Bool {
    policyVersion == other.policyVersion && given == other.given && part == other.part
  }
}
