import HeapModule
import Wire

/// The workers that a learner knows. What happens at every message costs O(log n) at most.
struct WorkerRoster: Sendable {
  struct Record: Sendable {
    let credits: Int

    /// The kind of arithmetic that the worker has.
    let fingerprint: String
    fileprivate(set) var leases: Set<UInt64> = []

    /// How many of them are for parts of gradients, which come beside what a worker has credits for.
    fileprivate(set) var parts = 0

    /// The newest version that the worker said to have.
    fileprivate(set) var version: UInt32?

    /// Leases from before the last hello; the next heartbeat says which of them the worker still has.
    fileprivate var inherited: Set<UInt64> = []
    fileprivate(set) var lastSeen: Milliseconds
    let lastWelcome: Milliseconds

    /// When the worker last answered a task, got its first or had its first weights.
    fileprivate(set) var lastProgress: Milliseconds

    /// Whether the worker said that it has the weights of a version.
    fileprivate var hasWeights = false

    /// The version that the worker fetches, and when it last asked for chunks on the way there.
    var fetching: (version: UInt32, last: Milliseconds)?

    /// Whether the worker has the run's base weights, where there are some.
    fileprivate(set) var isReady: Bool

    /// Whether another was faster with a task of the worker, and it answered none since.
    var isOvertaken = false

    /// Shows that it lives but makes no progress.
    var isHung = false

    /// Sent groups that contradict their tasks.
    var isQuarantined = false

    /// When the worker last gave tasks back, which means that it takes no more.
    var drainingSince: Milliseconds?
    fileprivate var busySeconds = 0.0
    fileprivate var waitingSeconds = 0.0

    /// Tells this stay of the worker apart from others, and whoever came first from later ones.
    fileprivate(set) var order = 0

    fileprivate init(_ hello: Hello, isReady: Bool, now: Milliseconds) {
      self.isReady = isReady
      credits = Int(hello.credits)
      fingerprint = hello.fingerprint
      isRelay = hello.isOfRelay
      lastSeen = now
      lastWelcome = now
      lastProgress = now
    }

    /// Hands weights on and samples nothing; its arithmetic was compared with nobody's.
    let isRelay: Bool

    /// Whether the worker is given tasks at all. A relay wants none.
    var isTaker: Bool { credits > 0 && isReady && drainingSince == nil && !isHung && !isQuarantined }

    /// Whether the worker may be given another task.
    fileprivate var isFree: Bool { isTaker && load < credits }

    /// Leases that count against credits.
    fileprivate var load: Int { leases.count - parts }
  }

  /// That a worker with so many leases may have another. Out of date as soon as the worker has more or fewer.
  private struct Offer: Comparable, Sendable {
    var leases: Int
    var order: Int
    var peer: Peer

    static func < (left: Offer, right: Offer) -> Bool { (left.leases, left.order) < (right.leases, right.order) }
    static func == (left: Offer, right: Offer) -> Bool { (left.leases, left.order) == (right.leases, right.order) }
  }

  /// What a heartbeat said that was not known.
  struct News {
    /// Leases from before the worker's last hello that it has no more.
    var forgotten: Set<UInt64> = []

    /// The worker has its first weights.
    var hasBegun = false

    /// The growth of what the worker counts.
    var busySeconds = 0.0
    var waitingSeconds = 0.0
  }

  /// How long a worker may be silent.
  private let silence: Milliseconds

  /// Whether a worker is given tasks only once a heartbeat says that it is ready.
  private let awaitsReadiness: Bool
  private var records: [Peer: Record] = [:]
  private var joined = 0

  /// How many workers are given tasks at all.
  private(set) var takers = 0

  private var offers = Heap<Offer>()
  private var silences = Deadlines<(peer: Peer, order: Int)>()

  /// When workers that are gone were last welcomed: who comes and goes again and again is welcomed no more often than one that stays.
  private var parted: [Peer: Milliseconds] = [:]
  private static let remembered = 1_024

  /// Workers that hung and yielded their places, and have not come back.
  private var dismissed: Set<Peer> = []

