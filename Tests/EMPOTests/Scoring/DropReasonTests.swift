import EMPO
import Foundation
import Testing

@Suite struct DropReasonTests {
  private static func evidence(_ clusters: [Int]) -> GroupEvidence {
    GroupEvidence(
      clusters: clusters, isEmpty: clusters.map { $0 < 0 }, isFormatted: clusters.map { $0 == 0 },
      isCorrect: clusters.map { $0 == 0 }, uniforms: clusters.map { $0 == 0 ? 0.2 : 0.8 })
  }

  /// The group, as a worker sends it.
  private static func group(_ clusters: [Int], _ options: ScoringOptions, isTruncated: Bool = false) throws -> ScoredGroup {
    let score = try score(evidence(clusters), options: options)
    let responses = clusters.indices.map { index in
      ScoredResponse(
        tokens: [1], tokenLogProbabilities: [-1], isTruncated: isTruncated, answer: clusters[index] < 0 ? "" : "\(clusters[index])",
        cluster: score.clusters[index], reward: score.rewards[index])
    }
    return ScoredGroup(responses: responses, semanticEntropy: score.semanticEntropy, isKept: score.isKept)
  }

  @Test("Raw values are the names in figures") func rawValuesAreTheNamesInFigures() {
    #expect(
      DropReason.allCases.map(\.rawValue) == [
        "truncated", "unanswered", "unanimous", "low_entropy", "high_entropy", "below_floor", "equal_rewards",
      ])
  }

  static let agreement: [([Int], ScoringOptions, DropReason?)] = [
    ([0, 0, 0, 0], ScoringOptions(), .unanimous),
    ([5], ScoringOptions(), .unanimous),
    ([0, 0, 0, 1], ScoringOptions(), nil),
    ([0, 0, 1, 1], ScoringOptions(), .equalRewards),
    ([0, 1, 2, 3], ScoringOptions(), .equalRewards),
    ([0, 0, 0, 1, 1, 1, 2, 2, 2], ScoringOptions(), .equalRewards),
    ([-1, -1, -1, -1], ScoringOptions(), .unanswered),
    ([-1, -1], ScoringOptions(emptyReward: -0.5), .unanswered),
    ([0, 1, 2, -1], ScoringOptions(), nil),
    ([0, 0, 0, 1], ScoringOptions(entropyLow: 0.5), .lowEntropy),
    ([0, 0, 1, 2], ScoringOptions(entropyHigh: 0.7), .highEntropy),
    ([0, 0, 1, 2], ScoringOptions(entropyHigh: 0.75), nil),
    ([0, 0, 1, 2], ScoringOptions(entropyLow: 0.75), .lowEntropy),
    ([0, 0, 1, 2], ScoringOptions(minimumConfidence: 0.6), .belowFloor),
    ([0, 0, 1, 2], ScoringOptions(minimumConfidence: 0.5), nil),
    ([0, 0, 1, 2], ScoringOptions(minimumConfidence: 0.6, belowFloor: .payNothing, emptyReward: -0.5), .belowFloor),
    ([0, 0, 1, -1], ScoringOptions(minimumConfidence: 0.6, belowFloor: .payNothing, emptyReward: -0.5), nil),
    ([0, 0, 1, -1], ScoringOptions(minimumConfidence: 0.6, belowFloor: .payNothing), .belowFloor),
    ([0, 0, 1, -1], ScoringOptions(minimumConfidence: 0.6, emptyReward: -0.5), .belowFloor),
    ([0, 0, 1, -1], ScoringOptions(entropyHigh: 0.7, minimumConfidence: 0.6, belowFloor: .payNothing, emptyReward: -0.5), .highEntropy),
    ([0, 0, 1, 1], ScoringOptions(reward: .majority), nil),
    ([1, 2, 3], ScoringOptions(reward: .accuracy), .equalRewards),
    ([0, 0, 0], ScoringOptions(reward: .accuracy), .equalRewards),
    ([-1, -1, -1], ScoringOptions(reward: .accuracy), .unanswered),
    ([-1, -1, -1], ScoringOptions(reward: .format), .equalRewards),
    ([0, 1, 1], ScoringOptions(reward: .random), nil),
  ]

  @Test("A dropped group has the reason that holds, for the worker and for the learner alike", arguments: agreement)
  func reasons(clusters: [Int], options: ScoringOptions, reason: DropReason?) throws {
    let score = try score(Self.evidence(clusters), options: options)
    #expect(score.dropReason == reason)
    #expect(score.isKept == (reason == nil))
    let group = try Self.group(clusters, options)
    #expect(group.teaches(ObjectiveOptions()) == (reason == nil))
    #expect(group.dropReason(options, objective: ObjectiveOptions()) == reason)
  }

  @Test("3 of 16 that agree are paid by the defaults, and so are the others") func threeOfSixteen() throws {
    let score = try score(Self.evidence([0, 0, 0] + Array(1...13)), options: ScoringOptions())
    #expect(score.rewards.prefix(3).allSatisfy { $0 == 3.0 / 16 })
    #expect(score.rewards.dropFirst(3).allSatisfy { $0 == 1.0 / 16 })
    #expect(score.isKept)
  }

  @Test("Groups that were cut off are told from groups that say nothing") func truncation() throws {
    let options = ScoringOptions()
    let masking = ObjectiveOptions(maskTruncated: true)
    let silent = try Self.group([-1, -1], options, isTruncated: true)
    #expect(silent.dropReason(options, objective: ObjectiveOptions()) == .truncated)
    #expect(silent.dropReason(options, objective: masking) == .truncated)
    let cut = try Self.group([0, 0, 1], options, isTruncated: true)
    #expect(cut.dropReason(options, objective: ObjectiveOptions()) == nil && cut.teaches(ObjectiveOptions()))
    #expect(cut.dropReason(options, objective: masking) == .truncated && !cut.teaches(masking))
    // The first reason that holds counts.
    let unanimous = try Self.group([0, 0, 0], options, isTruncated: true)
    #expect(unanimous.dropReason(options, objective: ObjectiveOptions()) == .unanimous)
    #expect(unanimous.dropReason(options, objective: masking) == .truncated)
    let form = ScoringOptions(reward: .format)
    #expect(try Self.group([-1, -1], form, isTruncated: true).dropReason(form, objective: ObjectiveOptions()) == .truncated)
  }

  @Test("A kept group whose rewards are equal teaches nothing, whoever kept it") func equalRewardsOfAKeptGroup() throws {
    let options = ScoringOptions()
    var group = try Self.group([0, 0, 1, 1], options)
    group.isKept = true
    #expect(!group.teaches(ObjectiveOptions()))
    let report = UpdateReport(describing: [group, try Self.group([0, 0, 1], options)])
    #expect(report.keptGroups == 1 && report.droppedGroups == 1)
    #expect(report.dropReasons == [.equalRewards: 1])
  }
}
