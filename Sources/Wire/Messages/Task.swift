/// A question leased to a worker: sample `groupSize` responses from exactly `policyVersion`.
public struct Task: Sendable, Equatable {
  /// The lease, unique within an incarnation of the learner.
  public var lease: UInt64

  /// The step whose batch the group joins.
  public var step: UInt32

  /// The place within the step.
  public var slot: UInt32

  /// The version of the weights to sample from.
  public var policyVersion: UInt32

  /// The run's seed; with step, slot and sample it keys every random number.
  public var seed: UInt64

  /// How many responses to sample.
  public var groupSize: UInt32

  /// The question's identifier.
  public var questionID: String

  /// The question for a judge of meaning.
  public var question: String

  /// The prompt's tokens. Shape [T].
  public var promptTokens: [Int32]

  /// The reference answers, of which any is right; sent only where the reward needs them.
  public var answers: [String]

  /// How long the lease holds after its arrival, unless a heartbeat extends it.
  public var deadlineMilliseconds: UInt32

  /// Creates a task.
  public init(
    lease: UInt64, step: UInt32, slot: UInt32, policyVersion: UInt32, seed: UInt64, groupSize: UInt32, questionID: String,
    question: String, promptTokens: [Int32], answers: [String] = [], deadlineMilliseconds: UInt32
  ) {
    self.lease = lease
    self.step = step
    self.slot = slot
    self.policyVersion = policyVersion
    self.seed = seed
    self.groupSize = groupSize
    self.questionID = questionID
    self.question = question
    self.promptTokens = promptTokens
    self.answers = answers
    self.deadlineMilliseconds = deadlineMilliseconds
  }
}
