/// How a clustered group is rewarded, and which groups carry a gradient.
public struct ScoringOptions: Sendable, Equatable {
  /// The kind of reward.
  public var reward: Reward

  /// The lower edge of the entropy band, as a share of `ln G`. A group is kept only if `H > entropyLow · ln G`, so 0 drops
  /// the unanimous groups, which have nothing left to learn.
  ///
  /// The two thresholds are those of EMPO, arXiv 2504.05812, which filters questions of too low and of too high entropy; shares of the
  /// largest possible entropy `ln G` mean the same at every group size.
  public var entropyLow: Double

  /// The upper edge of the entropy band, as a share of `ln G`. A group is kept only if `H <= entropyHigh · ln G`, so 1 lets
  /// every group pass.
  public var entropyHigh: Double

  /// The confidence floor: the least share of the group that the largest cluster of non-empty answers must hold. Below it, by
  /// ``Reward/reliesOnAgreement``, its answers earn 0; ``belowFloor`` says what else.
  ///
  /// The paper has no floor, hence 0. The code of its authors has one of 0.2 for free-form answers, and lets a unanimous group of any size
  /// pass.
  public var minimumConfidence: Double

  /// What becomes of a group below the confidence floor.
  public var belowFloor: BelowFloor

  /// The reward of a response without an answer, from -1 to 0, for the rewards that look at answers: ``Reward/empo``,
  /// ``Reward/majority``, ``Reward/accuracy`` and ``Reward/randomFormat``. ``Reward/evol`` has its own, -1.
  ///
  /// The paper gives it 0; the code of its authors -0.5 for free-form answers, so that no answer is worse than a singular one.
  public var emptyReward: Double

  /// How the semantic entropy is estimated.
  public var entropy: EntropyEstimate

  /// Whether ``logProbability(ofTokens:)`` is the mean over a response's tokens and not the sum, so that long responses aren't
  /// improbable for their length alone.
  public var normalizesLength: Bool

  /// Creates options; ``validate()`` checks them, as does every use.
  public init(
    reward: Reward = .empo, entropyLow: Double = 0, entropyHigh: Double = 1, minimumConfidence: Double = 0,
    belowFloor: BelowFloor = .drop, emptyReward: Double = 0, entropy: EntropyEstimate = .discrete, normalizesLength: Bool = true
  ) {
    self.reward = reward
    self.entropyLow = entropyLow
    self.entropyHigh = entropyHigh
    self.minimumConfidence = minimumConfidence
    self.belowFloor = belowFloor
    self.emptyReward = emptyReward
    self.entropy = entropy
    self.normalizesLength = normalizesLength
  }

  /// The log-probability of a response from those of its tokens, in nats, as ``EntropyEstimate/likelihood`` takes it; 0 without tokens.
  public func logProbability(ofTokens logProbabilities: [Float]) -> Double {
    let sum = logProbabilities.reduce(0.0) { $0 + Double($1) }
    return normalizesLength ? sum / Double(max(1, logProbabilities.count)) : sum
  }

  /// Throws unless the band is a non-empty part of [0, 1], the confidence a share, and the reward of silence one from -1 to 0.
  public func validate() throws(EMPOError) {
    try EMPOError.require((0...1).contains(entropyLow), "the entropy band's lower edge", is: entropyLow, expected: "a share from 0 to 1")
    try EMPOError.require((0...1).contains(entropyHigh), "the entropy band's upper edge", is: entropyHigh, expected: "a share from 0 to 1")
    try EMPOError.require(
      entropyLow < entropyHigh, "the entropy band", is: "\(entropyLow) to \(entropyHigh)", expected: "the lower edge below the upper one")
    try EMPOError.require(
      (0...1).contains(minimumConfidence), "the minimum confidence", is: minimumConfidence, expected: "a share from 0 to 1")
    try EMPOError.require(
      (-1...0).contains(emptyReward), "the reward of an empty answer", is: emptyReward, expected: "a number from -1 to 0")
  }
}

/// What becomes of a group whose agreement is below the confidence floor; the raw values are the names used in configurations.
///
/// Under both its answers earn 0 and its empty ones the empty reward.
public enum BelowFloor: String, Sendable, CaseIterable {
  /// The group carries no gradient.
  case drop

  /// The group carries a gradient where its rewards differ: it still teaches that no answer is worse than any.
  ///
  /// What the code of EMPO's authors does with free-form answers, where an empty one earns -0.5.
  case payNothing = "pay-nothing"
}
