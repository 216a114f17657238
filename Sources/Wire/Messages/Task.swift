public import EMPO

/// Work leased to a worker: `groupSize` responses to a question from exactly `policyVersion`, or a part of a gradient at it.
public struct Task: Sendable, Equatable {
  /// The lease, unique within an incarnation of the learner.
  public var lease: UInt64

  /// What the result must return.
  public var seal: LeaseSeal

  /// Which piece of the run's work it is.
  public var item: WorkItem

  /// The version of the weights to work with.
  public var policyVersion: UInt32

  /// The run's seed; with step, slot and sample it keys every random number.
  public var seed: UInt64

  /// How many responses to sample. An evaluation's first is greedy, the others are drawn at temperature 1. 0 for a
  /// gradient.
  public var groupSize: UInt32

  /// The responses to follow, as tokens; only for a check.
  public var given: [[Int32]]

  /// The question's identifier.
  public var questionID: String

  /// The question for a judge of meaning.
  public var question: String

  /// The prompt's tokens. Shape [T].
  public var promptTokens: [Int32]

  /// The reference answers, of which any is right; sent only where the reward needs them.
  public var answers: [String]

  /// What to compute the gradient of; only for a gradient and its check, which have no question.
  public var part: GradientPart?

  /// How long the lease holds after its arrival, unless a heartbeat extends it.
  public var deadlineMilliseconds: UInt32

  /// Creates a task.
  public init(
    lease: UInt64, seal: LeaseSeal, item: WorkItem, policyVersion: UInt32, seed: UInt64, groupSize: UInt32, given: [[Int32]] = [],
    questionID: String, question: String, promptTokens: [Int32], answers: [String] = [], part: GradientPart? = nil,
    deadlineMilliseconds: UInt32
  ) {
    self.lease = lease
    self.seal = seal
    self.item = item
    self.policyVersion = policyVersion
    self.seed = seed
    self.groupSize = groupSize
    self.given = given
    self.questionID = questionID
    self.question = question
    self.promptTokens = promptTokens
    self.answers = answers
    self.part = part
    self.deadlineMilliseconds = deadlineMilliseconds
  }
}
