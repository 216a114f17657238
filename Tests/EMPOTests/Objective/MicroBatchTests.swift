import EMPO
import Foundation
import Testing

@Suite struct MicroBatchTests {
  /// Sums in another order differ by rounding only.
  static let tolerance = 1e-13

  /// The batch loss straight from the equations of ``LossKind``, every average over the whole batch at once.
  private func directLoss(_ fixture: ObjectiveFixture) -> Double {
    let options = fixture.options
    let terms = fixture.terms.filter { !$0.isMasked }
    func surrogate(_ ratio: Double, _ advantage: Double) -> Double {
      min(ratio * advantage, min(max(ratio, 1 - options.clipLow), 1 + options.clipHigh) * advantage)
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let tokenLosses = terms.map { term in
      term.policy.indices.map { position in
        let ratio = exp(Double(term.policy[position]) - Double(term.sampling[position]))
        return -surrogate(ratio, term.advantage)
      }
    }
    let tokenKL = terms.map { term in
      term.policy.indices.map { position in
        let gap = Double(term.reference?[position] ?? 0) - Double(term.policy[position])
        return options.klWeight * (exp(gap) - gap - 1)
      }
    }
    let losses = zip(tokenLosses, tokenKL).map { zip($0, $1).map(+) }
    switch options.loss {
    case .tokenMean: return mean(losses.flatMap(\.self))
    case .sequenceMean: return mean(losses.map(mean))
    case .drGRPO: return mean(losses.map { $0.reduce(0, +) / Double(options.maximumResponseTokens) })
    case .sequenceRatio:
      return mean(
        zip(terms, tokenKL).map { term, kl in
          let logRatio = mean(zip(term.policy, term.sampling).map { Double($0) - Double($1) })
          return mean(kl) - surrogate(exp(logRatio), term.advantage)
        })
    }
  }

  @Test("Shares add up to the whole batchs loss", arguments: LossKind.allCases, [0, 0.2]) func sharesAddUpToTheWholeBatchsLoss(
    loss: LossKind, klWeight: Double
  ) throws {
    let fixture = ObjectiveFixture(
      drift: 1.5, options: ObjectiveOptions(loss: loss, clipLow: 0.1, clipHigh: 0.3, klWeight: klWeight, maximumResponseTokens: 9))
    #expect(abs(try fixture.totalLoss(fixture.terms) - directLoss(fixture)) < Self.tolerance)
    let parts = [fixture.terms[0..<2], fixture.terms[2..<3], fixture.terms[3...]]
    let summed = try parts.reversed().reduce(0.0) { $0 + (try fixture.totalLoss(Array($1))) }
    #expect(abs(summed - directLoss(fixture)) < Self.tolerance)
  }

  @Test("Masked responses count nowhere", arguments: LossKind.allCases) func maskedResponsesCountNowhere(loss: LossKind) throws {
    let whole = ObjectiveFixture(drift: 0.5, options: ObjectiveOptions(loss: loss, klWeight: 0.1))
    var without = whole
    without.terms.removeAll(where: \.isMasked)
    #expect(without.terms.count < whole.terms.count)
    #expect(whole.normalizer == without.normalizer)
    #expect(try whole.totalLoss(whole.terms) == without.totalLoss(without.terms))
    let objective = try Objective(options: whole.options, normalizer: whole.normalizer)
    let masked = try #require(whole.terms.first { $0.isMasked })
    let evaluation = objective.evaluate(masked)
    #expect(evaluation.loss == 0)
    #expect(evaluation.coefficients == [0, 0, 0])
    #expect(evaluation.clippedTokens == 0)
    #expect(evaluation.kl == 0)
    #expect(evaluation.minimumRatio == 1 && evaluation.maximumRatio == 1)
  }

  @Test("Responses without tokens count nowhere", arguments: LossKind.allCases) func responsesWithoutTokensCountNowhere(loss: LossKind)
    throws
  {
    let options = ObjectiveOptions(loss: loss)
    let normalizer = BatchNormalizer(options: options, tokenCounts: [0, 2, 0])
    #expect(normalizer.responseCount == 1)
    #expect(normalizer.tokenCount == 2)
    let objective = try Objective(options: options, normalizer: normalizer)
    let silent = objective.evaluate(ResponseTerm(policy: [], sampling: [], advantage: 1))
    #expect(silent.loss == 0)
    #expect(silent.coefficients.isEmpty)
  }
}
