/// The policy objective's settings.
public struct ObjectiveOptions: Sendable, Equatable {
  /// How rewards become advantages.
  public var advantage: AdvantageNormalization

  /// How token losses become one loss a batch.
  public var loss: LossKind

  /// Ratios below `1 - clipLow` are clipped where the advantage is negative; from 0 to 1.
  public var clipLow: Double

  /// Ratios above `1 + clipHigh` are clipped where the advantage is positive.
  ///
  /// An upper edge of its own is DAPO's Clip-Higher (arXiv 2503.14476, equation 10), whose 0.2 and 0.28 are the defaults; equal edges are PPO's.
  public var clipHigh: Double

  /// The weight of the KL term to the base model; 0 turns it off. Each token adds `klWeight · k3` to its loss,
  /// `k3 = q/p - ln(q/p) - 1` with p the policy and q the base model (GRPO, arXiv 2402.03300, equation 4; Schulman, "Approximating KL
  /// Divergence", 2020). It is averaged as the surrogate is; with ``LossKind/sequenceRatio``, whose paper has no KL term, as in GRPO.
  public var klWeight: Double

  /// Whether responses that ended at the length limit carry no gradient (overlong filtering, DAPO, arXiv 2503.14476, section 3.4).
  public var maskTruncated: Bool

  /// The most tokens that a response may have, the constant of ``LossKind/drGRPO``.
  public var maximumResponseTokens: Int

  /// Creates options; ``validate()`` checks them, as does every use.
  public init(
    advantage: AdvantageNormalization = .groupStandardDeviation, loss: LossKind = .tokenMean, clipLow: Double = 0.2,
    clipHigh: Double = 0.28, klWeight: Double = 0, maskTruncated: Bool = false, maximumResponseTokens: Int = 64
  ) {
    self.advantage = advantage
    self.loss = loss
    self.clipLow = clipLow
    self.clipHigh = clipHigh
    self.klWeight = klWeight
    self.maskTruncated = maskTruncated
    self.maximumResponseTokens = maximumResponseTokens
  }

  /// Throws unless every setting is in its range.
  public func validate() throws(EMPOError) {
    try EMPOError.require((0...1).contains(clipLow), "the lower clip", is: clipLow, expected: "a number from 0 to 1")
    try EMPOError.require(clipHigh >= 0 && clipHigh.isFinite, "the upper clip", is: clipHigh, expected: "a finite number from 0 up")
    try EMPOError.require(klWeight >= 0 && klWeight.isFinite, "the KL weight", is: klWeight, expected: "a finite number from 0 up")
    try EMPOError.require(
      maximumResponseTokens > 0, "the most tokens of a response", is: maximumResponseTokens, expected: "a positive number")
  }

  /// Whether `response` is left out of the loss and of its normalisers.
  public func masks(_ response: ScoredResponse) -> Bool { maskTruncated && response.isTruncated }
}
