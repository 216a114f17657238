import Wire

/// The workers that a learner knows, in the order in which they first came.
struct WorkerRoster: Sendable {
  struct Record: Sendable {
    var credits: Int
    var leases: Set<UInt64> = []

    /// Leases from before the last hello; the next heartbeat says which of them the worker still has.
    var inherited: Set<UInt64> = []
    var lastSeen: Milliseconds
    var lastWelcome: Milliseconds

    /// Gives its tasks back and takes no more.
    var isDraining = false
    var busySeconds = 0.0
    var waitingSeconds = 0.0
  }

  private(set) var order: [Peer] = []
  private var records: [Peer: Record] = [:]

  var count: Int { order.count }

  subscript(peer: Peer) -> Record? { records[peer] }

  /// Adds a worker or replaces what is known of it.
  mutating func put(_ record: Record, for peer: Peer) {
    if records.updateValue(record, forKey: peer) == nil { order.append(peer) }
  }

  mutating func remove(_ peer: Peer) -> Record? {
    guard let record = records.removeValue(forKey: peer) else { return nil }
    order.removeAll { $0 == peer }
    return record
  }

  /// Notes a sign of life.
  ///
  /// - Returns: Whether the worker is known.
  mutating func touch(_ peer: Peer, now: Milliseconds) -> Bool {
    update(peer) { $0.lastSeen = now } != nil
  }

  mutating func update<Result>(_ peer: Peer, _ change: (inout Record) -> Result) -> Result? {
    guard let index = records.index(forKey: peer) else { return nil }
    return change(&records.values[index])
  }

  /// How many leases a worker may have: its credits, but no more than its share of a step.
  func allowance(questionsPerStep: UInt32) -> Int {
    let takers = order.count(where: { records[$0]?.isDraining == false })
    guard takers > 0 else { return 0 }
    return max(1, (Int(questionsPerStep) + takers - 1) / takers)
  }

  /// The worker with the fewest leases among those that may have another; of several, the one that came first.
  func nextTaker(allowance: Int) -> Peer? {
    var best: (peer: Peer, leases: Int)?
    for peer in order {
      guard let record = records[peer], !record.isDraining else { continue }
      let held = record.leases.count
      guard held < min(record.credits, allowance) else { continue }
      if best.map({ held < $0.leases }) ?? true { best = (peer, held) }
    }
    return best?.peer
  }
}
