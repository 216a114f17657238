import EMPO
import Testing

@Suite struct RewardTests {
  @Test("Raw values are the names in configurations") func rawValuesAreTheNamesInConfigurations() {
    #expect(Reward.allCases.map(\.rawValue) == ["empo", "majority", "evol", "accuracy", "format", "random", "random-format"])
  }

  /// A A B A, silence, B C silence: sizes 3, 2, 1 and two silences.
  private let mixed = GroupEvidence(
    clusters: [0, 0, 1, 0, 2, 1, 3, 4], isEmpty: [false, false, false, false, true, false, false, true],
    isFormatted: [true, false, true, true, false, false, false, false],
    isCorrect: [false, false, true, false, false, true, false, false],
    uniforms: [0, 0.49, 0.5, 0.51, 0.99, 0.1, 0.7, 0.3])

  static let mixedRewards: [(Reward, [Double])] = [
    (.empo, [0.375, 0.375, 0.25, 0.375, 0, 0.25, 0.125, 0]),
    (.majority, [1, 1, 0, 1, 0, 0, 0, 0]),
    (.accuracy, [0, 0, 1, 0, 0, 1, 0, 0]),
    (.format, [1, 0, 1, 1, 0, 0, 0, 0]),
    (.random, [1, 1, 0, 0, 0, 1, 0, 1]),
    (.randomFormat, [1, 0, 0, 0, 0, 0, 0, 0]),
  ]

  @Test("Mixed group", arguments: mixedRewards)
  func mixedGroup(reward: Reward, expected: [Double]) throws {
    #expect(try score(mixed, options: ScoringOptions(reward: reward)).rewards == expected)
  }

  @Test("Empty answers never agree whatever their labels") func emptyAnswersNeverAgreeWhateverTheirLabels() throws {
    let shared = GroupEvidence(
      clusters: [7, 7, 7, 7], isEmpty: [true, true, false, false], isFormatted: [false, false, false, false])
    let result = try score(shared, options: ScoringOptions())
    #expect(result.rewards == [0, 0, 0.5, 0.5])
    #expect(result.confidence == 0.5)
    // Three clusters: 2, 1, 1.
    #expect(abs(result.semanticEntropy - 1.0397207708399179) < 1e-15)
  }

  @Test("Majority tie goes to the first to appear") func majorityTieGoesToTheFirstToAppear() throws {
    let tie = GroupEvidence(
      clusters: [5, 2, 2, 5, 9], isEmpty: [false, false, false, false, false], isFormatted: Array(repeating: false, count: 5))
    #expect(try score(tie, options: ScoringOptions(reward: .majority)).rewards == [1, 0, 0, 1, 0])
  }

  @Test("Majority is not won by silence") func majorityIsNotWonBySilence() throws {
    let silent = GroupEvidence(clusters: [0, 0, 0, 1], isEmpty: [true, true, true, false], isFormatted: Array(repeating: false, count: 4))
    #expect(try score(silent, options: ScoringOptions(reward: .majority)).rewards == [0, 0, 0, 1])
    let allSilent = GroupEvidence(clusters: [0, 1], isEmpty: [true, true], isFormatted: [false, false])
    let result = try score(allSilent, options: ScoringOptions(reward: .majority))
    #expect(result.rewards == [0, 0])
    #expect(result.confidence == 0)
    #expect(!result.isKept)
  }

  @Test("Accuracy without labels is refused") func accuracyWithoutLabelsIsRefused() {
    let unlabelled = GroupEvidence(clusters: [0, 1], isEmpty: [false, false], isFormatted: [false, false])
    let error = #expect(throws: EMPOError.self) { try score(unlabelled, options: ScoringOptions(reward: .accuracy)) }
    #expect(error?.code == .missingEvidence)
    #expect(error?.message.contains("accuracy") == true)
  }

  @Test("A coin without uniforms is refused", arguments: Reward.allCases.filter(\.tossesCoins))
  func aCoinWithoutUniformsIsRefused(reward: Reward) {
    let evidence = GroupEvidence(clusters: [0, 1], isEmpty: [false, false], isFormatted: [false, false])
    let error = #expect(throws: EMPOError.self) { try score(evidence, options: ScoringOptions(reward: reward)) }
    #expect(error?.code == .missingEvidence)
  }

  @Test("Empty group is not kept", arguments: Reward.allCases) func emptyGroupIsNotKept(reward: Reward) throws {
    let nobody = GroupEvidence(clusters: [], isEmpty: [], isFormatted: [], isCorrect: [], uniforms: [], similarities: [])
    let result = try score(nobody, options: ScoringOptions(reward: reward))
    #expect(result.rewards.isEmpty)
    #expect(result.semanticEntropy == 0)
    #expect(!result.isKept)
  }
}
