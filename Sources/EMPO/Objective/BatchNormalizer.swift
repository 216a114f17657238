/// The parts of a loss's averages that depend on the whole optimiser batch.
///
/// They are fixed before any forward pass. A response's share of the loss then depends on no other response's log-probabilities, and the
/// shares of micro-batches of any cut add up to the batch's loss and gradient.
public struct BatchNormalizer: Sendable, Equatable {
  /// The loss that is averaged.
  public let loss: LossKind

  /// N, the responses that take part: unmasked, with at least one token.
  public let responseCount: Int

  /// `Σ_i |o_i|` over those responses.
  public let tokenCount: Int

  /// C of ``LossKind/drGRPO``.
  private let maximumResponseTokens: Int

  /// Counts an optimiser batch.
  ///
  /// - Parameters:
  ///   - options: the objective's settings.
  ///   - tokenCounts: the number of tokens of each unmasked response of the batch's kept groups; those of 0 tokens don't count.
  public init(options: ObjectiveOptions, tokenCounts: [Int]) {
    precondition(tokenCounts.allSatisfy { $0 >= 0 }, "a response can't have fewer than 0 tokens")
    loss = options.loss
    maximumResponseTokens = options.maximumResponseTokens
    responseCount = tokenCounts.count { $0 > 0 }
    tokenCount = tokenCounts.reduce(0, +)
  }

  /// The averages of a batch that was counted before.
  init(options: ObjectiveOptions, responseCount: Int, tokenCount: Int) {
    loss = options.loss
    maximumResponseTokens = options.maximumResponseTokens
    self.responseCount = responseCount
    self.tokenCount = tokenCount
  }

  /// The factor of one token's loss, in a response of `responseTokens` tokens. Defined for responses that were counted.
  func tokenWeight(responseTokens: Int) -> Double {
    precondition(responseTokens > 0 && responseTokens <= tokenCount, "the response was not counted in the batch's normaliser")
    return switch loss {
    case .tokenMean: 1 / Double(tokenCount)
    case .sequenceMean, .sequenceRatio: 1 / (Double(responseCount) * Double(responseTokens))
    case .drGRPO: 1 / (Double(responseCount) * Double(maximumResponseTokens))
    }
  }
}
