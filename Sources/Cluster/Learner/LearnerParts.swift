public import Wire

/// What a run brings to a learner. What belongs to a thread is made on it, by these closures, and again when the run goes back to an earlier
/// checkpoint.
public struct LearnerParts: Sendable {
  /// Makes the store, on the socket thread.
  public var makeStore: @Sendable () throws -> any GroupStore

  /// Makes the transport, on the socket thread.
  public var makeTransport: @Sendable () throws -> any LearnerTransport

  /// Makes the trainer, on the training thread.
  public var makeTrainer: @Sendable () throws -> any StepTrainer

  /// Makes the judge of results, on the judging thread.
  public var makeJudge: @Sendable () throws -> any LearnerJudge

  /// Makes what follows results to check them, on the checking thread, when there is one to check.
  public var makeChecker: @Sendable () throws -> any GroupSampler

  /// The base weights that workers need beside a policy version; nil where every version holds all weights. The plan says which.
  public var baseWeights: (any BaseWeights)?

  /// Takes the responses to a held-out question when they have come, on the socket thread; must not block.
  public var noteAnswer: @Sendable (WorkResult) -> Void

  /// Has the run go back to its last checkpoint of a version up to the one given, with all that came later in store and folder; returns
  /// the checkpoint's version, 0 where the run begins anew.
  public var goBack: @Sendable (UInt32) throws -> UInt32

  /// Creates parts.
  public init(
    makeStore: @escaping @Sendable () throws -> any GroupStore, makeTransport: @escaping @Sendable () throws -> any LearnerTransport,
    makeTrainer: @escaping @Sendable () throws -> any StepTrainer, makeJudge: @escaping @Sendable () throws -> any LearnerJudge,
    makeChecker: @escaping @Sendable () throws -> any GroupSampler, baseWeights: (any BaseWeights)? = nil,
    noteAnswer: @escaping @Sendable (WorkResult) -> Void = { _ in },
    goBack: @escaping @Sendable (UInt32) throws -> UInt32
  ) {
    self.makeStore = makeStore
    self.makeTransport = makeTransport
    self.makeTrainer = makeTrainer
    self.makeJudge = makeJudge
    self.makeChecker = makeChecker
    self.baseWeights = baseWeights
    self.noteAnswer = noteAnswer
    self.goBack = goBack
  }
}
