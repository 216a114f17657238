import EMPO
import Testing

@Suite struct GradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var loss: LossKind
    var drift: Float
    var klWeight: Double
    var testDescription: String { "\(loss.rawValue), drift \(drift), kl \(klWeight)" }
  }

  /// Small drift: no token is clipped. Large drift: some are, at both edges.
  static let cases = LossKind.allCases.flatMap { loss in
    [Float(0.1), 1.5].flatMap { drift in [0, 0.3].map { Case(loss: loss, drift: drift, klWeight: $0) } }
  }

  /// Central differences err by h²/6 of the third derivative, below 4e-8 at h = 2^-12 here; rounding a coefficient to Float by 6e-8 of it.
  static let tolerance = 2e-7

  @Test("Coefficients are the derivatives of the loss", arguments: cases) func coefficientsAreTheDerivativesOfTheLoss(test: Case) throws {
    let fixture = ObjectiveFixture(
      drift: test.drift, options: ObjectiveOptions(loss: test.loss, klWeight: test.klWeight, maximumResponseTokens: 8))
    let objective = try Objective(options: fixture.options, normalizer: fixture.normalizer)
    let step = ObjectiveFixture.gridStep
    for (index, term) in fixture.terms.enumerated() {
      let coefficients = objective.evaluate(term).coefficients
      #expect(coefficients.count == term.policy.count)
      for position in term.policy.indices {
        var moved = fixture.terms
        moved[index].policy[position] = term.policy[position] + step
        let above = try fixture.totalLoss(moved)
        moved[index].policy[position] = term.policy[position] - step
        let below = try fixture.totalLoss(moved)
        let numeric = (above - below) / (2 * Double(step))
        let analytic = Double(coefficients[position])
        #expect(abs(numeric - analytic) <= Self.tolerance * max(1, abs(analytic)), "response \(index), token \(position)")
      }
    }
  }

  @Test("Drifts clip as the cases assume", arguments: LossKind.allCases) func driftsClipAsTheCasesAssume(loss: LossKind) throws {
    func clipped(drift: Float) throws -> [(advantage: Double, tokens: Int)] {
      let fixture = ObjectiveFixture(drift: drift, options: ObjectiveOptions(loss: loss))
      let objective = try Objective(options: fixture.options, normalizer: fixture.normalizer)
      return fixture.terms.map { ($0.advantage, objective.evaluate($0).clippedTokens) }
    }
    #expect(try clipped(drift: 0.1).allSatisfy { $0.tokens == 0 })
    #expect(try clipped(drift: 1.5).contains { $0.advantage > 0 && $0.tokens > 0 })
    #expect(try clipped(drift: 1.5).contains { $0.advantage < 0 && $0.tokens > 0 })
    #expect(try clipped(drift: 1.5).contains { $0.tokens == 0 })
  }

  @Test("Clipped tokens keep only their KL gradient", arguments: LossKind.allCases) func clippedTokensKeepOnlyTheirKLGradient(
    loss: LossKind
  ) throws {
    let term = ResponseTerm(policy: [-1, -1], sampling: [-3, -3], reference: [-1.5, -1], advantage: 1)
    func coefficients(klWeight: Double) throws -> [Float] {
      let options = ObjectiveOptions(loss: loss, klWeight: klWeight, maximumResponseTokens: 2)
      let normalizer = BatchNormalizer(options: options, tokenCounts: [2])
      return try Objective(options: options, normalizer: normalizer).evaluate(term).coefficients
    }
    #expect(try coefficients(klWeight: 0) == [0, 0])
    // d/dp of k3 is 1 - exp(q - p); each of the two tokens weighs a half.
    #expect(try coefficients(klWeight: 1) == [Float(0.5 * 0.3934693402873666), 0])
  }
}
