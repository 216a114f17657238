package import Evaluation
import Foundation
import HuggingFace
import Rollouts
import Tensors
import Tokenizers
import Transformer

/// A model and the benchmarks that it is measured by, read and checked: everything but the weights.
package struct ModelEvaluation: Sendable {
  /// What was measured and how, for the file of results.
  package let header: EvaluationHeader
  /// All questions, in the order in which they are asked.
  package let questions: [BenchmarkQuestion]
  /// What is worth a line before it begins: questions that are left out.
  package let notices: [String]

  let model: EvaluatedModel
  let requests: [EvaluationRequest]
  let benchmarks: [Benchmark]
  let arithmetic: Arithmetic
  private let threads: Int

  /// How a model is asked.
  package struct Options: Sendable {
    /// Responses to a question at temperature 1, beside the greedy one.
    package var samples: Int
    /// The seed of the samples.
    package var seed: UInt64
    /// Threads that compute; nil for as many as there are processors.
    package var threads: Int?
    /// Tokens of the longest prompt with its response; nil for the model's limit, within reason.
    package var positions: Int?
    /// How products of bfloat16 weights are computed.
    package var arithmetic: ArithmeticChoice

    /// Creates options.
    package init(samples: Int, seed: UInt64, threads: Int?, positions: Int?, arithmetic: ArithmeticChoice) {
      self.samples = samples
      self.seed = seed
      self.threads = threads
      self.positions = positions
      self.arithmetic = arithmetic
    }
  }

  /// Responses under way at a time: with fewer, a step's products are small. They don't depend on it.
  private static let maximumSequences = 128

  /// Reads everything that the questions need, and the model's files for their digest.
  package init(of model: EvaluatedModel, by asking: Benchmark.Asking, options: Options) throws {
    let benchmarks = try Benchmark.read(asking, configuration: model.configuration, isRun: model.isRun)
    let (base, shape) = (model.model, model.model.configuration)
    let positions = min(options.positions ?? LoadedModel.usualPositions, shape.maximumPositions)
    var (requests, questions, told, notices): ([EvaluationRequest], [BenchmarkQuestion], [EvaluationHeader.Benchmark], [String]) =
      ([], [], [], [])
    for benchmark in benchmarks {
      let limit = benchmark.configuration.sampling.maximumNewTokens
      guard positions > limit else {
        throw RunsError(
          .model,
          "responses of up to \(limit) tokens leave no room for a prompt in the \(positions) positions of \(base.folder): expected less "
            + "(--max-tokens)")
      }
      let renderer = try PromptRenderer(benchmark.configuration, base: base)
      let prompted = try PromptedQuestions(
        benchmark.set, name: "questions of \(benchmark.name)", room: positions - limit, encode: renderer.tokens)
      if let notice = prompted.notice { notices.append(notice) }
      for asked in prompted.questions {
        questions.append(BenchmarkQuestion(benchmark: benchmark.name, question: asked.question))
        requests.append(
          EvaluationRequest(
            promptTokens: asked.tokens, responseCount: 1 + options.samples, seed: options.seed, place: UInt32(requests.count),
            maximumNewTokens: limit, stopTokens: shape.endTokens))
      }
      told.append(
        benchmark.told(
          questions: prompted.questions.count, leftOut: prompted.leftOutCount,
          promptsDigest: EvaluationHeader.digest(prompted.questions.map { $0.tokens.map { "\($0)" } })))
    }
    self.model = model
    self.requests = requests
    self.questions = questions
    self.benchmarks = benchmarks
    self.notices = notices
    threads = options.threads ?? ProcessInfo.processInfo.activeProcessorCount
    arithmetic = try options.arithmetic.resolved(storing: try base.weightType(.automatic))
    header = EvaluationHeader(
      model: model.title, identity: try model.identity(), arithmetic: arithmetic.rawValue, samples: options.samples,
      seed: options.seed, benchmarks: told)
  }

  /// The judges, by the benchmark's name.
  package func evaluators() throws -> [String: Evaluator] { try Benchmark.evaluators(of: benchmarks, threads: threads) }

  /// Loads the weights.
  package func responder() throws -> EngineResponder {
    let longest = requests.map { $0.promptTokens.count + $0.maximumNewTokens }.max() ?? 2
    let shape = model.model.configuration
    _ = try MemoryNeed(answering: shape, storing: model.model.source.weightType(), threads: threads).check()
    let weights = try model.model.source.weights(of: shape)
    let decoder = Decoder(
      weights, positions: longest, lanes: Lanes(count: threads), arithmetic: arithmetic, packing: true)
    let tokenizer = model.model.tokenizer
    return EngineResponder(
      requests, maximumSequences: Self.maximumSequences,
      makeEngine: {
        GenerationEngine(
          within: LoadedModel.cacheBytes, decoder, maximumSequences: Self.maximumSequences, maximumLength: longest)
      },
      decode: { tokenizer.decode($0, skippingSpecialTokens: true) })
  }
}
