import EMPO
import Evaluation
import HuggingFace
import Meaning
import Rollouts
import Training
import Transformer

/// Measures a policy on the held-out questions, the only place where answers are looked at.
struct HeldOutMeasure: Sendable {
  /// Samples of a question at temperature 1, of which majorities are formed.
  static let samples = 16

  /// A step number that no run reaches: measurements share no random numbers with the rollouts.
  private static let stream: UInt32 = 0xFFFF_FF20

  let assembly: RunAssembly
  let judge: any AnswerJudge = ExactJudge()

  /// The scores by name: all of them for the base model and the trained model, the greedy accuracy in between.
  func metrics(version: UInt32, of decoder: Decoder) throws -> [String: Double] {
    guard version == 0 || Int(version) == assembly.configuration.steps else {
      return ["greedy": try greedyAccuracy(of: decoder)]
    }
    let result = try result(of: decoder, questions: Array(assembly.heldOut.indices)).evaluation
    return [
      "greedy": result.scores.greedy, "mean": result.scores.mean, "majority": result.scores.majority,
      "semantic_entropy": result.scores.semanticEntropy, "length": result.scores.length, "boxed": result.boxedShare,
    ]
  }

  /// The judged answers to some of the questions, with the text of each one's greedy response.
  func result(of decoder: Decoder, questions indices: [Int]) throws -> (evaluation: EvaluationResult, greedyResponses: [String]) {
    let greedy = generate(decoder, indices, count: 1, options: .greedy(maximumNewTokens: maximumNewTokens)).map { $0[0] }
    let sampled = generate(
      decoder, indices, count: Self.samples, options: SamplingOptions(maximumNewTokens: maximumNewTokens))
    let judged = try indices.enumerated().map { position, index in
      try JudgedQuestion(
        SampledQuestion(
          question: assembly.heldOut[index], greedy: answer(greedy[position]), samples: sampled[position].map(answer)),
        clusters: { try judge.clusters(of: $0, question: $1) })
    }
    return (EvaluationResult(of: judged), greedy.map(text))
  }

  private func greedyAccuracy(of decoder: Decoder) throws -> Double {
    let responses = generate(decoder, Array(assembly.heldOut.indices), count: 1, options: .greedy(maximumNewTokens: maximumNewTokens))
    let right = try zip(assembly.heldOut, responses).count { question, samples in
      let clusters = try judge.clusters(of: [question.answer ?? "", answer(samples[0]).text], question: question.text)
      return clusters[0] == clusters[1]
    }
    return Double(right) / Double(assembly.heldOut.count)
  }

  private var maximumNewTokens: Int { assembly.configuration.sampling.maximumNewTokens }

  /// Samples of the questions at the places given; a question's random numbers do not depend on which others are asked.
  private func generate(_ decoder: Decoder, _ indices: [Int], count: Int, options: SamplingOptions) -> [[Sample]] {
    let engine = GenerationEngine(
      decoder, maximumSequences: assembly.configuration.worker.maximumSequences, maximumLength: assembly.positions)
    return engine.generate(
      indices.map { index in
        GenerationRequest(
          promptTokens: assembly.encode(assembly.heldOut[index].text), sampleCount: count, seed: assembly.configuration.seed,
          step: Self.stream, slot: UInt32(index), options: options, stopTokens: assembly.base.configuration.endTokens)
      })
  }

  private func text(_ sample: Sample) -> String {
    assembly.base.tokenizer.decode(sample.tokens, skippingSpecialTokens: true)
  }

  private func answer(_ sample: Sample) -> SampledAnswer {
    let answer = extractAnswer(from: text(sample))
    return SampledAnswer(text: answer.text, isBoxed: answer.isBoxed, tokenCount: sample.tokens.count)
  }
}
