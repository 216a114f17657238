public import EMPO
public import Wire

/// Owns the policy and its optimiser. Belongs to the learner's training thread, which makes it and calls it for one thing at a time.
public protocol StepTrainer: AnyObject {
  /// The version of the policy at hand; at first that of the checkpoint, or 0.
  var version: UInt32 { get }

  /// How the bytes of every version divide into tensors and chunks.
  var manifest: WeightManifest { get }

  /// The bytes of the policy at hand, as the manifest lays them out. They stay as they are when the policy is updated.
  func weights() throws -> WeightBytes

  /// The bytes of the versions that the checkpoint kept beside its own, those that open steps are still sampled from.
  func olderWeights() throws -> [UInt32: WeightBytes]

  /// What the checkpoint kept of the questions to ask; nil where it kept nothing.
  var questions: QuestionSchedule.State? { get }

  /// The version with which the run ends before its last step, as the groups and evaluations so far decide; nil for none.
  ///
  /// What the update of step s decides takes effect at s + lag + 1 or later: whatever was leased by then is trained. Once it is decided, it
  /// stays.
  var end: UInt32? { get }

  /// Updates the policy on a step's groups, in slot order, which makes it version `step + 1`.
  func train(step: UInt32, groups: [PromptedGroup]) throws -> UpdateReport

  /// Cuts the update on a step's groups, in slot order, into parts, in place of any that was begun; empty ones among them, and none where
  /// nothing is to be computed. Each that is not empty is to be computed or added once, in any order, before the update is finished.
  func begin(step: UInt32, groups: [PromptedGroup]) throws -> [GradientPart]

  /// Computes a part of the update that was begun, and adds it to the sum.
  ///
  /// - Returns: How many tokens went through the model for it.
  func compute(part: Int) throws -> Int

  /// Computes a part of the update that was begun, and leaves the sum alone.
  func gradient(ofPart part: Int) throws -> ComputedGradient

  /// Whether a gradient is one as the run's own parts have: every number is finite, and the norm is not far above theirs.
  func isUsual(_ gradient: ComputedGradient) -> Bool

  /// Adds a part of the update that was begun, which was computed elsewhere, to the sum.
  func add(part: Int, _ gradient: ComputedGradient) throws

  /// Moves the policy by the sum, which makes it version `step + 1`.
  func finish(step: UInt32) throws -> UpdateReport

  /// Makes a checkpoint of the policy at hand durable.
  ///
  /// - Parameters:
  ///   - olderWeights: The versions to keep beside it, see ``olderWeights()``.
  ///   - questions: What is to be kept of the questions to ask, see ``questions``.
  ///   - ledger: How far the groups' store reached when the checkpoint was asked for.
  func checkpoint(olderWeights: [UInt32: WeightBytes], questions: QuestionSchedule.State?, ledger: LedgerReach) throws
}

extension StepTrainer {
  /// A trainer that decides nothing: the run ends with its last step.
  public var end: UInt32? { nil }
}
