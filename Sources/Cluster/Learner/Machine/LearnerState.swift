public import EMPO

/// What a run has kept when a learner starts.
public struct LearnerState: Sendable {
  /// The version of the checkpoint that it starts from.
  public var version: UInt32

  /// What the checkpoint kept of the questions to ask.
  public var questions: QuestionSchedule.State?

  /// The versions whose weights it has.
  public var retained: Set<UInt32>

  /// Those of them whose evaluations are done.
  public var evaluated: Set<UInt32>

  /// The ledger's groups of steps from `version` on.
  public var groups: [StoredGroup]

  /// Which trained steps rest on whose word alone, see `GroupStore`.
  public var reliance: [String: UInt32]

  /// The parties that were expelled, and what was found.
  public var expelled: [String: String]

  /// The version with which the run ends before its last step; nil for none.
  public var end: UInt32?

  /// Creates a state; by default that of a run that begins.
  public init(
    version: UInt32 = 0, questions: QuestionSchedule.State? = nil, retained: Set<UInt32>, evaluated: Set<UInt32> = [],
    groups: [StoredGroup] = [], reliance: [String: UInt32] = [:], expelled: [String: String] = [:], end: UInt32? = nil
  ) {
    self.version = version
    self.questions = questions
    self.retained = retained
    self.evaluated = evaluated
    self.groups = groups
    self.reliance = reliance
    self.expelled = expelled
    self.end = end
  }
}
