package import Cluster
package import Evaluation
import HuggingFace
import Rollouts
package import Tensors
import Tokenizers
package import Transformer

/// Measures a policy on the held-out questions, the only place where answers are looked at.
package struct HeldOutMeasure: Sendable {
  /// Samples of a question at temperature 1, of which majorities are formed.
  package static let samples = 16

  private let assembly: RunAssembly
  private let evaluator: Evaluator

  /// Makes the run's judge, which computes on `lanes` where it asks a model.
  package init(_ assembly: RunAssembly, lanes: Lanes) throws {
    self.assembly = assembly
    let newTokens = assembly.configuration.sampling.maximumNewTokens
    evaluator = Evaluator(
      options: EvaluationOptions(
        samplesPerQuestion: Self.samples, majorityCount: Self.samples, maximumPromptTokens: assembly.positions - newTokens,
        maximumNewTokens: newTokens, seed: assembly.configuration.seed),
      judge: try assembly.configuration.judge.judge(assembly.configuration.judging, lanes: lanes), reading: assembly.configuration.reading,
      stopTokens: assembly.base.configuration.endTokens, prompt: assembly.renderer.tokens,
      decode: { [tokenizer = assembly.base.tokenizer] in tokenizer.decode($0, skippingSpecialTokens: true) })
  }

  /// All figures of the base model and the trained model, the greedy accuracy in between.
  package func figures(version: UInt32, of decoder: Decoder) throws -> EvaluationFigures {
    guard version == 0 || Int(version) == assembly.configuration.steps else {
      return EvaluationFigures(greedy: try evaluator.greedyAccuracy(on: assembly.heldOut, with: engine(decoder)))
    }
    let result = try result(of: decoder)
    let scores = result.scores
    return EvaluationFigures(
      greedy: scores.greedy, mean: scores.mean, majority: scores.majority, semanticEntropy: scores.semanticEntropy, length: scores.length,
      boxed: result.boxedShare)
  }

  /// The judged answers to all held-out questions, or to those at some places.
  package func result(of decoder: Decoder, at places: [Int]? = nil) throws -> EvaluationResult {
    try evaluator.evaluate(assembly.heldOut, at: places, with: engine(decoder))
  }

  private func engine(_ decoder: Decoder) -> GenerationEngine {
    GenerationEngine(
      decoder, maximumSequences: assembly.configuration.worker.maximumSequences, maximumLength: assembly.positions)
  }
}
