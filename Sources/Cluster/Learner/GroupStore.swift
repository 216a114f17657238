public import Wire

/// A group that the learner accepted.
public struct AcceptedGroup: Sendable, Equatable {
  /// What was sampled.
  public var result: GroupResult

  /// Who sampled it.
  public var worker: String

  /// Which question it answers.
  public var questionID: String

  /// Creates an accepted group.
  public init(_ result: GroupResult, worker: String, questionID: String) {
    self.result = result
    self.worker = worker
    self.questionID = questionID
  }
}

/// Where accepted groups are kept. Belongs to the learner's socket thread.
public protocol GroupStore: AnyObject {
  /// A number for a learner that begins: no earlier learner of the run had it.
  func beginIncarnation() throws -> UInt64

  /// The groups of steps from `step` on, in any order.
  func groups(from step: UInt32) throws -> [GroupResult]

  /// Whether an evaluation of this version was noted.
  func isEvaluated(_ version: UInt32) throws -> Bool

  /// Keeps groups. They are durable when this returns; their acknowledgements leave afterwards.
  func persist(_ groups: [AcceptedGroup]) throws

  /// Notes what a worker said of itself.
  func record(_ worker: WorkerRecord) throws

  /// Notes how a step went.
  func record(_ step: StepRecord) throws

  /// Notes what an evaluation found.
  func record(_ evaluation: EvaluationRecord) throws
}
