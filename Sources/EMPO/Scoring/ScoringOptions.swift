/// How a clustered group is rewarded, and which groups carry a gradient.
public struct ScoringOptions: Sendable, Equatable {
  /// What a response is rewarded for.
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

  /// The least share of the group that the largest cluster of non-empty answers must hold.
  public var minimumConfidence: Double

  /// Creates options; ``validate()`` checks them, as does every use.
  public init(reward: Reward = .empo, entropyLow: Double = 0, entropyHigh: Double = 1, minimumConfidence: Double = 0.25) {
    self.reward = reward
    self.entropyLow = entropyLow
    self.entropyHigh = entropyHigh
    self.minimumConfidence = minimumConfidence
  }

  /// Throws unless the band is a non-empty part of [0, 1] and the confidence a share.
  public func validate() throws(EMPOError) {
    try EMPOError.require((0...1).contains(entropyLow), "the entropy band's lower edge", is: entropyLow, expected: "a share from 0 to 1")
    try EMPOError.require((0...1).contains(entropyHigh), "the entropy band's upper edge", is: entropyHigh, expected: "a share from 0 to 1")
    try EMPOError.require(
      entropyLow < entropyHigh, "the entropy band", is: "\(entropyLow) to \(entropyHigh)", expected: "the lower edge below the upper one")
    try EMPOError.require(
      (0...1).contains(minimumConfidence), "the minimum confidence", is: minimumConfidence, expected: "a share from 0 to 1")
  }
}
