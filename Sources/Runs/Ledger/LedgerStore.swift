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
    try ledger.evaluations().contains { $0.policyVersion == version && $0.name == Self.heldOut }
  }

  /// Keeps groups, in one transaction; durable when this returns.
  public func persist(_ groups: [AcceptedGroup]) throws {
    try ledger.persist(groups.map { LedgerGroup($0.result, worker: $0.worker, questionID: $0.content.questionID) })
  }

  /// Notes what a worker said of itself, in place of what it said before.
  public func record(_ worker: WorkerRecord) throws {
    try ledger.record(worker)
  }

  /// Notes how a step went: what the trainer found, with where the time went.
  public func record(_ summary: StepSummary, timing: StepTiming) throws {
    let metrics = summary.metrics.merging(timing.metrics) { found, _ in found }
    try ledger.record(StepRecord(step: summary.step, policyVersion: summary.step + 1, metrics: metrics))
  }

  /// Notes what an evaluation of the held-out questions found.
  public func record(_ evaluation: PolicyEvaluation) throws {
    try ledger.record(EvaluationRecord(policyVersion: evaluation.version, name: Self.heldOut, metrics: evaluation.metrics))
  }

  /// The name of evaluations on the held-out questions.
  public static let heldOut = "held_out"
}

extension StepTiming {
  /// The figures by name, as the ledger and metrics.jsonl keep them.
  public var metrics: [String: Double] {
    [
      "step_seconds": seconds, "learner_wait_share": learnerWaitShare, "worker_wait_share": workerWaitShare,
      "groups_per_second": groupsPerSecond, "tokens_per_second": tokensPerSecond, "workers": Double(workers),
      "duplicates": Double(duplicates), "stale": Double(stale), "reassigned": Double(reassigned),
    ]
  }
}
