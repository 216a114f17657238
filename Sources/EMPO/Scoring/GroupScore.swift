internal import Foundation

/// A group's rewards, and whether it carries a gradient.
public struct GroupScore: Sendable, Equatable {
  /// One reward a response, in sample order. Shape [G]; ``Reward`` says in which range.
  public var rewards: [Double]

  /// The cluster of each response, numbered from 0 by first appearance; each empty answer has its own. Shape [G].
  public var clusters: [Int]

  /// The probability of each cluster by ``ScoringOptions/entropy``, in the order of ``clusters``' numbers. They add up to 1.
  public var probabilities: [Double]

  /// The semantic entropy `-Σ p ln p` over ``probabilities``, in nats.
  public var semanticEntropy: Double

  /// The share of the group in its largest cluster of non-empty answers; 0 when no response answered.
  public var confidence: Double

  /// Whether the group carries a gradient, by the rule of ``Reward/reliesOnAgreement``.
  public var isKept: Bool
}

/// Rewards the responses of one group and decides whether the group is kept.
///
/// Throws if the options are invalid, or if the reward or the entropy needs labels, random numbers or log-probabilities that the evidence
/// lacks. O(G).
public func score(_ evidence: GroupEvidence, options: ScoringOptions) throws(EMPOError) -> GroupScore {
  try options.validate()
  let clusters = ClusterSizes(evidence)
  let confidence = clusters.largest.map { clusters.shares[$0] } ?? 0
  let rewards = try rewards(of: evidence, clusters: clusters, isConfident: confidence >= options.minimumConfidence, options: options)
  let (probabilities, entropy) = try spread(of: evidence, clusters: clusters, estimate: options.entropy)
  let isKept =
    options.reward.reliesOnAgreement
    ? options.accepts(semanticEntropy: entropy, confidence: confidence, size: evidence.size)
    : rewards.contains { $0 != rewards[0] }
  return GroupScore(
    rewards: rewards, clusters: clusters.indexOfResponse, probabilities: probabilities, semanticEntropy: entropy, confidence: confidence,
    isKept: isKept)
}

/// The probability of each cluster, and their entropy.
private func spread(
  of evidence: GroupEvidence, clusters: ClusterSizes, estimate: EntropyEstimate
) throws(EMPOError) -> (probabilities: [Double], entropy: Double) {
  switch estimate {
  case .discrete:
    return (clusters.shares, semanticEntropy(ofClusterSizes: clusters.sizes))
  case .likelihood:
    guard let logProbabilities = evidence.logProbabilities else {
      throw EMPOError(
        .missingEvidence,
        "the entropy estimate '\(estimate.rawValue)' needs a log-probability of every response, and this group has none")
    }
    if let index = logProbabilities.firstIndex(where: { !$0.isFinite }) {
      throw EMPOError(
        .invalidEvidence, "the log-probability of response \(index) is \(logProbabilities[index]), expected a finite number")
    }
    let probabilities = clusterProbabilities(clusters: clusters.indexOfResponse, logProbabilities: logProbabilities)
    return (probabilities, entropy(of: probabilities))
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
