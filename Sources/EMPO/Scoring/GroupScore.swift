internal import Foundation

/// A group's rewards, and whether it carries a gradient.
public struct GroupScore: Sendable, Equatable {
  /// One reward a response, in sample order. Shape [G], each in [0, 1].
  public var rewards: [Double]

  /// The semantic entropy over the clusters of all G responses, in nats; see ``semanticEntropy(ofClusterSizes:)``.
  public var semanticEntropy: Double

  /// The share of the group in its largest cluster of non-empty answers; 0 when no response answered.
  public var confidence: Double

  /// Whether the group carries a gradient, by the rule of ``Reward/reliesOnAgreement``.
  public var isKept: Bool
}

/// Rewards the responses of one group and decides whether the group is kept.
///
/// Throws if the options are invalid, or if the reward needs labels or random numbers that the evidence lacks. O(G).
public func score(_ evidence: GroupEvidence, options: ScoringOptions) throws(EMPOError) -> GroupScore {
  try options.validate()
  let clusters = ClusterSizes(evidence)
  let rewards = try rewards(of: evidence, clusters: clusters, reward: options.reward)
  let entropy = semanticEntropy(ofClusterSizes: clusters.sizes)
  let confidence = clusters.largest.map { Double(clusters.sizes[$0]) / Double(evidence.size) } ?? 0
  let isKept =
    options.reward.reliesOnAgreement
    ? options.accepts(semanticEntropy: entropy, confidence: confidence, size: evidence.size)
    : rewards.contains { $0 != rewards[0] }
  return GroupScore(rewards: rewards, semanticEntropy: entropy, confidence: confidence, isKept: isKept)
}

/// One reward a response; ``Reward`` says what each means.
private func rewards(of evidence: GroupEvidence, clusters: ClusterSizes, reward: Reward) throws(EMPOError) -> [Double] {
  switch reward {
  case .empo:
    return evidence.clusters.indices.map {
      evidence.isEmpty[$0] ? 0 : Double(clusters.size(ofClusterAt: $0)) / Double(evidence.size)
    }
  case .majority:
    return clusters.indexOfResponse.map { $0 == clusters.largest ? 1 : 0 }
  case .accuracy:
    guard let isCorrect = evidence.isCorrect else {
      throw EMPOError(
        code: .missingEvidence, message: "the reward '\(reward.rawValue)' needs an answer to every question, and this question has none")
    }
    return isCorrect.map { $0 ? 1 : 0 }
  case .format:
    return evidence.isFormatted.map { $0 ? 1 : 0 }
  case .random:
    guard evidence.uniforms.count == evidence.size else {
      throw EMPOError(
        code: .missingEvidence,
        message: "the reward '\(reward.rawValue)' needs \(evidence.size) uniform numbers, and there are \(evidence.uniforms.count)")
    }
    return evidence.uniforms.map { $0 < 0.5 ? 1 : 0 }
  }
}

extension ScoringOptions {
  /// Shares that differ by less count as equal, so that rounding in a logarithm doesn't move a group across an edge that it lies on.
  private static let shareTolerance = 1e-12

  /// Whether a group of `size` responses lies in the entropy band and is confident enough.
  func accepts(semanticEntropy: Double, confidence: Double, size: Int) -> Bool {
    guard size > 1 else { return false }
    let share = semanticEntropy / log(Double(size))
    return share - entropyLow > Self.shareTolerance && share - entropyHigh <= Self.shareTolerance
      && confidence >= minimumConfidence
  }
}
