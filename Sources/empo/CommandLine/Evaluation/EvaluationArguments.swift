import ArgumentParser
import Benches
import ChatClient
import Evaluation
import Foundation
import Operations
import Questions
import Runs

/// What models are asked, and how: what `empo eval` and `empo compare` share.
struct EvaluationArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Files of questions with answers, each a benchmark; embedded for the demonstration's. A run's are those that it holds out.",
      valueName: "FILE,…"))
  var questions: String?

  @Option(
    help: ArgumentHelp(
      "The paper's way to ask a kind of question, greedy alone: \(BenchmarkPreset.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "NAME"))
  var preset: BenchmarkPreset?

  @Option(
    help: ArgumentHelp("Responses to a question at temperature 1, beside the greedy one; 8, or with --preset 0.", valueName: "N"),
    transform: Bounds.integer(0...4096))
  var samples: Int?

  @Option(help: ArgumentHelp("The seed of the samples and of the intervals.", valueName: "S"), transform: Bounds.integer(0...UInt64.max))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("Only so many questions of each file, from its beginning.", valueName: "N"),
    transform: Bounds.integer(1...Int(Int32.max)))
  var limit: Int?

  @Option(
    help: ArgumentHelp(
      "A server in OpenAI's shapes that answers; the model is its name there. With --template none it goes on with plain texts, as base models "
        + "are asked. A key is taken from EMPO_API_KEY.", valueName: "URL"))
  var server: String?

  @Option(help: ArgumentHelp("Requests to a server under way at once.", valueName: "N"), transform: Bounds.integer(1...1024))
  var concurrency = 8

  @Option(
    help: ArgumentHelp("Seconds for a server's whole reply; by default \(ChatServer.usualTimeout).", valueName: "SECONDS"),
    transform: Bounds.integer(1...86_400))
  var timeout: Int?

  @Option(
    help: ArgumentHelp(
      "Has workers answer, which connect there: empo worker --connect ADDRESS. They are believed. The results are the same bytes.",
      valueName: "ADDRESS"))
  var listen: String?

  @OptionGroup(title: "Which workers may answer") var access: AccessOptions

  @Option(help: ArgumentHelp("The adapters' base model, where it is not in the folder that they name.", valueName: "DIR"))
  var base: String?

  @Option(help: ArgumentHelp("Threads; by default as many as there are processors.", valueName: "N"), transform: Bounds.integer(1...1024))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Tokens of the longest prompt with its response; by default the model's own limit, up to \(LoadedModel.usualPositions).",
      valueName: "N"), transform: Bounds.integer(2...16_777_216))
  var context: Int?

  @Option(help: LoadedModel.arithmeticHelp)
  var arithmetic = ArithmeticChoice.exact

  @OptionGroup(title: "Prompts and judges") var keys: GroupFlags<Keys>

  /// The keys of a run that are flags here, too.
  enum Keys: FlagGroup {
    static let keys = [
      "prompt_template", "system", "template", "chat_template_kwargs", "sampling.max_new_tokens", "question_key", "answer_key", "judge",
      "judge_rounding", "judge_clusters", "judge_threshold", "judge_directions", "judge_prompt", "fallback", "whole_response",
    ].compactMap(ConfigurationKey.named)
  }

  func validate() throws {
    if server == nil, timeout != nil { throw ValidationError("--timeout is for a server's replies: expected --server, too") }
    if server != nil, base != nil { throw ValidationError("--base is for adapters on this host: it does not go with --server") }
    if server != nil, listen != nil { throw ValidationError("--listen has workers answer and --server a server: expected one of them") }
    if listen == nil, access.access != LearnerAccess() {
      throw ValidationError("--key, --authorized and --insecure say which workers may answer: expected --listen, too")
    }
    try access.requireListed()
    if server != nil, keys.values["template", default: "none"] != "none" || keys.values["chat_template_kwargs"] != nil {
      throw ValidationError(
        "a server has its own chat template: --template (but for none, which asks it to go on with plain texts) and --chat-template-kwargs "
          + "do not go with --server")
    }
    if let files, files.contains("") { throw ValidationError("--questions \(questions ?? ""): expected files with commas between them") }
    do {
      try RunConfiguration.check(flags: keys.values)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  private var files: [String]? { questions?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }

  private var sampleCount: Int { samples ?? (preset == nil ? 8 : BenchmarkPreset.samples) }

  /// The intervals' resamples.
  var bootstrap: Bootstrap { Bootstrap(seed: seed) }

  /// What is measured: questions with their judges, and who answers them once the weights are loaded.
  private struct Measurement {
    var header: EvaluationHeader
    var questions: [BenchmarkQuestion]
    var evaluators: [String: Evaluator]
    var responder: () throws -> any EvaluationResponder
  }

  /// Measures models as each is asked by itself, but where one of them is a run, all others as that.
  func evaluate(_ places: [String]) async throws -> [EvaluationResults] {
    let measurements: [Measurement]
    if server == nil {
      let models = try places.map { try EvaluatedModel($0, base: base) }
      let run = models.first(where: \.isRun)
      measurements = try models.map { try local($0.isRun ? $0 : run.map($0.asked(as:)) ?? $0) }
    } else {
      measurements = try places.map(remote)
    }
    var results: [EvaluationResults] = []
    for (place, measurement) in zip(places, measurements) {
      Console.error.line("measuring \(place)")
      results.append(try await evaluate(measurement, out: nil))
    }
    return results
  }

  /// Measures a model, or goes on with a file of results; logs on the standard error.
  func evaluate(_ place: String, at version: EvaluatedModel.Version?, out: String?) async throws -> EvaluationResults {
    let measurement = try server == nil ? local(EvaluatedModel(place, version: version, base: base)) : remote(place)
    return try await evaluate(measurement, out: out)
  }

  private func evaluate(_ measurement: Measurement, out: String?) async throws -> EvaluationResults {
    let file = try out.map { try ResultsFile($0, header: measurement.header, questions: measurement.questions) }
    var results = file?.results ?? EvaluationResults(header: measurement.header)
    guard !results.isWhole else { return results }
    if results.questionCount > 0 { Console.error.line("\(results.questionCount) questions are answered in \(out ?? ""), the rest follows") }
    var progress = EvaluationProgress(of: measurement.questions.count, from: results.questionCount)
    try await measurement.responder().judged(measurement.questions, from: results.questionCount) { name in
      guard let evaluator = measurement.evaluators[name] else { preconditionFailure("every benchmark has its judge") }
      return evaluator
    } take: { place, judged in
      try file?.append(judged, of: measurement.questions[place].benchmark)
      results.append(judged)
      progress.take(judged)
    }
    progress.end()
    return results
  }

  private var asking: Benchmark.Asking { Benchmark.Asking(files: files, preset: preset, flags: keys.values, limit: limit) }

  private func local(_ model: EvaluatedModel) throws -> Measurement {
    let evaluation = try ModelEvaluation(
      of: model, by: asking,
      options: ModelEvaluation.Options(
        samples: sampleCount, seed: seed, threads: threads, positions: context, arithmetic: arithmetic))
    for notice in evaluation.notices { Console.error.line(notice) }
    let (listen, access) = (listen, access.access)
    return Measurement(
      header: evaluation.header, questions: evaluation.questions, evaluators: try evaluation.evaluators(),
      responder: {
        guard let listen else { return try evaluation.responder() }
        return try EvaluationRole(evaluation, listen: listen, access: access)
      })
  }

  private func remote(_ model: String) throws -> Measurement {
    let server = try ChatServer(
      server ?? "", model: model, apiKey: ProcessInfo.processInfo.environment["EMPO_API_KEY"], timeout: timeout ?? ChatServer.usualTimeout)
    let evaluation = try ServerEvaluation(model: model, at: server.address, by: asking, samples: sampleCount, seed: seed)
    let prompts = zip(evaluation.questions, evaluation.prompts).map { asked, prompt in
      ServerResponder.Asking(
        "question \"\(asked.question.id)\" of \(asked.benchmark)", prompt.prompt, place: prompt.place, maximumTokens: prompt.maximumTokens)
    }
    let (samples, seed, concurrency) = (sampleCount, seed, concurrency)
    return Measurement(
      header: evaluation.header, questions: evaluation.questions, evaluators: try evaluation.evaluators(threads: threads)
    ) {
      ServerResponder(server, prompts, samples: samples, seed: seed, concurrency: concurrency)
    }
  }
}
