public import Meaning

/// The settings of judges; each judge reads its own.
public struct JudgeOptions: Sendable, Equatable {
  /// The prompt of a verifier; the raw values are the names used in configurations.
  public enum Prompt: String, Sendable, CaseIterable {
    /// The prompt on which TIGER-Lab's general-verifier was trained.
    case generalVerifier = "general-verifier"
    /// A plain question, through the chat template of the model.
    case plain
  }

  /// How mathematical answers are compared.
  public var math: MathJudge.Options

  /// How the clusters of a model judge are drawn from its opinions on pairs.
  public var clusterRule: ClusterRule

  /// The least cosine of two embeddings that mean the same.
  public var similarity: Double

  /// Which answer of a pair a verifier is shown as the reference.
  public var direction: VerifierJudge.Direction

  /// The prompt of a verifier.
  public var prompt: Prompt

  /// Creates settings.
  public init(
    math: MathJudge.Options = MathJudge.Options(), clusterRule: ClusterRule = .components,
    similarity: Double = EmbeddingJudge.Options().usualThreshold,
    direction: VerifierJudge.Direction = .both, prompt: Prompt = .generalVerifier
  ) {
    self.math = math
    self.clusterRule = clusterRule
    self.similarity = similarity
    self.direction = direction
    self.prompt = prompt
  }
}
