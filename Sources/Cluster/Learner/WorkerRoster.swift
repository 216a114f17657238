import HeapModule
import Wire

/// The workers that a learner knows. What happens at every message costs O(log n) at most.
struct WorkerRoster: Sendable {
  struct Record: Sendable {
    var credits: Int

    /// The kind of arithmetic that the worker has.
    var fingerprint = ""
    var leases: Set<UInt64> = []

    /// Leases from before the last hello; the next heartbeat says which of them the worker still has.
    var inherited: Set<UInt64> = []
    var lastSeen: Milliseconds
    var lastWelcome: Milliseconds

    /// When the worker last answered a task, got its first or had its first weights.
    var lastProgress: Milliseconds

    /// Whether the worker said that it has the weights of a version.
    var hasWeights = false

    /// The version that the worker fetches, and when it last asked for chunks on the way there.
    var fetching: (version: UInt32, last: Milliseconds)?

    /// Whether another was faster with a task of the worker, and it answered none since.
    var isOvertaken = false

    /// Shows that it lives but makes no progress.
    var isHung = false

    /// Sent groups that contradict their tasks.
    var isQuarantined = false

    /// When the worker last gave tasks back, which means that it takes no more.
    var drainingSince: Milliseconds?
    var busySeconds = 0.0
    var waitingSeconds = 0.0

    /// Tells this stay of the worker apart from others, and whoever came first from later ones.
    fileprivate(set) var order = 0

    init(credits: Int, lastSeen: Milliseconds, lastWelcome: Milliseconds) {
      self.credits = credits
      self.lastSeen = lastSeen
      self.lastWelcome = lastWelcome
      lastProgress = lastSeen
    }

    /// Hands weights on and samples nothing; its arithmetic was compared with nobody's.
    var isRelay: Bool { credits == 0 && fingerprint.isEmpty }

    /// Whether the worker is given tasks at all. A relay wants none.
    var isTaker: Bool { credits > 0 && drainingSince == nil && !isHung && !isQuarantined }

    /// Whether the worker may be given another task.
    fileprivate var isFree: Bool { isTaker && leases.count < credits }
  }

  /// That a worker with so many leases may have another. Out of date as soon as the worker has more or fewer.
  private struct Offer: Comparable, Sendable {
    var leases: Int
    var order: Int
    var peer: Peer

    static func < (left: Offer, right: Offer) -> Bool { (left.leases, left.order) < (right.leases, right.order) }
    static func == (left: Offer, right: Offer) -> Bool { (left.leases, left.order) == (right.leases, right.order) }
  }

  private var records: [Peer: Record] = [:]
  private var joined = 0

  /// How many workers are given tasks at all.
  private(set) var takers = 0

  private var offers = Heap<Offer>()
  private var silences = Deadlines<(peer: Peer, order: Int)>()

  var count: Int { records.count }

  /// The workers, in the order in which they came.
  var peers: [Peer] { records.sorted { $0.value.order < $1.value.order }.map(\.key) }

  subscript(peer: Peer) -> Record? { records[peer] }

  /// Adds a worker or replaces what is known of it.
  ///
  /// - Parameter lease: How long the worker may be silent.
  mutating func put(_ record: Record, for peer: Peer, lease: Milliseconds) {
    var record = record
    if let known = remove(peer) {
      record.order = known.order
    } else {
      joined += 1
      record.order = joined
      silences.add((peer, record.order), at: record.lastSeen + lease)
    }
    records[peer] = record
    if record.isTaker { takers += 1 }
    if record.isFree { offer(record, peer) }
  }

  mutating func remove(_ peer: Peer) -> Record? {
    guard let record = records.removeValue(forKey: peer) else { return nil }
    if record.isTaker { takers -= 1 }
    return record
  }

  /// Notes a sign of life.
  ///
  /// - Returns: Whether the worker is known.
  mutating func touch(_ peer: Peer, now: Milliseconds) -> Bool {
    update(peer) { $0.lastSeen = now } != nil
  }

  @discardableResult
  mutating func update<Result>(_ peer: Peer, _ change: (inout Record) -> Result) -> Result? {
    guard let index = records.index(forKey: peer) else { return nil }
    let (wasTaker, wasFree, leases) = (records.values[index].isTaker, records.values[index].isFree, records.values[index].leases.count)
    let result = change(&records.values[index])
    let record = records.values[index]
    if record.isTaker != wasTaker { takers += record.isTaker ? 1 : -1 }
    if record.isFree, !wasFree || record.leases.count != leases { offer(record, peer) }
    return result
  }

  /// Takes the workers that were silent for longer than a lease holds off the roster.
  mutating func removeSilent(lease: Milliseconds, now: Milliseconds) -> [(peer: Peer, record: Record)] {
    var silent: [(peer: Peer, record: Record)] = []
    while let (peer, order) = silences.takePassed(now: now) {
      guard let record = records[peer], record.order == order else { continue }
      if record.lastSeen + lease < now {
        _ = remove(peer)
        silent.append((peer, record))
      } else {
        silences.add((peer, order), at: record.lastSeen + lease)
      }
    }
    return silent
  }

  /// How many leases a worker may have beside its credits: its share of a step.
  func allowance(questionsPerStep: UInt32) -> Int {
    takers > 0 ? max(1, (Int(questionsPerStep) + takers - 1) / takers) : 0
  }

  /// The worker with the fewest leases among those that may have another and have fewer than `allowance`; of several, the one that
  /// came first.
  mutating func nextTaker(allowance: Int, where isSuitable: (Peer, Record) -> Bool = { _, _ in true }) -> Peer? {
    var passedOver: [Offer] = []
    defer { offers.insert(contentsOf: passedOver) }
    while let offer = offers.min {
      guard let record = records[offer.peer], record.order == offer.order, record.isFree, record.leases.count == offer.leases else {
        offers.removeMin()
        continue
      }
      guard offer.leases < allowance else { return nil }
      if isSuitable(offer.peer, record) { return offer.peer }
      passedOver.append(offers.removeMin())
    }
    return nil
  }

  /// Whether one of the workers that are given tasks is suitable.
  func hasTaker(where isSuitable: (Peer, Record) -> Bool) -> Bool {
    records.contains { $0.value.isTaker && isSuitable($0.key, $0.value) }
  }

  private mutating func offer(_ record: Record, _ peer: Peer) {
    // What is out of date goes when it comes up; where nothing comes up for long, it goes here.
    if offers.count > 2 * records.count + 64 {
      offers = Heap(records.filter(\.value.isFree).map { Offer(leases: $0.value.leases.count, order: $0.value.order, peer: $0.key) })
    }
    offers.insert(Offer(leases: record.leases.count, order: record.order, peer: peer))
  }
}
