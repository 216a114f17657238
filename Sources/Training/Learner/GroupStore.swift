public import Wire

/// Where accepted groups are kept. Belongs to the learner's socket thread.
public protocol GroupStore: AnyObject {
  /// A number for a learner that begins: no earlier learner of the run had it.
  func beginIncarnation() throws -> UInt64

  /// The groups of steps from `step` on, in any order.
  func groups(from step: UInt32) throws -> [GroupResult]

  /// Keeps a group. It is durable when this returns; its acknowledgement leaves afterwards.
  func persist(_ result: GroupResult, content: TaskContent, worker: String) throws

  /// Notes what a worker said of itself.
  func record(_ worker: WorkerRecord) throws

  /// Notes how a step went.
  func record(_ summary: StepSummary, timing: StepTiming) throws

  /// Notes what an evaluation found.
  func record(_ evaluation: PolicyEvaluation) throws
}
