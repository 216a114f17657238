import ArgumentParser
import Benches
import Evaluation
import Files
import Runs

/// `empo eval`: how well a model answers questions with known answers.
struct EvalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Measures a model on questions with answers, with intervals.",
    discussion: """
      Each question gets a greedy response and some at temperature 1. With --out, every response is kept, a question a line; a \
      measurement that ended early goes on by the same command, and ends with the same bytes. Random numbers are a function of seed and \
      question, so that two models differ by their weights only: see empo compare.
      """)

  @Argument(
    help: ArgumentHelp(
      "A model's folder, a run's, a checkpoint, PEFT's folder of adapters, or embedded.", valueName: "MODEL|RUN|CHECKPOINT|DIR"))
  var model: String

  @Option(
    help: ArgumentHelp("Of a run: base, best, last, or the step of a kept checkpoint; by default best.", valueName: "WHEN"),
    transform: Bounds.value("base, best, last or the number of a step") { RunVersion($0) })
  var at: RunVersion?

  @Option(help: ArgumentHelp("The file of results, to make or to go on with.", valueName: "FILE"))
  var out: String?

  @Flag(help: "Prints one JSON object in place of tables.")
  var json = false

  @OptionGroup var arguments: EvaluationArguments

  func validate() throws {
    if at != nil, arguments.server != nil { throw ValidationError("--at is for runs on this host: it does not go with --server") }
  }

  func run() async throws {
    let results = try await arguments.evaluate(model, at: at?.version, out: out)
    let summary = EvaluationSummary(results, bootstrap: arguments.bootstrap)
    guard !json else { return Console.output.write(try summary.json()) }
    let lines = SummaryTable(summary).lines(width: Console.output.width)
    Console.output.write((lines + ["", Self.legend(summary)]).joined(separator: "\n") + "\n")
  }

  private static func legend(_ summary: EvaluationSummary) -> String {
    let questions = summary.rows.map { "\($0.questions)" }.joined(separator: ", ")
    let samples = summary.header.samples
    return (summary.rows.count > 1 ? "\(questions) questions; " : "") + asking(summary.header)
      + (samples > 0 ? "\(counted(samples, "sample")) of a question at temperature 1; " : "")
      + "[95 % interval, by the bootstrap over questions]"
  }
}

extension EvalCommand {
  /// Who was asked, and how: two models that are asked otherwise cannot be compared.
  private static func asking(_ header: EvaluationHeader) -> String {
    let ways = header.benchmarks.map { benchmark in
      let preset = PromptPreset.allCases.first { $0.template == benchmark.prompt }?.rawValue
      return "by the prompt \(preset ?? "of its own") for at most \(benchmark.maximumTokens) tokens"
    }
    let each = Set(ways).count == 1 ? ways[0] : zip(header.benchmarks, ways).map { "\($0.name) \($1)" }.joined(separator: ", ")
    return "\(header.model) was asked \(each); "
  }
}

/// The value of the flag for a version of a run.
struct RunVersion {
  let version: EvaluatedModel.Version

  /// Reads `base`, `best`, `last` or a step.
  init?(_ argument: String) {
    switch argument {
    case "base": version = .base
    case "best": version = .best
    case "last": version = .last
    default:
      guard let step = UInt32(argument) else { return nil }
      version = .step(step)
    }
  }
}
