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

  /// Why the group carries no gradient, by the rule of ``Reward/reliesOnAgreement``; nil for a group that carries one.
  public var dropReason: DropReason?

  /// Whether the group carries a gradient.
  public var isKept: Bool { dropReason == nil }
}

/// Rewards the responses of one group and decides whether the group is kept.
///
/// Throws if the options are invalid, or if the reward or the entropy needs labels, random numbers or log-probabilities that the evidence
/// lacks. O(G).
public func score(_ evidence: GroupEvidence, options: ScoringOptions) throws(EMPOError) -> GroupScore {
  try options.validate()
  let clusters = ClusterSizes(labels: evidence.clusters, isEmpty: evidence.isEmpty)
  let isConfident = clusters.confidence >= options.minimumConfidence
  let rewards = try rewards(of: evidence, clusters: clusters, isConfident: isConfident, options: options)
  let (probabilities, entropy) = try spread(of: evidence, clusters: clusters, estimate: options.entropy)
  return GroupScore(
    rewards: rewards, clusters: clusters.indexOfResponse, probabilities: probabilities, semanticEntropy: entropy,
    confidence: clusters.confidence, dropReason: options.dropReason(clusters, semanticEntropy: entropy, rewards: rewards))
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
