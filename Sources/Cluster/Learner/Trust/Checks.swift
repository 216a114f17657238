import Wire

/// The results that are to be checked before anything is built on them, and how far each check is.
struct Checks: Sendable {
  /// Who makes a check.
  enum Examiner: Sendable, Equatable {
    /// Nobody yet.
    case nobody
    /// A worker, under a lease.
    case worker(lease: UInt64, since: Milliseconds)
    /// The learner itself.
    case learner
  }

  struct Check: Sendable {
    /// The key that vouches for the worker that did the work.
    let party: String

    /// The kind of arithmetic that the worker has; nil where that of all is the same.
    let fingerprint: String?

    fileprivate(set) var examiner = Examiner.nobody

    /// How many workers have had it and given no answer.
    fileprivate(set) var attempts = 0

    /// A worker that says that the result is false, and what it says instead.
    fileprivate(set) var objection: (worker: String, outcome: WorkResult.Outcome)?
  }

  /// So many workers are asked before the learner looks itself.
  static let maximumAttempts = 2

  /// By what is checked.
  private(set) var open: [WorkItem: Check] = [:]

  subscript(item: WorkItem) -> Check? { open[item] }

  /// What nobody looks at yet, in order.
  var waiting: [WorkItem] {
    open.isEmpty ? [] : open.filter { $0.value.examiner == .nobody }.map(\.key).sorted()
  }

  /// Whether a step or an evaluation waits for a check.
  func hold(_ kind: WorkKind, step: UInt32) -> Bool { open.contains { $0.key.kind == kind && $0.key.step == step } }

  mutating func add(_ item: WorkItem, party: String, fingerprint: String?) {
    if open[item] == nil { open[item] = Check(party: party, fingerprint: fingerprint) }
  }

  mutating func lease(_ item: WorkItem, as lease: UInt64, now: Milliseconds) {
    open[item]?.examiner = .worker(lease: lease, since: now)
  }

  /// A worker's lease ended without an answer.
  ///
  /// - Returns: Whether the check waits again because of that.
  mutating func release(_ item: WorkItem, from lease: UInt64) -> Bool {
    guard case .worker(lease, _)? = open[item]?.examiner else { return false }
    open[item]?.examiner = .nobody
    open[item]?.attempts += 1
    return true
  }

  /// The learner looks itself.
  mutating func takeOver(_ item: WorkItem) { open[item]?.examiner = .learner }

  /// Notes what a worker objects; the learner looks itself.
  mutating func object(_ item: WorkItem, _ outcome: WorkResult.Outcome, by worker: String) {
    open[item]?.objection = (worker, outcome)
    open[item]?.examiner = .learner
  }

  /// The checks that workers have had for longer than they should take.
  func late(after limit: Milliseconds, now: Milliseconds) -> [WorkItem] {
    open.filter { if case .worker(_, let since) = $0.value.examiner { now - since > limit } else { false } }.map(\.key).sorted()
  }

  /// Forgets a check, which is made or has nothing to look at any more.
  @discardableResult
  mutating func end(_ item: WorkItem) -> Check? { open.removeValue(forKey: item) }
}
