import EMPO
import HuggingFace
import NumericTestSupport
import Tensors
import Training
import Transformer

/// The tiny model, a trainer of it, and groups to train it on.
enum UpdateFixture {
  /// The decay of the first moment. After the first update from zero moments the first moment is the gradient times 1 − β₁, and a half is
  /// exact in float32: so ``gradient(of:)`` sees the very bits that were summed.
  static let beta1 = 0.5

  /// A trainer that neither warms up nor clips.
  static func trainer(
    _ parameters: Parameters = TinyModel.parameters(), storing type: WeightType = .float32,
    objective: ObjectiveOptions = ObjectiveOptions(), rate: Double = 1e-2, minibatches: Int = 1, microBatchTokens: Int = 10_000,
    lanes: Int = 1
  ) throws -> PolicyTrainer {
    PolicyTrainer(
      parameters, storing: type, positions: 64, lanes: Lanes(count: lanes),
      options: .init(
        objective: objective, optimizer: OptimizerOptions(learningRate: rate, warmupSteps: 0, beta1: beta1, clipNorm: 0),
        minibatches: minibatches, microBatchTokens: microBatchTokens, steps: 10))
  }

  /// The tokens of a group's responses, which take one row less each; a prompt has two.
  static let lengths = [3, 1, 4, 2]

  /// Rows of a group.
  static let rowsPerGroup = 8

  /// Kept groups of four random responses, the third of which is truncated. They were sampled from the tiny model itself, or from a
  /// policy up to `drift` nats a token off.
  static func groups(_ count: Int, drift: Float = 0.3) throws -> [PromptedGroup] {
    let pass = TrainingPass(try TinyModel.decoder())
    let rewards = [0.75, 0.25, 0.5, 0.25]
    return (0..<count).map { slot in
      let prompt = TinyModel.tokens(2, seed: UInt64(100 * slot + 10))
      let responses = lengths.enumerated().map { sample, length in
        let seed = UInt64(100 * slot + 20 + sample)
        let tokens = TinyModel.tokens(length, seed: seed)
        let sequence = TrainingGroup(tokens: prompt + tokens, firstTarget: prompt.count)
        let drifts = Matrix.random(1, length, seed: seed, scale: drift).values
        return ScoredResponse(
          tokens: tokens, tokenLogProbabilities: zip(pass.forward([sequence]).logProbabilities, drifts).map { $0 + $1 },
          isTruncated: sample == 2, answer: "", cluster: 0, reward: rewards[(sample + slot) % 4])
      }
      return PromptedGroup(
        promptTokens: prompt, group: ScoredGroup(responses: responses, semanticEntropy: 1, isKept: true))
    }
  }

  /// The gradient of a trainer's only update.
  static func gradient(of trainer: PolicyTrainer) -> [Float] {
    precondition(trainer.optimizer.count == 1)
    return trainer.optimizer.first.allValues.map { $0 / Float(1 - beta1) }
  }
}

/// Everything that an update may change.
struct TrainerState: Equatable {
  var parameters: String
  var firstMoment: String
  var secondMoment: String
  var count: Int

  init(_ trainer: PolicyTrainer) { self.init(trainer.parameters, trainer.optimizer) }

  init(_ trainer: Pretrainer) { self.init(trainer.parameters, trainer.optimizer) }

  private init(_ parameters: Parameters, _ optimizer: AdamW) {
    self.parameters = parameters.sha256()
    firstMoment = optimizer.first.sha256()
    secondMoment = optimizer.second.sha256()
    count = optimizer.count
  }
}

extension PromptedGroup {
  /// The same group, as the filter drops it.
  var dropped: PromptedGroup {
    var copy = self
    copy.group.isKept = false
    return copy
  }
}

extension Parameters {
  /// Every value, in the layout's order.
  var allValues: [Float] { Matrix(storage: storage, offset: 0, rows: 1, columns: layout.count).values }

  /// Adds uniform noise to every value, so that log-probabilities move by some tenths of a nat.
  func disturb(seed: UInt64, scale: Float = 0.02) {
    let noise = Matrix.random(1, layout.count, seed: seed, scale: scale).values
    storage.withMutableSpan(0..<layout.count) { span in
      for index in span.indices { span[index] += noise[index] }
    }
  }
}
