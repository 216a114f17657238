import EMPO
import Testing

/// EVOL-RL's reward, by hand.
@Suite struct NoveltyRewardTests {
  private func evidence(
    _ clusters: [Int], _ similarities: [[Double]], repeating: Set<Int> = []
  ) -> GroupEvidence {
    GroupEvidence(
      clusters: clusters, isEmpty: clusters.map { $0 < 0 }, isFormatted: clusters.map { _ in true },
      isRepetition: clusters.indices.map(repeating.contains), similarities: similarities)
  }

  private func rewards(_ evidence: GroupEvidence, _ options: ScoringOptions = ScoringOptions(reward: .evol)) throws -> [Double] {
    try score(evidence, options: options).rewards
  }

  private static let similarities = [
    [1, 0.75, 0.25, 0.5, 0.9], [0.75, 1, 0.5, 0, 0.9], [0.25, 0.5, 1, 0.625, 0.9], [0.5, 0, 0.625, 1, 0.9], [0.9, 0.9, 0.9, 0.9, 1],
  ]

  /// Novelties of the majority: 1 - (0.75 + 0.25) / 4 - 0.75 / 2 = 0.375, 1 - (0.75 + 0.5) / 4 - 0.75 / 2 = 0.3125, and
  /// 1 - (0.25 + 0.5) / 4 - 0.625 / 2 = 0.5; scaled, 1/3, 0 and 1. The one apart is alone, and silence is like nobody.
  @Test("A majority earns from 0.5 to 1, others from -1 to -0.5, silence -1") func sides() throws {
    let rewards = try rewards(evidence([0, 0, 0, 1, -1], Self.similarities))
    #expect(zip(rewards, [0.5 + 1.0 / 6, 0.5, 1, -0.5, -1]).allSatisfy { abs($0 - $1) < 1e-15 }, "\(rewards)")
  }

  @Test("Those apart are compared with each other, whatever they say") func rest() throws {
    // On either side both have one novelty.
    #expect(try rewards(evidence([0, 0, 1, 2, -1], Self.similarities)) == [0.75, 0.75, -0.75, -0.75, -1])
  }

  /// Two texts in turn, whose similarity has no short binary form: rounding must not tell their places apart.
  @Test(
    "What is equally novel earns the same, wherever it stands",
    arguments: [[0, 1, 0, 1, 0, 1, 0, 1], [0, 0, 0, 1, 1, 1], [0, 1, 2, 2, 1, 0, 0, 1, 2]])
  func places(texts: [Int]) throws {
    let between = [[1, 0.1, 0.1], [0.1, 1, 0.1], [0.1, 0.1, 1]]
    let clusters = texts.map { _ in 0 } + [1, 2]
    let all = texts.map { $0 } + [3, 4]
    let similarities = all.map { left in all.map { right in left < 3 && right < 3 ? between[left][right] : left == right ? 1 : 0.05 } }
    let rewards = try rewards(evidence(clusters, similarities))
    #expect(Set(rewards.prefix(texts.count)) == [0.75], "\(rewards)")
    #expect(Set(rewards.suffix(2)) == [-0.75], "\(rewards)")
  }

  @Test("A repetition of the question is no answer") func repetition() throws {
    #expect(try rewards(evidence([0, 0, 0, 1, -1], Self.similarities, repeating: [1, 2])) == [1, -1, -1, -0.5, -1])
  }

  static let nobodies: [([Int], Double)] = [([0, -1, -1], 0), ([0, 1, 2], 0.5)]

  @Test("One answer alone, and a majority below the floor, earn as silence does", arguments: nobodies)
  func nobody(clusters: [Int], floor: Double) throws {
    let alike = Array(repeating: Array(repeating: 1.0, count: 3), count: 3)
    let result = try score(evidence(clusters, alike), options: ScoringOptions(reward: .evol, minimumConfidence: floor))
    #expect(result.rewards == [-1, -1, -1])
    #expect(!result.isKept)
  }

  @Test("Unanimous groups are dropped, as under the majority's reward") func unanimity() throws {
    let result = try score(evidence([0, 0, 0, 0, 0], Self.similarities), options: ScoringOptions(reward: .evol))
    #expect(result.dropReason == .unanimous)
  }

  @Test("It needs similarities") func missing() {
    let error = #expect(throws: EMPOError.self) {
      try score(GroupEvidence(clusters: [0], isEmpty: [false], isFormatted: [true]), options: ScoringOptions(reward: .evol))
    }
    #expect(error?.code == .missingEvidence)
  }
}
