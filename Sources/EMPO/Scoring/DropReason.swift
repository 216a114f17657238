internal import Foundation

/// Why a group carries no gradient; the raw values are the names in a run's figures. Of several reasons the first one in this order counts.
public enum DropReason: String, Sendable, CaseIterable {
  /// Every response ended at the length limit, and none has an answer or the run masks such responses.
  case truncated

  /// No response has an answer.
  case unanswered

  /// All answers mean the same, so that nothing is left to learn.
  case unanimous

  /// The semantic entropy is not above the band's lower edge, although the answers differ.
  case lowEntropy = "low_entropy"

  /// The semantic entropy is above the band's upper edge.
  case highEntropy = "high_entropy"

  /// The largest cluster is below the confidence floor.
  case belowFloor = "below_floor"

  /// All rewards are equal, bit for bit, so that no response is preferred: as if all answers differ, or two halves each agree.
  case equalRewards = "equal_rewards"
}

extension ScoringOptions {
  /// Shares that differ by less count as equal, so that rounding in a logarithm doesn't move a group across an edge that it lies on.
  private static let shareTolerance = 1e-12

  /// Why a group with these clusters and rewards carries no gradient; nil if it carries one.
  func dropReason(_ clusters: ClusterSizes, semanticEntropy: Double, rewards: [Double]) -> DropReason? {
    let areEqual = rewards.allSatisfy { $0 == rewards[0] }
    guard reward.reliesOnAgreement else {
      return !areEqual ? nil : reward == .accuracy && clusters.largest == nil ? .unanswered : .equalRewards
    }
    if clusters.largest == nil { return .unanswered }
    if clusters.sizes.count == 1 { return .unanimous }
    let share = semanticEntropy / log(Double(rewards.count))
    if share - entropyLow <= Self.shareTolerance { return .lowEntropy }
    if share - entropyHigh > Self.shareTolerance { return .highEntropy }
    if clusters.confidence < minimumConfidence, belowFloor == .drop || areEqual { return .belowFloor }
    return areEqual ? .equalRewards : nil
  }
}

extension ScoredGroup {
  /// Whether an update learns from the group: it is kept, its rewards differ, and some response is not masked. Others enter neither the loss
  /// nor its averages, nor its KL term.
  public func teaches(_ objective: ObjectiveOptions) -> Bool {
    isKept && responses.contains { $0.reward != responses[0].reward } && responses.contains { !objective.masks($0) }
  }

  /// Why an update does not learn from the group; nil if it does, and for a group that was dropped by other options than these.
  public func dropReason(_ scoring: ScoringOptions, objective: ObjectiveOptions) -> DropReason? {
    if teaches(objective) { return nil }
    let clusters = ClusterSizes(labels: responses.map(\.cluster), isEmpty: responses.map(\.answer.isEmpty))
    let reason = scoring.dropReason(clusters, semanticEntropy: semanticEntropy, rewards: responses.map(\.reward))
    let isTruncated = !responses.isEmpty && responses.allSatisfy(\.isTruncated)
    return isTruncated && (clusters.largest == nil || objective.maskTruncated) ? .truncated : reason
  }
}
