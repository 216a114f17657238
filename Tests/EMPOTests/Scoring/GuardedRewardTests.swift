import EMPO
import Testing

/// The rules of the authors' code for free-form answers: silence, repetition, the confidence floor.
@Suite struct GuardedRewardTests {
  private func evidence(_ clusters: [Int], repeating: Set<Int> = [], correct: [Bool]? = nil) -> GroupEvidence {
    GroupEvidence(
      clusters: clusters, isEmpty: clusters.map { $0 < 0 }, isFormatted: clusters.map { $0 == 0 }, isCorrect: correct,
      uniforms: clusters.map { $0 == 0 ? 0.2 : 0.8 }, isRepetition: clusters.indices.map(repeating.contains))
  }

  @Test("No answer repeats unless said so") func noAnswerRepeatsUnlessSaidSo() {
    #expect(GroupEvidence(clusters: [0, 0], isEmpty: [false, false], isFormatted: [true, true]).isRepetition == [false, false])
  }

  static let silences: [(Reward, [Double])] = [
    (.empo, [0.5, 0.5, 0.25, -0.5]), (.majority, [1, 1, 0, -0.5]), (.accuracy, [0, 1, 1, -0.5]), (.format, [1, 1, 0, 0]),
    (.random, [1, 1, 0, 0]), (.randomFormat, [1, 1, 0, -0.5]),
  ]

  @Test("Silence can be worse than standing alone", arguments: silences) func silenceCanBeWorseThanStandingAlone(
    reward: Reward, expected: [Double]
  ) throws {
    let group = evidence([0, 0, 1, -1], correct: [false, true, true, true])
    #expect(try score(group, options: ScoringOptions(reward: reward, emptyReward: -0.5)).rewards == expected)
  }

  static let repetitions: [(Reward, [Double])] = [
    (.empo, [0, 0, 0.5, 0.25]), (.majority, [0, 0, 1, 0]), (.accuracy, [0, 1, 1, 0]), (.format, [1, 1, 1, 0]), (.random, [1, 1, 1, 0]),
    (.randomFormat, [1, 1, 1, 0]),
  ]

  @Test("Repetition earns nothing by agreeing", arguments: repetitions) func repetitionEarnsNothingByAgreeing(
    reward: Reward, expected: [Double]
  ) throws {
    // Clusters 0, 0, 0 and 1, of which the first two repeat; of four, three agree.
    let group = evidence([0, 0, 0, 1], repeating: [0, 1], correct: [false, true, true, false])
    let result = try score(group, options: ScoringOptions(reward: reward))
    #expect(result.rewards == (reward == .empo ? [0, 0, 0.75, 0.25] : expected))
    // It is an answer all the same.
    #expect(result.confidence == 0.75)
    #expect(result.probabilities == [0.75, 0.25])
    #expect(abs(result.semanticEntropy - 0.5623351446188083) < 1e-15)
  }

  @Test("Below the floor nothing is earned", arguments: [Reward.empo, .majority]) func belowTheFloorNothingIsEarned(reward: Reward) throws {
    let options = ScoringOptions(reward: reward, minimumConfidence: 0.5, emptyReward: -0.25)
    let apart = try score(evidence([0, 1, 2, -1]), options: options)
    #expect(apart.rewards == [0, 0, 0, -0.25])
    #expect(!apart.isKept)
    let together = try score(evidence([0, 0, 2, -1]), options: options)
    #expect(together.rewards == (reward == .empo ? [0.5, 0.5, 0.25, -0.25] : [1, 1, 0, -0.25]))
    #expect(together.isKept)
  }

  @Test("Rewards that lean on no agreement have no floor", arguments: [Reward.accuracy, .format, .random, .randomFormat])
  func rewardsThatLeanOnNoAgreementHaveNoFloor(reward: Reward) throws {
    let result = try score(
      evidence([0, 1, 2, 3], correct: [true, false, false, false]), options: ScoringOptions(reward: reward, minimumConfidence: 1))
    #expect(result.rewards == [1, 0, 0, 0])
  }

  @Test("Unanimous groups pass any floor") func unanimousGroupsPassAnyFloor() throws {
    #expect(try score(evidence([3, 3]), options: ScoringOptions(minimumConfidence: 1)).rewards == [1, 1])
  }
}
