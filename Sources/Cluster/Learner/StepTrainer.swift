public import Wire

/// A slot's question with its accepted group.
public struct TrainingGroup: Sendable, Equatable {
  /// What was asked.
  public var content: TaskContent

  /// What was sampled.
  public var result: GroupResult

  /// Creates a slot of a batch.
  public init(content: TaskContent, result: GroupResult) {
    self.content = content
    self.result = result
  }
}

/// What a step's update found, by name.
public struct StepSummary: Sendable, Equatable {
  /// The step.
  public var step: UInt32

  /// Figures by name, such as `loss` or `gradient_norm`.
  public var metrics: [String: Double]

  /// Creates a summary.
  public init(step: UInt32, metrics: [String: Double]) {
    self.step = step
    self.metrics = metrics
  }
}

/// What an evaluation of a policy version found, by name.
public struct PolicyEvaluation: Sendable, Equatable {
  /// The policy version.
  public var version: UInt32

  /// Figures by name, such as `greedy` or `mean`.
  public var metrics: [String: Double]

  /// Creates an evaluation.
  public init(version: UInt32, metrics: [String: Double]) {
    self.version = version
    self.metrics = metrics
  }
}

/// Owns the policy and its optimiser. Belongs to the learner's training thread, which makes it and calls it for one thing at a time.
public protocol StepTrainer: AnyObject {
  /// The version of the policy at hand; at first that of the checkpoint, or 0.
  var version: UInt32 { get }

  /// How the bytes of every version divide into tensors and chunks.
  var manifest: WeightManifest { get }

  /// The bytes of the policy at hand, as the manifest lays them out.
  func weights() throws -> [UInt8]

  /// The bytes of the versions that the checkpoint kept beside its own, those that open steps are still sampled from.
  func olderWeights() throws -> [UInt32: [UInt8]]

  /// Updates the policy on a step's groups, in slot order, which makes it version `step + 1`.
  func train(step: UInt32, groups: [TrainingGroup]) throws -> StepSummary

  /// Makes a checkpoint of the policy at hand durable.
  ///
  /// - Parameter olderWeights: The versions to keep beside it, see ``olderWeights()``.
  func checkpoint(olderWeights: [UInt32: [UInt8]]) throws

  /// Measures the policy at hand.
  func evaluate() throws -> PolicyEvaluation
}
