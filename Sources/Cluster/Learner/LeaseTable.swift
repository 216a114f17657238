import Wire

/// A piece of work in a worker's hands, until a deadline that heartbeats put off. Only a ``LeaseTable`` makes one.
struct Lease: Sendable {
  /// Every incarnation of the learner numbers its leases anew.
  let number: UInt64
  let item: WorkItem
  let worker: Peer
  let granted: Milliseconds
  fileprivate(set) var deadline: Milliseconds

  fileprivate init(number: UInt64, item: WorkItem, worker: Peer, granted: Milliseconds, deadline: Milliseconds) {
    self.number = number
    self.item = item
    self.worker = worker
    self.granted = granted
    self.deadline = deadline
  }

  /// Whether the lease is for what a worker's result says it is.
  func covers(_ result: WorkResult, from peer: Peer) -> Bool {
    worker == peer && item == result.item
  }
}

/// The leases that hold, by their numbers. Granting costs O(log n); what a heartbeat does to a lease costs O(1).
struct LeaseTable: Sendable {
  private let period: Milliseconds
  private var leases: [UInt64: Lease] = [:]
  private var next: UInt64 = 1
  private var deadlines = Deadlines<UInt64>()

  /// - Parameter period: How long a lease holds after it was granted or extended.
  init(period: Milliseconds) {
    self.period = period
  }

  subscript(number: UInt64) -> Lease? { leases[number] }

  mutating func grant(_ item: WorkItem, to worker: Peer, now: Milliseconds) -> Lease {
    let lease = Lease(number: next, item: item, worker: worker, granted: now, deadline: now + period)
    next += 1
    leases[lease.number] = lease
    deadlines.add(lease.number, at: lease.deadline)
    return lease
  }

  /// Puts off a lease's deadline, if the lease is the worker's. One that ran out while nothing was heard is over, even where nobody has
  /// noticed yet.
  mutating func extend(_ number: UInt64, of worker: Peer, now: Milliseconds) {
    guard let lease = leases[number], lease.worker == worker, lease.deadline >= now else { return }
    leases[number]?.deadline = now + period
  }

  /// Forgets a lease.
  ///
  /// - Returns: The lease; nil where there was none.
  mutating func end(_ number: UInt64) -> Lease? { leases.removeValue(forKey: number) }

  /// The leases whose deadlines have passed, the earliest first. They come up once, and are then to be ended.
  mutating func takePassed(now: Milliseconds) -> [UInt64] {
    var passed: [UInt64] = []
    while let number = deadlines.takePassed(now: now) {
      guard let deadline = leases[number]?.deadline else { continue }
      if deadline < now { passed.append(number) } else { deadlines.add(number, at: deadline) }
    }
    return passed
  }
}
