package import ChatTemplates
package import Evaluation
import Questions
import Rollouts

/// The benchmarks that a model behind a server is measured by. Its chat template is the server's, and so is the decision which question is too
/// long.
package struct ServerEvaluation: Sendable {
  /// What was measured and how, for the file of results.
  package let header: EvaluationHeader
  /// All questions, in the order in which they are asked.
  package let questions: [BenchmarkQuestion]
  /// What the server is asked for each, with the question's place in its benchmark and the most tokens of a response.
  package let conversations: [(messages: [ChatMessage], place: UInt32, maximumTokens: Int)]

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
    var (questions, conversations, told):
      ([BenchmarkQuestion], [(messages: [ChatMessage], place: UInt32, maximumTokens: Int)], [EvaluationHeader.Benchmark]) =
        ([], [], [])
    for benchmark in benchmarks {
      let asked = benchmark.set.questions.map(benchmark.configuration.messages)
      for (place, (question, messages)) in zip(benchmark.set.questions, asked).enumerated() {
        questions.append(BenchmarkQuestion(benchmark: benchmark.name, question: question))
        conversations.append((messages, UInt32(place), benchmark.configuration.sampling.maximumNewTokens))
      }
      told.append(
        benchmark.told(
          questions: asked.count, leftOut: 0, promptsDigest: Benchmark.digest(asked.map { $0.flatMap { [$0.role, $0.content] } })))
    }
    self.questions = questions
    self.conversations = conversations
    header = EvaluationHeader(
      model: "\(model) at \(address)", identity: "\(address) \(model)", arithmetic: nil, samples: samples, seed: seed, benchmarks: told)
  }

  /// The judges, by the benchmark's name.
  package func evaluators(threads: Int?) throws -> [String: Evaluator] { try Benchmark.evaluators(of: benchmarks, threads: threads) }
}
