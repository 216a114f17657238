import Wire

/// Keeps peers whose groups contradict their tasks away from tasks: for a while after a few such groups, for twice as long each time.
/// It outlives their connections, and is bounded in memory whatever peers do.
struct Quarantine: Sendable {
  /// How many peers are remembered.
  static let capacity = 1_024

  /// So many bad groups bring a peer here.
  static let tolerance = 3

  /// After so long without a bad group a peer has a clean sheet.
  static let memory: Milliseconds = 3_600_000

  /// Periods double so often at most.
  static let doublings = 6

  private struct Record: Sendable {
    var faults = 0
    var stays = 0
    /// When the last bad group came, or the last stay ended.
    var lastFault: Milliseconds
    var until: Milliseconds?
    var dropped = 0

    func isForgettable(now: Milliseconds) -> Bool { until == nil && now - lastFault >= Quarantine.memory }
  }

  private let period: Milliseconds
  private var records: [Peer: Record] = [:]

  /// - Parameter period: How long the first stay is; 0 keeps nobody.
  init(period: Milliseconds) {
    self.period = period
  }

  /// Notes a bad group, and says so to the peer and the user where the peer is kept away from now on.
  ///
  /// - Returns: Whether that begins now.
  mutating func noteFault(_ fault: String, of peer: Peer, now: Milliseconds, _ actions: inout [LearnerMachine.Action]) -> Bool {
    guard let stay = noteFault(of: peer, now: now) else { return false }
    let reason = "\(Self.tolerance) groups contradicted their tasks, the last one: \(fault)"
    actions.append(.notify(.quarantined(worker: peer.description, milliseconds: stay, reason: reason)))
    let told = String("no tasks for \(stay / 1000) s: \(reason)".prefix(Limits.reasonBytes / 4))
    actions.append(.send(.refuse(Refusal(code: .other, reason: told)), to: peer))
    return true
  }

  /// How long a peer is kept away because of one more bad group, if that begins now.
  private mutating func noteFault(of peer: Peer, now: Milliseconds) -> Milliseconds? {
    guard period > 0 else { return nil }
    if records[peer]?.isForgettable(now: now) == true { records[peer] = nil }
    if records[peer] == nil, records.count >= Self.capacity {
      records = records.filter { !$0.value.isForgettable(now: now) }
      // A crowd that all sends garbage within the hour: those that are known stay known.
      guard records.count < Self.capacity else { return nil }
    }
    var record = records[peer] ?? Record(lastFault: now)
    defer { records[peer] = record }
    record.lastFault = now
    record.faults += 1
    guard record.until == nil, record.faults >= Self.tolerance else { return nil }
    let stay = period << min(record.stays, Self.doublings)
    record.until = now + stay
    record.stays += 1
    record.faults = 0
    return stay
  }

  func holds(_ peer: Peer) -> Bool { records[peer]?.until != nil }

  /// Notes a group that is not looked at.
  mutating func drop(from peer: Peer) { records[peer]?.dropped += 1 }

  /// Lets go of the peers whose time is over; says how many groups of each were not looked at.
  mutating func release(now: Milliseconds) -> [(peer: Peer, dropped: Int)] {
    var released: [(peer: Peer, dropped: Int)] = []
    for (peer, record) in records {
      guard let until = record.until, now >= until else { continue }
      records[peer]?.until = nil
      records[peer]?.dropped = 0
      records[peer]?.lastFault = now
      released.append((peer, record.dropped))
    }
    return released.sorted { $0.peer.identity.lexicographicallyPrecedes($1.peer.identity) }
  }
}
