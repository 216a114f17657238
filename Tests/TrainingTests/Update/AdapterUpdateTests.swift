import EMPO
import HuggingFace
import NumericTestSupport
import Tensors
import Testing
import Training
import Transformer

/// Updates of adapters, while the base stays as it is.
@Suite struct AdapterUpdateTests {
  private static let lora = LoRAConfiguration(rank: 3, alpha: 6)

  private func trainer(
    storing type: WeightType = .float32, objective: ObjectiveOptions = ObjectiveOptions(), microBatchTokens: Int = 10_000, lanes: Int = 1,
    recomputation: Recomputation = .none
  ) throws -> PolicyTrainer {
    let base = try TinyModel.decoder(storing: type).weights
    return PolicyTrainer(
      adapters: Parameters(initialAdaptersOf: base.configuration, Self.lora, seed: 4), Self.lora, of: base, positions: 64,
      lanes: Lanes(count: lanes),
      options: .init(
        objective: objective, optimizer: OptimizerOptions(learningRate: 1e-2, warmupSteps: 0, clipNorm: 0),
        microBatchTokens: microBatchTokens, recomputation: recomputation, steps: 10))
  }

  @Test("Responses sampled from the adapted policy have ratios of exactly 1", arguments: WeightType.allCases)
  func onPolicyRatiosAreOne(type: WeightType) throws {
    let trainer = try trainer(storing: type)
    for step in 0..<3 {
      let pass = TrainingPass(Decoder(trainer.policy.weights, positions: 64, lanes: Lanes(count: 2)))
      let groups = try UpdateFixture.groups(3).map { group in
        var copy = group
        for index in copy.group.responses.indices {
          copy.group.responses[index].tokenLogProbabilities =
            pass.forward([TrainingGroup(prompt: group.promptTokens, responses: [group.group.responses[index].tokens])]).logProbabilities
        }
        return copy
      }
      let report = try trainer.update(step: step, groups: groups)
      #expect(report.minimumRatio == 1 && report.maximumRatio == 1 && report.clippedShare == 0 && report.gradientNorm > 0)
    }
  }

  @Test("The divergence is from the base: none before the first update, some after it")
  func divergenceIsFromTheBase() throws {
    let groups = try UpdateFixture.groups(2)
    let trainer = try trainer(objective: ObjectiveOptions(klWeight: 0.5))
    #expect(try trainer.update(step: 0, groups: groups).divergence == 0)
    #expect(try trainer.update(step: 1, groups: groups).divergence > 1e-3)
  }

  @Test("Updates are the same to the bit with any number of lanes and whatever is computed again", arguments: WeightType.allCases)
  func lanesPlayNoPart(type: WeightType) throws {
    let groups = try UpdateFixture.groups(3)
    let states = try [(1, Recomputation.none), (2, .none), (3, .layer), (2, .feedForward)].map { lanes, recomputation in
      let trainer = try trainer(storing: type, microBatchTokens: 7, lanes: lanes, recomputation: recomputation)
      for step in 0..<3 { _ = try trainer.update(step: step, groups: groups) }
      return TrainerState(trainer)
    }
    #expect(states.allSatisfy { $0 == states[0] })
    #expect(try TrainerState(trainer(storing: type)) != states[0])
  }

  @Test("What is handed out is the adapters, and a receiver of it computes what the policy computes", arguments: WeightType.allCases)
  func receiversFollow(type: WeightType) throws {
    let groups = try UpdateFixture.groups(2)
    let trainer = try trainer(storing: type)
    for step in 0..<2 { _ = try trainer.update(step: step, groups: groups) }
    let receiver = trainer.policy.receiver()
    #expect(trainer.policy.byteCount == 4 * trainer.parameters.layout.count && receiver.byteCount == trainer.policy.byteCount)
    receiver.replace(with: trainer.policy.bytes())
    let group = [TrainingGroup(prompt: [3, 4], responses: [TinyModel.tokens(20, seed: 1)])]
    let found = TrainingPass(Decoder(receiver.weights, positions: 64, lanes: Lanes(count: 1))).forward(group).logProbabilities
    let expected = TrainingPass(trainer.decoder).forward(group).logProbabilities
    #expect(found.bits == expected.bits)
  }
}

/// Responses that cannot pull.
@Suite struct IdleResponseTests {
  /// Two groups in which the rewards of two responses are their group's mean.
  private func groups() throws -> [PromptedGroup] {
    try UpdateFixture.groups(2).map { group in
      var copy = group
      for (index, reward) in [0.25, 0.5, 0.75, 0.5].enumerated() { copy.group.responses[index].reward = reward }
      return copy
    }
  }

  @Test("A response without an advantage is not computed, and counts in the averages")
  func idleResponsesCostNothing() throws {
    let groups = try groups()
    let found = try UpdateFixture.trainer()
    let report = try found.update(step: 0, groups: groups)
    // The second and fourth response of each group have 1 and 2 tokens, no row and one row of their own.
    #expect(report.processedTokens == 2 * (UpdateFixture.rowsPerGroup - 1))
    #expect(report.trainedTokens == 2 * UpdateFixture.lengths.reduce(0, +))
    // With a KL weight too small to be seen, all are computed.
    let expected = try UpdateFixture.trainer(objective: ObjectiveOptions(klWeight: 1e-30))
    let whole = try expected.update(step: 0, groups: groups)
    #expect(whole.processedTokens == 2 * UpdateFixture.rowsPerGroup)
    #expect(abs(report.loss - whole.loss) < 1e-12)
    let error = GradientCheck.relativeError(
      UpdateFixture.gradient(of: found), UpdateFixture.gradient(of: expected).map(Double.init))
    #expect(error < 1e-6)
  }
}
