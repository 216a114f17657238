import EMPO
import Testing

@Suite struct TeachingGroupsTests {
  static let sizes: [(Int, ScoringOptions, TeachingGroups)] = [
    (1, ScoringOptions(), .never), (2, ScoringOptions(), .onlyWithEmptyAnswers), (3, ScoringOptions(), .answered),
    (16, ScoringOptions(), .answered), (4096, ScoringOptions(), .answered),
    (2, ScoringOptions(reward: .majority), .answered), (2, ScoringOptions(reward: .accuracy), .answered),
    (1, ScoringOptions(reward: .random), .never),
    // The least entropy of four answers that differ is 0.41 ln 4, that of three and one.
    (4, ScoringOptions(entropyHigh: 0.4), .never), (4, ScoringOptions(entropyHigh: 0.41), .answered),
    (4, ScoringOptions(entropyLow: 0.76), .onlyWithEmptyAnswers), (4, ScoringOptions(entropyLow: 0.76, minimumConfidence: 0.3), .never),
    (4, ScoringOptions(entropyHigh: 0.4, entropy: .likelihood), .answered),
    (12, ScoringOptions(minimumConfidence: 1), .never),
    (12, ScoringOptions(minimumConfidence: 1, belowFloor: .payNothing, emptyReward: -0.5), .onlyWithEmptyAnswers),
  ]

  @Test("Groups that can teach are found by trying", arguments: sizes)
  func groupsThatCanTeach(size: Int, options: ScoringOptions, expected: TeachingGroups) throws {
    #expect(try options.teachingGroups(ofSize: size) == expected)
  }

  @Test("Impossible options are refused") func impossibleOptionsAreRefused() {
    #expect(throws: EMPOError.self) { try ScoringOptions(entropyLow: 1).teachingGroups(ofSize: 4) }
  }
}
