public import Wire

/// A group that the learner accepted.
public struct AcceptedGroup: Sendable, Equatable {
  /// What was sampled.
  public var result: WorkResult

  /// Who sampled it.
  public var worker: String

  /// Which question it answers.
  public var questionID: String

  /// Creates an accepted group.
  public init(_ result: WorkResult, worker: String, questionID: String) {
    self.result = result
    self.worker = worker
    self.questionID = questionID
  }
}

/// A group that a learner finds when it starts.
public struct StoredGroup: Sendable, Equatable {
  /// What was sampled.
  public var result: WorkResult

  /// Who sampled it.
  public var worker: String

  /// Who has checked it; nil for nobody.
  public var checker: String?

  /// Creates a stored group.
  public init(result: WorkResult, worker: String, checker: String? = nil) {
    self.result = result
    self.worker = worker
    self.checker = checker
  }
}

/// How far a store reaches at a moment. A checkpoint keeps it, so that a store that was deleted, cut, replaced or put back is noticed.
public struct LedgerReach: Sendable, Equatable {
  /// The run's name.
  public var run: String

  /// How many entries there are; none is ever taken back.
  public var entries: UInt64

  /// A digest over all of them, in hexadecimal digits: of the entries before the last, chained with the last.
  public var link: String

  /// How often a learner of the run has begun.
  public var incarnation: UInt64

  /// Creates a reach.
  public init(run: String, entries: UInt64, link: String, incarnation: UInt64) {
    self.run = run
    self.entries = entries
    self.link = link
    self.incarnation = incarnation
  }
}

/// Where accepted groups are kept, and what was found out about them. Belongs to the learner's socket thread. What a call has changed is
/// durable when it returns.
public protocol GroupStore: AnyObject {
  /// A number for a learner that begins: no earlier learner of the run had it.
  func beginIncarnation() throws -> UInt64

  /// The first incarnation whose leases still count: 1, or the first one after the run last went back to an earlier checkpoint.
  func firstTrustedIncarnation() throws -> UInt64

  /// The key of the leases' seals, 32 bytes, the same in all of a run's incarnations.
  func leaseKey() throws -> [UInt8]

  /// The groups of steps from `step` on that count, in any order.
  func groups(from step: UInt32) throws -> [StoredGroup]

  /// By workers, the first step before `version` with a group that rests on the worker's word alone: it sampled the group and nobody has
  /// checked it, or nobody else has.
  func reliance(before version: UInt32) throws -> [String: UInt32]

  /// The parties that were expelled, and what was found.
  func expelled() throws -> [String: String]

  /// Whether an evaluation of this version was noted.
  func isEvaluated(_ version: UInt32) throws -> Bool

  /// Keeps groups. Their acknowledgements leave afterwards.
  func persist(_ groups: [AcceptedGroup]) throws

  /// Notes who has checked a slot's group.
  func confirm(step: UInt32, slot: UInt32, checker: String?) throws

  /// A slot's group counts no more; it is kept with the reason, and the slot is free again.
  func void(step: UInt32, slot: UInt32, reason: String) throws

  /// The groups that were sampled from later versions than `version` count no more.
  func void(sampledAfter version: UInt32, reason: String) throws

  /// Refuses a party for good.
  func expel(_ party: String, reason: String) throws

  /// How far the store reaches now, for a checkpoint.
  func reach() throws -> LedgerReach

  /// Notes what a worker said of itself.
  func record(_ worker: WorkerRecord) throws

  /// Notes how a step went.
  func record(_ step: StepRecord) throws

  /// Notes what an evaluation found.
  func record(_ evaluation: EvaluationRecord) throws
}
