import EMPO
import Foundation
import Testing

@Suite struct KeptGroupTests {
  private func evidence(_ clusters: [Int], correct: [Bool]? = nil) -> GroupEvidence {
    GroupEvidence(
      clusters: clusters, isEmpty: clusters.map { $0 < 0 }, isFormatted: clusters.map { $0 == 0 }, isCorrect: correct,
      uniforms: clusters.map { $0 == 0 ? 0.2 : 0.8 })
  }

  @Test("Entropy of distinct answers is exactly its maximum", arguments: 1...64) func entropyOfDistinctAnswersIsExactlyItsMaximum(size: Int)
  {
    #expect(semanticEntropy(ofClusterSizes: Array(repeating: 1, count: size)) == log(Double(size)))
  }

  @Test(
    "Entropy by hand",
    arguments: [
      ([4], 0.0), ([], 0.0), ([2, 2], 0.6931471805599453), ([3, 1], 0.5623351446188083), ([8, 4, 2, 2], 1.2130075659799042),
    ])
  func entropyByHand(sizes: [Int], expected: Double) {
    #expect(abs(semanticEntropy(ofClusterSizes: sizes) - expected) < 1e-15)
  }

  @Test("Unanimous groups are dropped by default", arguments: [Reward.empo, .majority]) func unanimousGroupsAreDroppedByDefault(
    reward: Reward
  ) throws {
    let options = ScoringOptions(reward: reward)
    #expect(try !score(evidence([0, 0, 0, 0]), options: options).isKept)
    #expect(try score(evidence([0, 0, 0, 1]), options: options).isKept)
  }

  @Test("Edges of the band lie where they say", arguments: [Reward.empo, .majority]) func edgesOfTheBandLieWhereTheySay(reward: Reward)
    throws
  {
    // Two of four that agree, beside two that don't: H is exactly three quarters of ln 4, on the edge of both bands.
    let pair = evidence([0, 0, 1, 2])
    #expect(try score(pair, options: ScoringOptions(reward: reward, entropyLow: 0, entropyHigh: 0.75)).isKept)
    #expect(try !score(pair, options: ScoringOptions(reward: reward, entropyLow: 0.75, entropyHigh: 1)).isKept)
    #expect(try !score(pair, options: ScoringOptions(reward: reward, entropyLow: 0, entropyHigh: 0.74)).isKept)
    #expect(try score(pair, options: ScoringOptions(reward: reward, entropyLow: 0.74, entropyHigh: 1)).isKept)
  }

  @Test("Confidence counts answers only") func confidenceCountsAnswersOnly() throws {
    let options = ScoringOptions(minimumConfidence: 0.5)
    #expect(try score(evidence([0, 0, 1, 2]), options: options).isKept)
    #expect(try !score(evidence([0, 1, 2, 3]), options: options).isKept)
    #expect(try !score(evidence([-1, -1, -1, 0]), options: options).isKept)
  }

  @Test("One response is never kept") func oneResponseIsNeverKept() throws {
    #expect(try !score(evidence([0]), options: ScoringOptions(minimumConfidence: 0)).isKept)
  }

  @Test("Other rewards ignore the band and keep what differs", arguments: [Reward.format, .random, .randomFormat])
  func otherRewardsIgnoreTheBandAndKeepWhatDiffers(reward: Reward) throws {
    // All answers differ, which no confidence of 1 would pass.
    let options = ScoringOptions(reward: reward, entropyLow: 0, entropyHigh: 0.1, minimumConfidence: 1)
    #expect(try score(evidence([0, 1, 2, 3]), options: options).isKept)
    #expect(try !score(evidence([1, 2, 3, 4]), options: options).isKept)
  }

  @Test("Accuracy keeps groups that are neither all right nor all wrong") func accuracyKeepsGroupsThatAreNeitherAllRightNorAllWrong() throws
  {
    let options = ScoringOptions(reward: .accuracy)
    #expect(try !score(evidence([0, 0, 1], correct: [true, true, true]), options: options).isKept)
    #expect(try !score(evidence([0, 0, 1], correct: [false, false, false]), options: options).isKept)
    #expect(try score(evidence([0, 0, 0], correct: [false, true, false]), options: options).isKept)
  }

  @Test(
    "Impossible options are refused",
    arguments: [
      ScoringOptions(entropyLow: -0.1), ScoringOptions(entropyLow: .nan), ScoringOptions(entropyHigh: 1.5),
      ScoringOptions(entropyHigh: .nan),
      ScoringOptions(entropyLow: 0.6, entropyHigh: 0.4), ScoringOptions(entropyLow: 0.5, entropyHigh: 0.5),
      ScoringOptions(emptyReward: 0.1), ScoringOptions(emptyReward: -1.1), ScoringOptions(emptyReward: .nan),
      ScoringOptions(minimumConfidence: -1), ScoringOptions(minimumConfidence: 1.01), ScoringOptions(minimumConfidence: .nan),
    ])
  func impossibleOptionsAreRefused(options: ScoringOptions) {
    let error = #expect(throws: EMPOError.self) { try score(evidence([0, 1]), options: options) }
    #expect(error?.code == .invalidOption)
    #expect(error?.message.contains("expected") == true)
  }
}
