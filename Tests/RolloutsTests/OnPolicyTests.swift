import HuggingFace
import NumericTestSupport
import Rollouts
import Testing
import Transformer

/// Sampling and training are one computation: on the policy that sampled, every ratio is exactly 1.
struct OnPolicyTests {
  @Test(
    arguments: [(ModelConfiguration.Architecture.qwen2, true), (.qwen2, false), (.qwen3, true), (.qwen3, false), (.llama, true)],
    WeightType.allCases)
  func `Log-probabilities of samples have training's bits, in any micro-batch`(
    _ family: (ModelConfiguration.Architecture, Bool), type: WeightType
  ) throws {
    let sampler = try TinyModel.decoder(family.0, tied: family.1, lanes: 2, storing: type)
    let engine = GenerationEngine(sampler, maximumSequences: 13, maximumLength: 90)
    let requests = (0..<6).map { slot in
      GenerationRequest(
        promptTokens: TinyModel.tokens(3 + 7 * slot, seed: UInt64(slot)), sampleCount: 5, seed: 1, slot: UInt32(slot),
        options: SamplingOptions(temperature: slot % 2 == 0 ? 1 : 0.6, maximumNewTokens: 45), stopTokens: [1])
    }
    let groups = engine.generate(requests)
    var sequences: [TrainingGroup] = []
    var sampled: [UInt32] = []
    for (request, samples) in zip(requests, groups) {
      for sample in samples {
        sequences.append(TrainingGroup(tokens: request.promptTokens + sample.tokens, firstTarget: request.promptTokens.count))
        sampled += sample.logProbabilities.bits
      }
    }
    let trainer = TrainingPass(try TinyModel.decoder(family.0, tied: family.1, lanes: 3, storing: type))
    for size in [30, 1, 7, 16] {
      var trained: [Float] = []
      for start in stride(from: 0, to: sequences.count, by: size) {
        trained += trainer.forward(Array(sequences[start..<min(start + size, sequences.count)])).logProbabilities
      }
      let isSame = trained.bits == sampled
      #expect(isSame, "micro-batches of \(size) sequences")
      // The ratio as the objective has it: exp(0) is 1 in any arithmetic.
      #expect(zip(trained, sampled).allSatisfy { $0.0 - Float(bitPattern: $0.1) == 0 })
    }
  }
}
