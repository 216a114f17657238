import EMPO
import NumericTestSupport
import Tensors
import Testing
import Training
import Transformer

@Suite struct SkippedUpdateTests {
  /// What makes an update impossible.
  enum Poison: CaseIterable {
    case undefinedLogProbability, impossibleToken, undefinedReward, infiniteReward
    /// The loss is a finite double, but its coefficients are beyond float32: only the gradient shows it.
    case rewardBeyondFloat32

    func spoil(_ group: inout PromptedGroup) {
      switch self {
      case .undefinedLogProbability: group.group.responses[0].tokenLogProbabilities[1] = .nan
      case .impossibleToken:
        // A token that is to become less likely; where the advantage is positive, an infinite ratio is clipped and harms nothing.
        let worst = group.group.responses.indices.min { group.group.responses[$0].reward < group.group.responses[$1].reward }
        group.group.responses[worst ?? 0].tokenLogProbabilities[0] = -.infinity
      case .undefinedReward: group.group.responses[2].reward = .nan
      case .infiniteReward: group.group.responses[3].reward = .infinity
      case .rewardBeyondFloat32: group.group.responses[0].reward = 1e42
      }
    }
  }

  /// Advantages that are not normalised, so that an extreme reward stays one.
  private static let objective = ObjectiveOptions(advantage: .meanOnly, klWeight: 0.1)

  /// A trainer that has made an update, so that its moments are not 0.
  private func trainer(minibatches: Int = 1, storing type: WeightType = .float32) throws -> PolicyTrainer {
    let trainer = try UpdateFixture.trainer(storing: type, objective: Self.objective, minibatches: minibatches)
    _ = try trainer.update(step: 0, groups: try UpdateFixture.groups(1))
    return trainer
  }

  @Test(
    "An update that is not finite is skipped: parameters, moments and count stay as they are, and the report says so",
    arguments: Poison.allCases, [1, 10_000])
  func skippedUpdateLeavesNoTrace(poison: Poison, microBatchTokens: Int) throws {
    let trainer = try UpdateFixture.trainer(objective: Self.objective, microBatchTokens: microBatchTokens)
    let groups = try UpdateFixture.groups(3)
    _ = try trainer.update(step: 0, groups: groups)
    let (before, policy) = (TrainerState(trainer), trainer.policy.bytes())
    var spoilt = groups
    poison.spoil(&spoilt[1])

    let report = try trainer.update(step: 1, groups: spoilt)
    #expect(TrainerState(trainer) == before)
    #expect(trainer.policy.bytes() == policy)
    #expect(report.skippedUpdates == 1)
    // What was not done counts nowhere, and no figure carries the poison on.
    #expect(report.loss == 0 && report.gradientNorm == 0 && report.divergence == 0 && report.trainedTokens == 0)
    #expect(report.minimumRatio == 1 && report.maximumRatio == 1)
    #expect(report.keptGroups == 3)

    // The next update is the one that would have followed without.
    _ = try trainer.update(step: 2, groups: groups)
    let other = try UpdateFixture.trainer(objective: Self.objective, microBatchTokens: microBatchTokens)
    _ = try other.update(step: 0, groups: groups)
    _ = try other.update(step: 2, groups: groups)
    #expect(TrainerState(trainer) == TrainerState(other))
  }

  @Test("A parameter that is not a number is left where it is, with everything else", arguments: WeightType.allCases)
  func undefinedParameterIsSkipped(type: WeightType) throws {
    let trainer = try trainer(storing: type)
    trainer.parameters.storage.withMutableSpan(0..<trainer.parameters.layout.count) { span in span[span.count - 1] = .nan }
    trainer.renewPolicy()
    let before = TrainerState(trainer)
    let report = try trainer.update(step: 1, groups: try UpdateFixture.groups(2))
    #expect(report.skippedUpdates == 1)
    #expect(TrainerState(trainer) == before)
  }

  @Test(
    "Of two minibatches only the one that is not finite is skipped, and the figures are the other's", arguments: Poison.allCases, [0, 1])
  func theOtherMinibatchIsMade(poison: Poison, place: Int) throws {
    let groups = try UpdateFixture.groups(2)
    let alone = try trainer()
    var expected = try alone.update(step: 1, groups: [groups[1 - place]])
    var spoilt = groups
    poison.spoil(&spoilt[place])
    let trainer = try trainer(minibatches: 2)
    let report = try trainer.update(step: 1, groups: spoilt)
    #expect(TrainerState(trainer) == TrainerState(alone))
    #expect(trainer.optimizer.count == 2)
    #expect(report.skippedUpdates == 1)
    // What describes the groups describes both.
    let found = UpdateReport(ofUpdate: report)
    expected = UpdateReport(ofUpdate: expected)
    #expect(found == expected)
  }
}

extension UpdateReport {
  /// What a report says of the updates alone, and not of the groups, the time or what was skipped.
  fileprivate init(ofUpdate report: UpdateReport) {
    self.init()
    loss = report.loss
    gradientNorm = report.gradientNorm
    clippedShare = report.clippedShare
    divergence = report.divergence
    minimumRatio = report.minimumRatio
    maximumRatio = report.maximumRatio
    learningRate = report.learningRate
    trainedTokens = report.trainedTokens
    processedTokens = report.processedTokens
  }
}
