import HuggingFace
import NumericTestSupport
import Tensors
import TestSupport
import Testing
import Training
import Transformer

@Suite struct PretrainerTests {
  /// Gradients summed in another order: see ``PackingTests/gradientTolerance``.
  static let gradientTolerance = PackingTests.gradientTolerance

  /// Eight documents of 3 to 10 tokens.
  private let documents = (0..<8).map { TinyModel.tokens(3 + $0, seed: UInt64($0)) }

  private func trainer(
    _ parameters: Parameters = TinyModel.parameters(), steps: Int = 6, microBatchTokens: Int = 2048, lanes: Int = 1
  ) throws -> Pretrainer {
    Pretrainer(
      parameters, positions: 64, lanes: Lanes(count: lanes),
      options: .init(
        optimizer: OptimizerOptions(learningRate: 1e-2, schedule: .trapezoid, warmupSteps: 2, weightDecay: 0.1), steps: steps,
        documentsPerStep: 8, microBatchTokens: microBatchTokens))
  }

  /// Documents of a step: each step has others.
  private func documents(ofStep step: Int) -> [[Int32]] {
    (0..<4).map { TinyModel.tokens(4 + $0, seed: UInt64(10 * step + $0)) }
  }

  @Test("The loss is the mean negative log-probability of all tokens but the first of each document")
  func lossIsTheMean() throws {
    let pass = TrainingPass(try TinyModel.decoder())
    let logProbabilities = documents.flatMap { pass.forward([TrainingGroup(tokens: $0)]).logProbabilities }
    let mean = -logProbabilities.reduce(0) { $0 + Double($1) } / Double(logProbabilities.count)
    let report = try trainer().update(step: 0, documents: documents)
    #expect(report.tokens == logProbabilities.count && report.tokens == documents.reduce(0) { $0 + $1.count - 1 })
    // The same float32 numbers, summed in double precision in another order.
    #expect(abs(report.loss - mean) < 1e-12)
  }

  @Test("Training on a few documents lowers their loss to less than a half")
  func lossFalls() throws {
    let trainer = try trainer(Parameters(random: TinyModel.configuration(.qwen2), seed: 1), steps: 40)
    let losses = (0..<40).map { trainer.update(step: $0, documents: documents).loss }
    // A small random model knows nothing yet: ln 37 nats a token, give or take what its weights happen to prefer.
    #expect(abs(losses[0] - 3.61) < 0.2)
    #expect(losses[39] < losses[0] / 2, "\(losses)")
  }

  @Test("Micro-batches of one document, of 7 rows and of all give one gradient, but for the order of its sums", arguments: [1, 7, 14])
  func microBatchesAgree(tokens: Int) throws {
    let (whole, parts) = (try trainer(), try trainer(microBatchTokens: tokens))
    let (expected, found) = (whole.update(step: 0, documents: documents), parts.update(step: 0, documents: documents))
    // The first moment of the first update is the gradient times a constant.
    let error = GradientCheck.relativeError(parts.optimizer.first.allValues, whole.optimizer.first.allValues.map(Double.init))
    #expect(error <= Self.gradientTolerance)
    #expect(abs(found.gradientNorm / expected.gradientNorm - 1) <= Self.gradientTolerance)
    #expect(abs(found.loss - expected.loss) < PackingTests.lossTolerance * expected.loss)
    #expect(found.tokens == expected.tokens)
    #expect(TrainerState(parts) != TrainerState(whole))
  }

  @Test("Pretraining goes on to the bit from saved parameters, moments and count, with any number of lanes")
  func goesOnToTheBit() throws {
    let whole = try trainer()
    for step in 0..<6 { _ = whole.update(step: step, documents: documents(ofStep: step)) }

    let begun = try trainer()
    for step in 0..<3 { _ = begun.update(step: step, documents: documents(ofStep: step)) }
    let folder = try ScratchFolder()
    try begun.parameters.write(safetensors: folder.file("model.safetensors"))
    try begun.optimizer.write(safetensors: folder.file("optimizer.safetensors"))
    let saved = try Parameters(safetensors: folder.file("model.safetensors"), configuration: begun.parameters.configuration)
    let resumed = try trainer(saved, lanes: 2)
    // Without its moments it would go elsewhere.
    let forgetful = try trainer(saved.copy())
    try resumed.optimizer.read(safetensors: folder.file("optimizer.safetensors"))
    resumed.optimizer.count = begun.optimizer.count
    #expect(TrainerState(resumed) == TrainerState(begun))
    for step in 3..<6 {
      _ = resumed.update(step: step, documents: documents(ofStep: step))
      _ = forgetful.update(step: step, documents: documents(ofStep: step))
    }
    #expect(TrainerState(resumed) == TrainerState(whole))
    #expect(TrainerState(forgetful).parameters != TrainerState(whole).parameters)
  }

  @Test("A loss that is not finite is reported and changes nothing")
  func undefinedLossChangesNothing() throws {
    let trainer = try trainer()
    _ = trainer.update(step: 0, documents: documents)
    trainer.parameters.storage.withMutableSpan(0..<trainer.parameters.layout.count) { span in span[span.count - 1] = .nan }
    let before = TrainerState(trainer)
    let report = trainer.update(step: 1, documents: documents)
    #expect(report.loss.isNaN && report.gradientNorm.isNaN)
    #expect(TrainerState(trainer) == before)
  }
}
