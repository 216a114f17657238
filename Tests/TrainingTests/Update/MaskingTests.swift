import EMPO
import NumericTestSupport
import Testing
import Training

/// What carries no gradient: dropped groups and, where the run masks them, truncated responses.
@Suite struct MaskingTests {
  /// Float32 coefficients that come out of double-precision sums in another order: a unit in the last place of each at most.
  static let coefficientTolerance = 1e-6

  @Test("Dropped groups carry no gradient, whatever is in them")
  func droppedGroupsCarryNothing() throws {
    let kept = try UpdateFixture.groups(3)
    let without = try UpdateFixture.trainer()
    _ = try without.update(step: 0, groups: kept)
    var worthless = kept[0].dropped
    worthless.group.responses[0].reward = .nan
    worthless.group.responses[1].tokenLogProbabilities[0] = .nan
    let trainer = try UpdateFixture.trainer()
    let report = try trainer.update(step: 0, groups: [kept[2].dropped, kept[0], worthless, kept[1], kept[2]])
    #expect(TrainerState(trainer) == TrainerState(without))
    #expect(report.keptGroups == 3 && report.droppedGroups == 2 && report.skippedUpdates == 0)
  }

  @Test("A step whose groups are all dropped, or none, changes nothing", arguments: [0, 3])
  func nothingKeptChangesNothing(count: Int) throws {
    let groups = try UpdateFixture.groups(3)
    let trainer = try UpdateFixture.trainer(minibatches: 2)
    _ = try trainer.update(step: 0, groups: groups)
    let before = TrainerState(trainer)
    let report = try trainer.update(step: 1, groups: groups.prefix(count).map(\.dropped))
    #expect(TrainerState(trainer) == before)
    #expect(report.droppedGroups == count && report.keptGroups == 0)
    #expect(report.loss == 0 && report.gradientNorm == 0 && report.trainedTokens == 0 && report.skippedUpdates == 0)
    #expect(report.meanReward == (count == 0 ? 0 : 0.4375))
  }

  @Test("Masked responses leave the loss and its mean, and their rewards stay in the group's baseline")
  func truncatedResponsesAreMasked() throws {
    let groups = try UpdateFixture.groups(3)
    let options = ObjectiveOptions(maskTruncated: true)
    let objective = HandMadeObjective(groups, options: options, reference: try TinyModel.decoder())
    let trainer = try UpdateFixture.trainer(objective: options)
    let gradient = objective.gradient(at: trainer.decoder).allValues
    let loss = objective.value(at: trainer.decoder).loss
    let report = try trainer.update(step: 0, groups: groups)
    #expect(GradientCheck.relativeError(UpdateFixture.gradient(of: trainer), gradient.map(Double.init)) <= Self.coefficientTolerance)
    #expect(abs(report.loss - loss) <= Self.coefficientTolerance)
    #expect(report.trainedTokens == 3 * (3 + 1 + 2))
    #expect(report.truncatedShare == 0.25)

    let unmasked = try UpdateFixture.trainer()
    #expect(try unmasked.update(step: 0, groups: groups).trainedTokens == 3 * 10)
    #expect(TrainerState(unmasked) != TrainerState(trainer))
  }

  @Test("A step whose responses are all masked changes nothing")
  func everythingMaskedChangesNothing() throws {
    let groups = try UpdateFixture.groups(2)
    let truncated = groups.map { group in
      var copy = group
      for index in copy.group.responses.indices { copy.group.responses[index].isTruncated = true }
      return copy
    }
    let trainer = try UpdateFixture.trainer(objective: ObjectiveOptions(maskTruncated: true), minibatches: 2)
    _ = try trainer.update(step: 0, groups: groups)
    let before = TrainerState(trainer)
    let report = try trainer.update(step: 1, groups: truncated)
    #expect(TrainerState(trainer) == before)
    #expect(report.keptGroups == 0 && report.dropReasons == [.truncated: 2])
    #expect(report.skippedUpdates == 0 && report.loss == 0 && report.trainedTokens == 0)
  }

  @Test(
    "A group whose rewards are equal is left out of the gradient, the averages, the KL term and the minibatches, whoever kept it",
    arguments: [
      ObjectiveOptions(), ObjectiveOptions(loss: .sequenceMean), ObjectiveOptions(loss: .sequenceRatio), ObjectiveOptions(loss: .drGRPO),
      ObjectiveOptions(advantage: .groupSampleStandardDeviation, klWeight: 0.1),
    ])
  func equalRewardsAreLeftOut(objective: ObjectiveOptions) throws {
    let groups = try UpdateFixture.groups(3)
    var equal = groups[1]
    for index in equal.group.responses.indices { equal.group.responses[index].reward = 0.3 }
    let without = try UpdateFixture.trainer(objective: objective, minibatches: 2)
    let expected = try without.update(step: 0, groups: [groups[0], groups[2]])
    let trainer = try UpdateFixture.trainer(objective: objective, minibatches: 2)
    let report = try trainer.update(step: 0, groups: [groups[0], equal, groups[2]])
    #expect(TrainerState(trainer) == TrainerState(without))
    #expect(report.loss == expected.loss && report.divergence == expected.divergence && report.gradientNorm == expected.gradientNorm)
    #expect(report.keptGroups == 2 && report.droppedGroups == 1)
  }
}
