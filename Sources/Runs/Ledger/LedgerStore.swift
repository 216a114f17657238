public import Cluster

/// The learner's store of accepted groups: the run's ledger.
public final class LedgerStore: GroupStore {
  private let ledger: Ledger

  /// A store over an open ledger.
  public init(_ ledger: Ledger) {
    self.ledger = ledger
  }

  /// Counts one more start of a learner in this run, and returns the count.
  public func beginIncarnation() throws -> UInt64 {
    try ledger.beginIncarnation()
  }

  /// The valid groups of steps from `step` on.
  public func groups(from step: UInt32) throws -> [StoredGroup] {
    try ledger.groups(fromStep: step)
  }

  /// The first step below `version` with a valid group that rests on one party's word alone, for each such party.
  public func reliance(before version: UInt32) throws -> [String: UInt32] {
    try ledger.reliance(before: version)
  }

  /// Whether the held-out questions were measured with this version.
  public func isEvaluated(_ version: UInt32) throws -> Bool {
    try ledger.evaluations().contains { $0.policyVersion == version }
  }

  /// Keeps groups, in one transaction; durable when this returns.
  public func persist(_ groups: [AcceptedGroup]) throws {
    try ledger.persist(groups)
  }

  /// Notes who found a slot's group to be true; nil takes that back.
  public func confirm(step: UInt32, slot: UInt32, checker: String?) throws {
    try ledger.confirm(step: step, slot: slot, checker: checker)
  }

  /// Frees a slot, whose group stays with the reason.
  public func void(step: UInt32, slot: UInt32, reason: String) throws {
    try ledger.void(step: step, slot: slot, reason: reason)
  }

  /// Frees every slot whose group was sampled from a version above `version`.
  public func void(sampledAfter version: UInt32, reason: String) throws {
    try ledger.void(sampledAfter: version, reason: reason)
  }

  /// Refuses a party for good.
  public func expel(_ party: String, reason: String) throws {
    try ledger.expel(party, reason: reason)
  }

  /// The parties that are refused for good, with the reasons.
  public func expelled() throws -> [String: String] {
    try ledger.expelled()
  }

  /// Goes back to a version.
  public func rewind(to version: UInt32) throws {
    try ledger.rewind(to: version)
  }

  /// The first incarnation whose leases still count.
  public func firstTrustedIncarnation() throws -> UInt64 {
    try ledger.firstTrustedIncarnation()
  }

  /// The secret that marks the run's leases.
  public func leaseKey() throws -> [UInt8] {
    try ledger.leaseKey()
  }

  /// How far the ledger reaches now.
  public func reach() throws -> LedgerReach {
    try ledger.reach()
  }

  /// Notes what a worker said of itself, in place of what it said before.
  public func record(_ worker: WorkerRecord) throws {
    try ledger.record(worker)
  }

  /// Notes how a step went: what the trainer found, with where the time went.
  public func record(_ step: StepRecord) throws {
    try ledger.record(step)
  }

  /// Notes what an evaluation of the held-out questions found.
  public func record(_ evaluation: EvaluationRecord) throws {
    try ledger.record(evaluation)
  }
}
