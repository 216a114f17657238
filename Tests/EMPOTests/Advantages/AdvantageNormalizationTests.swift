import EMPO
import Testing

@Suite struct AdvantageNormalizationTests {
  @Test("Raw values are the names in configurations") func rawValuesAreTheNamesInConfigurations() {
    #expect(AdvantageNormalization.allCases.map(\.rawValue) == ["group-std", "group-sample-std", "mean-only"])
  }

  @Test("Group standard deviation is the populations") func groupStandardDeviationIsThePopulations() {
    // Mean 0.25, population deviation sqrt(3)/4.
    let deviation = 0.4330127018922193
    let advantages = AdvantageNormalization.groupStandardDeviation.advantages(of: [1, 0, 0, 0])
    let expected = [0.75, -0.25, -0.25, -0.25].map { $0 / (deviation + 1e-4) }
    for (found, wanted) in zip(advantages, expected) { #expect(abs(found - wanted) < 1e-15) }
  }

  @Test("Group sample standard deviation is the samples") func groupSampleStandardDeviationIsTheSamples() {
    // Squares of deviations from 0.25 sum up to 0.75, over three degrees of freedom.
    let advantages = AdvantageNormalization.groupSampleStandardDeviation.advantages(of: [1, 0, 0, 0])
    let expected = [0.75, -0.25, -0.25, -0.25].map { $0 / (0.5 + 1e-4) }
    for (found, wanted) in zip(advantages, expected) { #expect(abs(found - wanted) < 1e-15) }
    #expect(AdvantageNormalization.groupSampleStandardDeviation.advantages(of: [1, 0])[0] < 0.7072)
  }

  @Test("Mean only subtracts the mean") func meanOnlySubtractsTheMean() {
    #expect(AdvantageNormalization.meanOnly.advantages(of: [1, 0, 0, 0]) == [0.75, -0.25, -0.25, -0.25])
  }

  /// 0.1 three times has a mean that isn't 0.1 in binary: without care the group would get a gradient of rounding errors.
  @Test("Equal rewards give exactly zero", arguments: AdvantageNormalization.allCases) func equalRewardsGiveExactlyZero(
    normalization: AdvantageNormalization
  ) {
    #expect(normalization.advantages(of: [0.1, 0.1, 0.1]) == [0, 0, 0])
    #expect(normalization.advantages(of: [0.7]) == [0])
    #expect(normalization.advantages(of: []) == [])
  }
}