  /// - Parameters:
  ///   - silence: How long a worker may be silent.
  ///   - awaitsReadiness: Whether a worker is given tasks only once a heartbeat says that it is ready.
  init(silence: Milliseconds, awaitsReadiness: Bool = false) {
    self.silence = silence
    self.awaitsReadiness = awaitsReadiness
  }

  var count: Int { records.count }

  /// How many workers have no base weights yet.
  var unready: Int { awaitsReadiness ? records.values.count { !$0.isReady && !$0.isRelay } : 0 }

  /// The workers, in the order in which they came.
  var peers: [Peer] { records.sorted { $0.value.order < $1.value.order }.map(\.key) }

  subscript(peer: Peer) -> Record? { records[peer] }

  /// When a worker was last welcomed, whether it is still there or not; nil where that is not known.
  func lastWelcome(of peer: Peer) -> Milliseconds? { records[peer]?.lastWelcome ?? parted[peer] }

  /// What workers fetch, and when they last asked for a part of it.
  var fetches: [(version: UInt32, last: Milliseconds)] { records.values.compactMap(\.fetching) }

  // MARK: Coming and going

  /// Adds a worker, or replaces what is known of it. Its leases stay until its next heartbeat says which of them it still has.
  mutating func welcome(_ hello: Hello, from peer: Peer, isQuarantined: Bool, now: Milliseconds) {
    var record = Record(hello, isReady: !awaitsReadiness, now: now)
    record.isQuarantined = isQuarantined
    // A hello is no progress: a process that was started anew shows with its first heartbeat that it has nothing in hand.
    record.isHung = dismissed.remove(peer) != nil
    let known = remove(peer)
    parted[peer] = nil
    if let known {
      record.leases = known.leases
      record.parts = known.parts
      record.inherited = known.leases
      record.isHung = known.isHung
      record.order = known.order
    } else {
      joined += 1
      record.order = joined
      silences.add((peer, record.order), at: record.lastSeen + silence)
    }
    records[peer] = record
    if record.isTaker { takers += 1 }
    if record.isFree { offer(record, peer) }
  }

  mutating func remove(_ peer: Peer) -> Record? {
    guard let record = records.removeValue(forKey: peer) else { return nil }
    if parted.count >= Self.remembered { parted = [:] }
    parted[peer] = record.lastWelcome
    if record.isTaker { takers -= 1 }
    return record
  }

  /// Takes the first worker that hangs off the roster. Should it come back, it hangs until it shows progress.
  ///
  /// - Parameter limit: How many of them are remembered.
  mutating func dismissHung(remembering limit: Int) -> (peer: Peer, record: Record)? {
    guard let hung = peers.first(where: { records[$0]?.isHung == true }), let record = remove(hung) else { return nil }
    if dismissed.count >= limit { dismissed = [] }
    dismissed.insert(hung)
    return (hung, record)
  }

  /// Takes the workers that were silent for too long off the roster.
  mutating func removeSilent(now: Milliseconds) -> [(peer: Peer, record: Record)] {
    var silent: [(peer: Peer, record: Record)] = []
    while let (peer, order) = silences.takePassed(now: now) {
      guard let record = records[peer], record.order == order else { continue }
      if record.lastSeen + silence < now {
        _ = remove(peer)
        silent.append((peer, record))
      } else {
        silences.add((peer, order), at: record.lastSeen + silence)
      }
    }
    return silent
  }

  // MARK: What is known of a worker

  /// Notes a sign of life.
  ///
  /// - Returns: Whether the worker is known.
  mutating func touch(_ peer: Peer, now: Milliseconds) -> Bool {
    update(peer) { $0.lastSeen = now } != nil
  }

  /// Takes over what a worker says of itself.
  mutating func hear(_ heartbeat: Heartbeat, from peer: Peer) -> News {
    var news = News()
    let awaitsReadiness = awaitsReadiness
    update(peer) { record in
      if let version = heartbeat.policyVersion {
        record.version = version
        // It has left every version up to there.
        if let fetching = record.fetching, fetching.version <= version { record.fetching = nil }
        news.hasBegun = !record.isHung && !record.hasWeights
      }
      // Once a stay: whoever said that it begins does not begin again.
      if heartbeat.policyVersion != nil { record.hasWeights = true }
      if awaitsReadiness { record.isReady = heartbeat.isReady }
      news.forgotten = record.inherited.subtracting(heartbeat.leases)
      record.inherited = []
      news.busySeconds = Self.advance(&record.busySeconds, to: heartbeat.busySeconds)
      news.waitingSeconds = Self.advance(&record.waitingSeconds, to: heartbeat.waitingSeconds)
    }
    return news
  }

