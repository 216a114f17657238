import EMPO
import Testing
import Training

@Suite struct MinibatchTests {
  /// Updates on batches one after another, each as a step of its own.
  private func apart(_ batches: [[PromptedGroup]]) throws -> (state: TrainerState, reports: [UpdateReport]) {
    let trainer = try UpdateFixture.trainer()
    let reports = try batches.map { try trainer.update(step: 3, groups: $0) }
    return (TrainerState(trainer), reports)
  }

  @Test("Two minibatches are two updates, on the halves of the kept groups in slot order")
  func twoMinibatchesAreTwoUpdates() throws {
    let kept = try UpdateFixture.groups(4)
    let trainer = try UpdateFixture.trainer(minibatches: 2)
    let report = try trainer.update(step: 3, groups: [kept[0].dropped] + kept[..<1] + [kept[3].dropped] + kept[1...])
    let halves = try apart([Array(kept[..<2]), Array(kept[2...])])
    #expect(TrainerState(trainer) == halves.state)
    #expect(trainer.optimizer.count == 2)

    let (first, second) = (halves.reports[0], halves.reports[1])
    #expect(report.keptGroups == 4 && report.droppedGroups == 2)
    #expect(report.loss == (first.loss + second.loss) / 2)
    #expect(report.gradientNorm == max(first.gradientNorm, second.gradientNorm))
    #expect(report.minimumRatio == min(first.minimumRatio, second.minimumRatio))
    #expect(report.maximumRatio == max(first.maximumRatio, second.maximumRatio))
    #expect(report.trainedTokens == first.trainedTokens + second.trainedTokens)
    #expect(report.processedTokens == first.processedTokens + second.processedTokens)
    // Both halves have as many tokens, so the step's share is the mean; the two sides divide by other numbers, hence not to the bit.
    #expect(abs(report.clippedShare - (first.clippedShare + second.clippedShare) / 2) < 1e-15)
  }

  @Test("The order of minibatches matters, and so does their number")
  func orderMatters() throws {
    let groups = try UpdateFixture.groups(4)
    let forwards = try apart([Array(groups[..<2]), Array(groups[2...])]).state
    #expect(try apart([Array(groups[2...]), Array(groups[..<2])]).state != forwards)
    #expect(try apart([groups]).state != forwards)
  }

  @Test(
    "Kept groups are cut into batches of equal size, of which the last may be smaller",
    arguments: [(4, 2, [2, 2]), (3, 2, [2, 1]), (5, 4, [2, 2, 1]), (5, 3, [2, 2, 1]), (1, 2, [1]), (2, 5, [1, 1]), (0, 3, [])])
  func cutsAreEven(kept: Int, minibatches: Int, sizes: [Int]) throws {
    let groups = try UpdateFixture.groups(kept)
    let trainer = try UpdateFixture.trainer(minibatches: minibatches)
    let report = try trainer.update(step: 3, groups: groups)
    #expect(trainer.optimizer.count == sizes.count)
    #expect(report.keptGroups == kept)
    var rest = groups[...]
    let batches = sizes.map { size in
      defer { rest = rest.dropFirst(size) }
      return Array(rest.prefix(size))
    }
    #expect(TrainerState(trainer) == (try apart(batches).state))
  }
}
