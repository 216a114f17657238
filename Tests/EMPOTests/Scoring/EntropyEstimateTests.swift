import EMPO
import Foundation
import Testing

@Suite struct EntropyEstimateTests {
  /// Against `-Σ p ln p` computed by hand (Python's decimal with 30 digits).
  private static let tolerance = 1e-12

  @Test(
    "Discrete entropy is the reference formula",
    arguments: [
      ([1, 1], 0.693147180559945309), ([2, 1], 0.636514168294812818), ([5, 3], 0.661563238157982060), ([3, 2, 2, 1], 1.320888343149322139),
      ([7, 1], 0.376770161256436786), ([1, 1, 1, 1, 1], 1.609437912434100375), ([16, 8, 4, 2, 1, 1], 1.342972662334894037),
      ([63, 1], 0.080484837068006867), ([1000, 24], 0.111131404319679904),
    ])
  func discreteEntropyIsTheReferenceFormula(sizes: [Int], expected: Double) {
    #expect(abs(semanticEntropy(ofClusterSizes: sizes) - expected) < Self.tolerance)
    let total = Double(sizes.reduce(0, +))
    let reference = -sizes.reduce(0.0) { $0 + Double($1) / total * log(Double($1) / total) }
    #expect(abs(semanticEntropy(ofClusterSizes: sizes) - reference) < Self.tolerance)
    let labels = sizes.enumerated().flatMap { Array(repeating: 10 - $0, count: $1) }
    #expect(abs(semanticEntropy(clusters: labels, logProbabilities: labels.map { _ in -3.5 }) - expected) < Self.tolerance)
  }

  /// Likelihoods 1/2, 1/4, 1/8, 1/8 in clusters 5, 9, 5, 2: 5/8, 2/8 and 1/8.
  @Test("Likelihoods by hand") func likelihoodsByHand() {
    let logs = [0.5, 0.25, 0.125, 0.125].map { log($0) }
    let probabilities = clusterProbabilities(clusters: [5, 9, 5, 2], logProbabilities: logs)
    #expect(zip(probabilities, [0.625, 0.25, 0.125]).allSatisfy { abs($0 - $1) < Self.tolerance })
    #expect(abs(semanticEntropy(clusters: [5, 9, 5, 2], logProbabilities: logs) - 0.900256051268536867) < Self.tolerance)
  }

  /// A constant factor of all likelihoods is no evidence, and must not underflow: exp(-5000) is 0.
  @Test("Only differences count", arguments: [0, -5000, -1e15, 700.0]) func onlyDifferencesCount(shift: Double) {
    let logs = [-1.0, -2, -1, -4].map { $0 + shift }
    let entropy = semanticEntropy(clusters: [0, 1, 0, 2], logProbabilities: logs)
    #expect(abs(entropy - 0.523343107572598348) < Self.tolerance)
  }

  @Test("Edges of likelihoods") func edgesOfLikelihoods() {
    #expect(semanticEntropy(clusters: [], logProbabilities: []) == 0)
    #expect(semanticEntropy(clusters: [4, 4, 4], logProbabilities: [-1, -900, -3]) == 0)
    #expect(clusterProbabilities(clusters: [4, 4, 4], logProbabilities: [-1, -900, -3]) == [1])
    // The second is impossible beside the first, whose probability is then 1.
    #expect(semanticEntropy(clusters: [0, 1], logProbabilities: [-1, -9000]) == 0)
    #expect(clusterProbabilities(clusters: [0, 1], logProbabilities: [-1, -9000]) == [1, 0])
    #expect(semanticEntropy(clusters: [0, 1], logProbabilities: [-1, -30]) > 0)
  }

  @Test("Entropy of distinct likely answers stays in the band", arguments: 1...64) func entropyOfDistinctLikelyAnswersStaysInTheBand(
    size: Int
  ) {
    let entropy = semanticEntropy(clusters: Array(0..<size), logProbabilities: Array(repeating: -0.1, count: size))
    #expect(entropy >= 0 && entropy <= log(Double(size)) + Self.tolerance)
  }

  private func evidence(_ logProbabilities: [Double]?) -> GroupEvidence {
    GroupEvidence(
      clusters: [7, 3, 7, 0], isEmpty: [false, false, false, true], isFormatted: Array(repeating: true, count: 4),
      logProbabilities: logProbabilities)
  }

  @Test("Scores carry what they are made of") func scoresCarryWhatTheyAreMadeOf() throws {
    let result = try score(evidence(nil), options: ScoringOptions())
    #expect(result.clusters == [0, 1, 0, 2])
    #expect(result.probabilities == [0.5, 0.25, 0.25])
    #expect(result.rewards == [0.5, 0.25, 0.5, 0])
    #expect(result.confidence == 0.5)
    #expect(abs(result.semanticEntropy - 1.0397207708399179) < 1e-15)
    #expect(result.isKept)
  }

  @Test("Likelihoods weigh the entropy but not the rewards") func likelihoodsWeighTheEntropyButNotTheRewards() throws {
    let logs = [0.5, 0.25, 0.125, 0.125].map { log($0) - 12 }
    let result = try score(evidence(logs), options: ScoringOptions(entropy: .likelihood))
    #expect(zip(result.probabilities, [0.625, 0.25, 0.125]).allSatisfy { abs($0 - $1) < Self.tolerance })
    #expect(abs(result.semanticEntropy - 0.900256051268536867) < Self.tolerance)
    #expect(result.rewards == [0.5, 0.25, 0.5, 0])
    #expect(result.confidence == 0.5)
  }

  @Test("Likelihoods that lack or are impossible are refused") func likelihoodsThatLackOrAreImpossibleAreRefused() {
    let options = ScoringOptions(entropy: .likelihood)
    let missing = #expect(throws: EMPOError.self) { try score(evidence(nil), options: options) }
    #expect(missing?.code == .missingEvidence)
    for value in [Double.nan, .infinity, -.infinity] {
      let invalid = #expect(throws: EMPOError.self) { try score(evidence([-1, value, -1, -1]), options: options) }
      #expect(invalid?.code == .invalidEvidence)
      #expect(invalid?.message.contains("response 1") == true)
    }
  }

  @Test("Responses are compared by the mean of their tokens unless told") func responsesAreComparedByTheMeanOfTheirTokensUnlessTold() {
    #expect(ScoringOptions().logProbability(ofTokens: [-1, -2, -0.5, -0.5]) == -1)
    #expect(ScoringOptions(normalizesLength: false).logProbability(ofTokens: [-1, -2, -0.5, -0.5]) == -4)
    #expect(ScoringOptions().logProbability(ofTokens: []) == 0)
  }

  @Test("Names are those of configurations") func namesAreThoseOfConfigurations() {
    #expect(EntropyEstimate.allCases.map(\.rawValue) == ["discrete", "likelihood"])
  }
}
