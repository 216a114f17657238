public import Meaning

/// The settings of judges; each judge looks at its own.
public struct JudgeOptions: Sendable, Equatable {
  /// What a verifier is asked; the raw values are the names used in configurations.
  public enum Prompt: String, Sendable, CaseIterable {
    /// What TIGER-Lab's general-verifier was trained on.
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

  /// What a verifier is asked.
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
