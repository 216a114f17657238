package import ChatTemplates
package import Evaluation
import Questions
import Rollouts

/// The benchmarks that a model behind a server is measured by. Its chat template is the server's, where it is not told to use none, and so is
/// the decision which question is too long.
package struct ServerEvaluation: Sendable {
  /// What was measured and how, for the file of results.
  package let header: EvaluationHeader
  /// All questions, in the order in which they are asked.
  package let questions: [BenchmarkQuestion]
  /// What the server is asked for each, with the question's place in its benchmark and the most tokens of a response.
  package let prompts: [(prompt: ModelPrompt, place: UInt32, maximumTokens: Int)]

  private let benchmarks: [Benchmark]

  /// Reads the questions.
  ///
  /// - Parameters:
  ///   - model: The model's name at the server.
  ///   - address: The server's address.
  package init(model: String, at address: String, by asking: Benchmark.Asking, samples: Int, seed: UInt64) throws {
    var configuration = RunConfiguration()
    configuration.promptTemplate = PromptPreset.boxed.template
    configuration.sampling.maximumNewTokens = 2048
    configuration.heldOut = .none
    benchmarks = try Benchmark.read(asking, configuration: configuration, isRun: false)
    var (questions, prompts, told):
      ([BenchmarkQuestion], [(prompt: ModelPrompt, place: UInt32, maximumTokens: Int)], [EvaluationHeader.Benchmark]) = ([], [], [])
    for benchmark in benchmarks {
      let asked = try benchmark.set.questions.map { try Self.prompt(of: $0, benchmark.configuration) }
      for (place, (question, prompt)) in zip(benchmark.set.questions, asked).enumerated() {
        questions.append(BenchmarkQuestion(benchmark: benchmark.name, question: question))
        prompts.append((prompt, UInt32(place), benchmark.configuration.sampling.maximumNewTokens))
      }
      told.append(benchmark.told(questions: asked.count, leftOut: 0, promptsDigest: EvaluationHeader.digest(asked.map(\.parts))))
    }
    self.questions = questions
    self.prompts = prompts
    header = EvaluationHeader(
      model: "\(model) at \(address)", identity: "\(address) \(model)", arithmetic: nil, samples: samples, seed: seed, benchmarks: told)
  }

  private static func prompt(of question: Question, _ configuration: RunConfiguration) throws -> ModelPrompt {
    guard configuration.template == .none else { return .chat(configuration.messages(of: question)) }
    guard configuration.system == nil else {
      throw RunsError(.model, "system: found a text, but there is no chat template to put it in: expected --system none")
    }
    return .text(try configuration.plainPrompt(of: question))
  }

  /// The judges, by the benchmark's name.
  package func evaluators(threads: Int?) throws -> [String: Evaluator] { try Benchmark.evaluators(of: benchmarks, threads: threads) }
}

extension ModelPrompt {
  /// What it consists of.
  fileprivate var parts: [String] {
    switch self {
    case .chat(let messages): messages.flatMap { [$0.role, $0.content] }
    case .text(let text): [text]
    }
  }
}
