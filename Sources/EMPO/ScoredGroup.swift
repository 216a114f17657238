/// One sampled response with its scores within the group.
public struct ScoredResponse: Sendable, Equatable {
  /// Response tokens, the stop token included where one was sampled. Shape [T].
  public var tokens: [Int32]

  /// ln p(token | everything before it) of each response token under the sampling policy, over the whole vocabulary at
  /// temperature 1, regardless of the sampling temperature. Shape [T], nats.
  public var tokenLogProbabilities: [Float]

  /// Whether the response ended at the length limit and not at a stop token.
  public var isTruncated: Bool

  /// The extracted answer; empty when the response gives none.
  public var answer: String

  /// The index of the answer's meaning cluster within the group, numbered by first appearance.
  public var cluster: Int

  /// The reward, as defined by the run's ``Reward``.
  public var reward: Double

  /// Creates a scored response.
  public init(
    tokens: [Int32], tokenLogProbabilities: [Float], isTruncated: Bool, answer: String, cluster: Int, reward: Double
  ) {
    self.tokens = tokens
    self.tokenLogProbabilities = tokenLogProbabilities
    self.isTruncated = isTruncated
    self.answer = answer
    self.cluster = cluster
    self.reward = reward
  }
}

/// The G responses to one question, clustered by meaning and scored.
public struct ScoredGroup: Sendable, Equatable {
  /// The responses, in sample order. Shape [G].
  public var responses: [ScoredResponse]

  /// `H = -Σ p(c) ln p(c)` over the group's meaning clusters, in nats.
  public var semanticEntropy: Double

  /// Whether the group carries a gradient: ``ScoringOptions`` found no ``DropReason``.
  public var isKept: Bool

  /// Creates a scored group.
  public init(responses: [ScoredResponse], semanticEntropy: Double, isKept: Bool) {
    self.responses = responses
    self.semanticEntropy = semanticEntropy
    self.isKept = isKept
  }
}

/// A scored group together with the prompt that its responses continue.
public struct PromptedGroup: Sendable, Equatable {
  /// [n]
  public var promptTokens: [Int32]

  /// The responses.
  public var group: ScoredGroup

  /// Creates a prompted group.
  public init(promptTokens: [Int32], group: ScoredGroup) {
    self.promptTokens = promptTokens
    self.group = group
  }
}
