public import Meaning

/// The settings of judges; each judge looks at its own.
public struct JudgeOptions: Sendable, Equatable {
  /// How the clusters of a model judge are drawn from its opinions on pairs.
  public var clusterRule: ClusterRule

  /// The least cosine of two embeddings that mean the same.
  public var similarity: Double

  /// In which orders a verifier is asked about a pair.
  public var directions: VerifierDirections

  /// Creates settings.
  public init(
    clusterRule: ClusterRule = .components, similarity: Double = 0.85, directions: VerifierDirections = .both
  ) {
    self.clusterRule = clusterRule
    self.similarity = similarity
    self.directions = directions
  }
}
