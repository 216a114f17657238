public import Cluster
public import Wire

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

  /// The groups of steps from `step` on.
  public func groups(from step: UInt32) throws -> [GroupResult] {
    try ledger.groups(fromStep: step).map(\.result)
  }

  /// Whether the held-out questions were measured with this version.
  public func isEvaluated(_ version: UInt32) throws -> Bool {
    try ledger.evaluations().contains { $0.policyVersion == version }
  }

  /// Keeps groups, in one transaction; durable when this returns.
  public func persist(_ groups: [AcceptedGroup]) throws {
    try ledger.persist(groups)
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
