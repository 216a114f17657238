/// The settings for measuring a policy.
public struct EvaluationOptions: Sendable, Equatable {
  /// Samples at temperature 1 of each question.
  public var samplesPerQuestion: Int

  /// The number of samples that form a majority; at most ``samplesPerQuestion``.
  public var majorityCount: Int

  /// The most tokens of a prompt.
  public var maximumPromptTokens: Int

  /// The most tokens of a response, the stop token included; with the prompt's at most as many as the engine allows.
  public var maximumNewTokens: Int

  /// The seed of the samples. They come from streams of their own, so a run may use its own seed here.
  public var seed: UInt64

  /// Creates options.
  public init(samplesPerQuestion: Int = 16, majorityCount: Int = 16, maximumPromptTokens: Int, maximumNewTokens: Int, seed: UInt64) {
    self.samplesPerQuestion = samplesPerQuestion
    self.majorityCount = majorityCount
    self.maximumPromptTokens = maximumPromptTokens
    self.maximumNewTokens = maximumNewTokens
    self.seed = seed
  }
}
