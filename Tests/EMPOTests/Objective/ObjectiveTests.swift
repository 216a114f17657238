import EMPO
import Testing

@Suite struct ObjectiveTests {
  @Test("Raw values are the names in configurations") func rawValuesAreTheNamesInConfigurations() {
    #expect(LossKind.allCases.map(\.rawValue) == ["token-mean", "sequence-mean", "sequence-ratio", "dr-grpo"])
  }

  /// One token with advantage 1 and three with -1, on policy, C = 4.
  @Test(
    "On policy by hand",
    arguments: [
      (LossKind.tokenMean, 0.5, Float(-0.25), Float(0.25)), (.sequenceMean, 0, -0.5, Float(1.0 / 6)),
      (.sequenceRatio, 0, -0.5, Float(1.0 / 6)), (.drGRPO, 0.25, -0.125, 0.125),
    ])
  func onPolicyByHand(loss: LossKind, total: Double, first: Float, second: Float) throws {
    let options = ObjectiveOptions(loss: loss, maximumResponseTokens: 4)
    let objective = try Objective(options: options, normalizer: BatchNormalizer(options: options, tokenCounts: [1, 3]))
    let good = objective.evaluate(ResponseTerm(policy: [-0.3], sampling: [-0.3], advantage: 1))
    let bad = objective.evaluate(ResponseTerm(policy: [-0.1, -2, -7.7], sampling: [-0.1, -2, -7.7], advantage: -1))
    #expect(abs(good.loss + bad.loss - total) < 1e-15)
    #expect(good.coefficients == [first])
    #expect(bad.coefficients == [second, second, second])
  }

  @Test("Ratios on policy are exactly one", arguments: LossKind.allCases) func ratiosOnPolicyAreExactlyOne(loss: LossKind) throws {
    let options = ObjectiveOptions(loss: loss, clipLow: 0, clipHigh: 0)
    let logProbabilities = (1...999).map { -Float($0) / 61 }
    let objective = try Objective(options: options, normalizer: BatchNormalizer(options: options, tokenCounts: [999]))
    for advantage in [1.0, -1.0] {
      let evaluation = objective.evaluate(ResponseTerm(policy: logProbabilities, sampling: logProbabilities, advantage: advantage))
      #expect(evaluation.minimumRatio == 1)
      #expect(evaluation.maximumRatio == 1)
      #expect(evaluation.clippedTokens == 0)
    }
  }

  @Test("Ratios and clipping by hand") func ratiosAndClippingByHand() throws {
    let options = ObjectiveOptions(loss: .tokenMean, clipLow: 0.25, clipHigh: 0.5)
    let objective = try Objective(options: options, normalizer: BatchNormalizer(options: options, tokenCounts: [4]))
    let half: Float = -0.6931472
    // Ratios 2, 1/2, 1, 1/4.
    let policy: [Float] = [-1, -1 + half, -1, -1 + 2 * half]
    let sampling: [Float] = [-1 + half, -1, -1, -1]
    let up = objective.evaluate(ResponseTerm(policy: policy, sampling: sampling, advantage: 1))
    #expect(up.clippedTokens == 1)
    #expect(abs(up.loss + (1.5 + 0.5 + 1 + 0.25) / 4) < 1e-7)
    #expect(up.coefficients[0] == 0)
    #expect(abs(up.coefficients[1] + 0.125) < 1e-7)
    #expect(abs(up.minimumRatio - 0.25) < 1e-7)
    #expect(abs(up.maximumRatio - 2) < 1e-6)
    let down = objective.evaluate(ResponseTerm(policy: policy, sampling: sampling, advantage: -1))
    #expect(down.clippedTokens == 2)
    #expect(abs(down.loss - (2 + 0.75 + 1 + 0.75) / 4) < 1e-6)
    #expect(abs(down.coefficients[0] - 0.5) < 1e-6)
    #expect(down.coefficients[1] == 0)
    #expect(down.coefficients[3] == 0)
  }

  @Test("KL by hand") func klByHand() throws {
    // p = 1/2, q = 1/4: k3 = 1/2 - ln(1/2) - 1.
    let term = ResponseTerm(policy: [-0.6931472], sampling: [-0.6931472], reference: [-1.3862944], advantage: 0)
    let measured = ObjectiveOptions()
    let off = try Objective(options: measured, normalizer: BatchNormalizer(options: measured, tokenCounts: [1]))
    #expect(abs(off.evaluate(term).kl - 0.1931471805599453) < 1e-7)
    #expect(off.evaluate(term).loss == 0)
    let options = ObjectiveOptions(klWeight: 2)
    let on = try Objective(options: options, normalizer: BatchNormalizer(options: options, tokenCounts: [1]))
    #expect(abs(on.evaluate(term).loss - 0.3862943611198906) < 1e-7)
    #expect(abs(on.evaluate(term).coefficients[0] - 1) < 1e-6)
  }

  @Test("Losses that are not finite show and do not trap", arguments: LossKind.allCases) func lossesThatAreNotFiniteShowAndDoNotTrap(
    loss: LossKind
  ) throws {
    let options = ObjectiveOptions(loss: loss)
    let objective = try Objective(options: options, normalizer: BatchNormalizer(options: options, tokenCounts: [2]))
    let impossible = objective.evaluate(ResponseTerm(policy: [-1, -1], sampling: [-.infinity, -1], advantage: -1))
    #expect(!impossible.loss.isFinite)
    let undefined = objective.evaluate(ResponseTerm(policy: [.nan, -1], sampling: [-1, -1], advantage: 1))
    #expect(undefined.loss.isNaN)
    let indifferent = objective.evaluate(ResponseTerm(policy: [-1, -1], sampling: [-.infinity, -1], advantage: 0))
    #expect(indifferent.loss == 0)
  }

  @Test("Truncated responses are masked when asked for") func truncatedResponsesAreMaskedWhenAskedFor() {
    var response = ScoredResponse(tokens: [1], tokenLogProbabilities: [-1], isTruncated: true, answer: "", cluster: 0, reward: 0)
    #expect(!ObjectiveOptions().masks(response))
    #expect(ObjectiveOptions(maskTruncated: true).masks(response))
    response.isTruncated = false
    #expect(!ObjectiveOptions(maskTruncated: true).masks(response))
  }

  @Test(
    "Impossible options are refused",
    arguments: [
      ObjectiveOptions(clipLow: -0.1), ObjectiveOptions(clipLow: 1.1), ObjectiveOptions(clipLow: .nan), ObjectiveOptions(clipHigh: -0.1),
      ObjectiveOptions(clipHigh: .infinity), ObjectiveOptions(clipHigh: .nan), ObjectiveOptions(klWeight: -1),
      ObjectiveOptions(klWeight: .nan), ObjectiveOptions(klWeight: .infinity), ObjectiveOptions(maximumResponseTokens: 0),
    ])
  func impossibleOptionsAreRefused(options: ObjectiveOptions) {
    let error = #expect(throws: EMPOError.self) {
      try Objective(options: options, normalizer: BatchNormalizer(options: options, tokenCounts: [1]))
    }
    #expect(error?.code == .invalidOption)
    #expect(error?.message.contains("expected") == true)
  }
}