  /// Takes over a counter that a worker reports; a worker that was restarted counts from 0 again.
  private static func advance(_ counter: inout Double, to reported: Double) -> Double {
    guard reported.isFinite, reported >= 0 else { return 0 }
    let growth = reported >= counter ? reported - counter : reported
    counter = reported
    return growth
  }

  /// A worker answered a task or has none, or its first weights came: it works.
  ///
  /// - Returns: Whether it hung until now.
  mutating func noteProgress(of peer: Peer, now: Milliseconds) -> Bool {
    update(peer) { record in
      defer { record.isHung = false }
      record.lastProgress = now
      record.isOvertaken = false
      return record.isHung
    } ?? false
  }

  /// Adds a lease to its worker's.
  mutating func add(_ lease: Lease) {
    update(lease.worker) { record in
      // A worker that hangs is not taken for an idle one because others do its tasks.
      if record.leases.isEmpty, !record.isOvertaken { record.lastProgress = lease.granted }
      record.leases.insert(lease.number)
      if lease.item.kind.checked == .gradient { record.parts += 1 }
    }
  }

  /// Takes a lease away from its worker.
  mutating func end(_ lease: Lease) {
    update(lease.worker) { record in
      if record.leases.remove(lease.number) != nil, lease.item.kind.checked == .gradient { record.parts -= 1 }
      record.inherited.remove(lease.number)
    }
  }

  /// Changes what is known of a worker; nil where it is not on the roster.
  @discardableResult
  mutating func update<Result>(_ peer: Peer, _ change: (inout Record) -> Result) -> Result? {
    guard let index = records.index(forKey: peer) else { return nil }
    let (wasTaker, wasFree, leases) = (records.values[index].isTaker, records.values[index].isFree, records.values[index].load)
    let result = change(&records.values[index])
    let record = records.values[index]
    if record.isTaker != wasTaker { takers += record.isTaker ? 1 : -1 }
    if record.isFree, !wasFree || record.load != leases { offer(record, peer) }
    return result
  }

  // MARK: Who is given tasks

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
      guard let record = records[offer.peer], record.order == offer.order, record.isFree, record.load == offer.leases else {
        offers.removeMin()
        continue
      }
      guard offer.leases < allowance else { return nil }
      if isSuitable(offer.peer, record) { return offer.peer }
      passedOver.append(offers.removeMin())
    }
    return nil
  }

  /// The worker that is to compute the next part of a gradient at a version, or to check one: with the fewest parts in hand, and fewer than
  /// `allowance`; of several, one that has the version, and the one that came first. O(n).
  func nextPartTaker(
    at version: UInt32, allowance: Int, where isSuitable: (Peer, Record) -> Bool = { _, _ in true }
  ) -> Peer? {
    func rank(_ record: Record) -> (Int, Int, Int) { (record.parts, record.version ?? 0 >= version ? 0 : 1, record.order) }
    let suitable = records.filter { $0.value.isTaker && $0.value.parts < allowance && isSuitable($0.key, $0.value) }
    return suitable.min { rank($0.value) < rank($1.value) }?.key
  }

  /// Whether one of the workers that are given tasks is suitable.
  func hasTaker(where isSuitable: (Peer, Record) -> Bool) -> Bool {
    records.contains { $0.value.isTaker && isSuitable($0.key, $0.value) }
  }

  private mutating func offer(_ record: Record, _ peer: Peer) {
    // What is out of date goes when it comes up; where nothing comes up for long, it goes here.
    if offers.count > 2 * records.count + 64 {
      offers = Heap(records.filter(\.value.isFree).map { Offer(leases: $0.value.load, order: $0.value.order, peer: $0.key) })
    }
    offers.insert(Offer(leases: record.load, order: record.order, peer: peer))
  }
}

extension Hello {
  /// Whether a relay says it, which samples nothing.
  var isOfRelay: Bool { credits == 0 && fingerprint.isEmpty }
}
