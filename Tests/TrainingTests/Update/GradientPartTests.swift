import EMPO
import HuggingFace
import NumericTestSupport
import Tensors
import Testing
import Training
import Transformer

/// Updates whose gradient comes in parts.
@Suite struct GradientPartTests {
  private static let lora = LoRAConfiguration(rank: 3, alpha: 6)

  private func trainer(
    storing type: WeightType = .float32, adapters: Bool = false, parts: Int, objective: ObjectiveOptions = ObjectiveOptions(),
    lanes: Int = 1
  ) throws -> PolicyTrainer {
    let options = PolicyTrainer.Options(
      objective: objective, optimizer: OptimizerOptions(learningRate: 1e-2, warmupSteps: 0, beta1: UpdateFixture.beta1, clipNorm: 0),
      parts: parts, microBatchTokens: 10_000, steps: 10)
    guard adapters else {
      return PolicyTrainer(TinyModel.parameters(), storing: type, positions: 64, lanes: Lanes(count: lanes), options: options)
    }
    let base = try TinyModel.decoder(storing: type).weights
    return PolicyTrainer(
      adapters: Parameters(initialAdaptersOf: base.configuration, Self.lora, seed: 4), Self.lora, of: base, positions: 64,
      lanes: Lanes(count: lanes), options: options)
  }

  @Test("One part is an update as ever, and more parts are the same up to rounding")
  func partsAddUp() throws {
    let groups = try UpdateFixture.groups(5)
    let whole = try trainer(parts: 1)
    let report = try whole.update(step: 0, groups: groups)
    let expected = UpdateFixture.gradient(of: whole)
    for parts in [2, 3, 5, 16] {
      let other = try trainer(parts: parts)
      let found = try other.update(step: 0, groups: groups)
      let gradient = UpdateFixture.gradient(of: other)
      let scale = expected.map(abs).max() ?? 0
      #expect(zip(gradient, expected).allSatisfy { abs($0 - $1) <= 1e-5 * scale })
      #expect(abs(found.loss - report.loss) < 1e-12)
      #expect(found.trainedTokens == report.trainedTokens && found.processedTokens == report.processedTokens)
      #expect(found.minimumRatio == report.minimumRatio && found.maximumRatio == report.maximumRatio)
      #expect(found.extremeRatioGroups == report.extremeRatioGroups && found.clippedShare == report.clippedShare)
    }
  }

  @Test(
    "Whoever computes which part, and in whatever order they come, the update has the same bits",
    arguments: [(WeightType.float32, false), (.bfloat16, false), (.float32, true), (.bfloat16, true)])
  func whoeverComputesTheBitsAreTheSame(type: WeightType, adapters: Bool) throws {
    let groups = try UpdateFixture.groups(5)
    let alone = try trainer(storing: type, adapters: adapters, parts: 4)
    let reports = try (0..<3).map { try alone.update(step: $0, groups: groups) }
    for order in [[0, 1, 2, 3], [3, 1, 0, 2], [2, 3, 1, 0]] {
      // The parts of odd places are computed elsewhere, by another engine over another copy of the policy.
      let learner = try trainer(storing: type, adapters: adapters, parts: 4, lanes: 2)
      let policy = learner.policy.receiver()
      let decoder = Decoder(policy.weights, positions: 64, lanes: Lanes(count: 2), packing: true)
      let engine = GradientEngine(
        decoder, arithmetic: .exact, positions: 64,
        objective: learner.options.objective, microBatchTokens: learner.options.microBatchTokens, recomputing: .layer)
      let gradients = Gradients(of: policy)
      for step in 0..<3 {
        policy.replace(with: learner.policy.bytes())
        decoder.pack()
        let plan = learner.begin(step: step, groups: groups)
        for index in order where !plan.batches[0][index].isEmpty {
          if index.isMultiple(of: 2) {
            try learner.compute(part: index)
          } else {
            let statistics = try engine.compute(plan.batches[0][index], into: gradients)
            learner.add(part: index, gradients.bytes(), statistics)
          }
        }
        learner.endBatch()
        var report = learner.finish()
        report.seconds = reports[step].seconds
        #expect(report == reports[step])
      }
      #expect(TrainerState(learner) == TrainerState(alone))
    }
  }

  @Test("A part that is not finite spoils the whole update, and the next one is as if there had been none")
  func onePartSpoilsTheUpdate() throws {
    let groups = try UpdateFixture.groups(4)
    let trainer = try trainer(adapters: true, parts: 4)
    _ = try trainer.update(step: 0, groups: groups)
    let state = TrainerState(trainer)
    let plan = trainer.begin(step: 1, groups: groups)
    for index in 0..<3 { try trainer.compute(part: index) }
    var (bytes, statistics) = try trainer.gradient(ofPart: 3)
    #expect(trainer.isUsual(bytes))
    bytes.replaceSubrange(0..<4, with: [0, 0, 0xc0, 0x7f])
    #expect(!trainer.isUsual(bytes))
    statistics.loss = 1
    trainer.add(part: 3, bytes, statistics)
    trainer.endBatch()
    #expect(trainer.finish().skippedUpdates == 1)
    #expect(TrainerState(trainer) == state && plan.batches.count == 1)
    let other = try self.trainer(adapters: true, parts: 4)
    for step in 0..<2 { _ = try other.update(step: step, groups: groups) }
    _ = try trainer.update(step: 1, groups: groups)
    #expect(TrainerState(trainer) == TrainerState(other))
  }

  @Test("A gradient many times as large as any part before is unusual, and so is the first") func whatIsUsual() throws {
    let groups = try UpdateFixture.groups(4)
    let trainer = try trainer(adapters: true, parts: 4)
    _ = trainer.begin(step: 0, groups: groups)
    let first = try trainer.gradient(ofPart: 0).bytes
    #expect(!trainer.isUsual(first))
    try trainer.compute(part: 0)
    #expect(trainer.isUsual(first))
    func scaled(_ factor: Float) -> [UInt8] {
      stride(from: 0, to: first.count, by: 4).flatMap { offset -> [UInt8] in
        let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(first[offset + $1]) << (8 * $1) }
        let value = (Float(bitPattern: bits) * factor).bitPattern
        return (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      }
    }
    #expect(trainer.isUsual(scaled(15)))
    #expect(!trainer.isUsual(scaled(17)))
  }
}
