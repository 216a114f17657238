/// A part of the gradient of one optimiser batch: what is computed from zero, by whoever it may be, to the same bits.
///
/// It holds all that the gradient follows from, beside the policy, ``ObjectiveOptions`` and the bound on micro-batches.
public struct GradientPart: Sendable, Equatable {
  /// N, the responses of the whole batch that take part in averages.
  public var responseCount: Int

  /// `Σ_i |o_i|` over those responses.
  public var tokenCount: Int

  /// Groups in slot order.
  public var groups: [GradientGroup]

  /// Creates a part.
  public init(responseCount: Int, tokenCount: Int, groups: [GradientGroup]) {
    self.responseCount = responseCount
    self.tokenCount = tokenCount
    self.groups = groups
  }

  /// Whether its gradient is zero, so that nobody needs to compute it.
  public var isEmpty: Bool { groups.isEmpty }

  /// The averages of the batch.
  public func normalizer(_ options: ObjectiveOptions) -> BatchNormalizer {
    BatchNormalizer(options: options, responseCount: responseCount, tokenCount: tokenCount)
  }
}

/// The responses of a group that pull.
public struct GradientGroup: Sendable, Equatable {
  /// The group's slot within the step.
  public var slot: Int

  /// What the responses continue. [n]
  public var promptTokens: [Int32]

  /// The responses, in sample order.
  public var responses: [GradientResponse]

  /// Creates a group.
  public init(slot: Int, promptTokens: [Int32], responses: [GradientResponse]) {
    self.slot = slot
    self.promptTokens = promptTokens
    self.responses = responses
  }
}

/// A response that pulls.
public struct GradientResponse: Sendable, Equatable {
  /// Its place within the group.
  public var sample: Int

  /// Its tokens. Shape [T].
  public var tokens: [Int32]

  /// ln p of each token under the policy that sampled it. Shape [T], nats.
  public var samplingLogProbabilities: [Float]

  /// Its advantage within the group.
  public var advantage: Double

  /// Creates a response.
  public init(sample: Int, tokens: [Int32], samplingLogProbabilities: [Float], advantage: Double) {
    self.sample = sample
    self.tokens = tokens
    self.samplingLogProbabilities = samplingLogProbabilities
    self.advantage = advantage
  }
}
