import EMPO
import Testing
import Training

/// What an update says of log-probabilities that no policy near its own can have given.
@Suite struct ExtremeRatioUpdateTests {
  @Test("Groups that were sampled from a policy nearby have no extreme ratio", arguments: [Float(0), 0.3, 2])
  func honest(drift: Float) throws {
    let report = try UpdateFixture.trainer().update(step: 0, groups: try UpdateFixture.groups(4, drift: drift))
    #expect(report.extremeRatioGroups == 0 && report.extremeRatios == [])
  }

  @Test("An invented log-probability names its slot, sample and token, in any packing", arguments: [1, 3], [1, 10_000])
  func invented(minibatches: Int, microBatchTokens: Int) throws {
    var groups = try UpdateFixture.groups(5)
    // Slot 1 is dropped, which must not shift the places of the others.
    groups[1] = groups[1].dropped
    let honest = groups[2].group.responses[2].tokenLogProbabilities[3]
    groups[2].group.responses[2].tokenLogProbabilities[3] = honest + 26
    groups[2].group.responses[0].tokenLogProbabilities[0] -= 8
    groups[4].group.responses[3].tokenLogProbabilities[1] -= 12
    let trainer = try UpdateFixture.trainer(minibatches: minibatches, microBatchTokens: microBatchTokens)
    let report = try trainer.update(step: 0, groups: groups)
    #expect(report.extremeRatioGroups == 2)
    #expect(report.extremeRatios.map(\.slot) == [2, 4])
    #expect(report.extremeRatios.map(\.sample) == [2, 3])
    #expect(report.extremeRatios.map(\.position) == [3, 1])
    #expect(report.extremeRatios[0].ratio < 1e-10 && report.extremeRatios[1].ratio > 1e4)
  }

  @Test("A skipped update names the group of the least possible log-probability, and so does one that was made beside it")
  func skipped() throws {
    var groups = try UpdateFixture.groups(2)
    for sample in 0..<4 {
      let count = groups[1].group.responses[sample].tokens.count
      groups[1].group.responses[sample].tokenLogProbabilities = Array(repeating: -3e38, count: count)
    }
    let whole = try UpdateFixture.trainer().update(step: 0, groups: groups)
    #expect(whole.skippedUpdates == 1 && whole.trainedTokens == 0)
    #expect(whole.extremeRatios == [ExtremeRatio(slot: 1, sample: 0, position: 0, ratio: .infinity)])
    let cut = try UpdateFixture.trainer(minibatches: 2).update(step: 0, groups: groups)
    #expect(cut.skippedUpdates == 1 && cut.trainedTokens > 0)
    #expect(cut.extremeRatios == whole.extremeRatios)
  }
}
