import ChatTemplates
import Demonstration
import Evaluation
import Foundation
package import Questions
import Rollouts
import Tensors

/// A file of questions with answers, and how they are asked of a model.
package struct Benchmark: Sendable {
  /// Its name: that of the file without its ending.
  package let name: String
  /// How its questions are asked and judged.
  package let configuration: RunConfiguration
  /// Where the questions come from.
  package let source: String
  /// The questions with answers, those included that a model has no room for.
  package let set: QuestionSet

  /// What the command line says about benchmarks.
  package struct Asking: Sendable {
    /// The files, `embedded` for the demonstration's; nil for those that the run measures itself by.
    package var files: [String]?
    /// The paper's way.
    package var preset: BenchmarkPreset?
    /// Values by the names of configuration keys, above all else.
    package var flags: [String: String]
    /// Only so many questions of each; nil for all.
    package var limit: Int?

    /// Creates one.
    package init(files: [String]?, preset: BenchmarkPreset?, flags: [String: String], limit: Int?) {
      self.files = files
      self.preset = preset
      self.flags = flags
      self.limit = limit
    }
  }

  /// Reads benchmarks for a model.
  ///
  /// - Parameters:
  ///   - configuration: How the model is asked where nobody says otherwise.
  ///   - isRun: Whether that is a run's, which has questions to measure by.
  package static func read(_ asking: Asking, configuration: RunConfiguration, isRun: Bool) throws -> [Benchmark] {
    guard let files = asking.files else {
      switch configuration.heldOut {
      case .none:
        throw RunsError(.questions, isRun ? "the run holds no questions out: expected --questions FILE" : "expected --questions FILE")
      case .embedded: return [try Benchmark("embedded", asking, configuration, isOwn: true)]
      case .path(let path): return [try Benchmark(path, asking, configuration, isOwn: true)]
      }
    }
    let benchmarks = try files.map { try Benchmark($0, asking, configuration, isOwn: false) }
    for (index, benchmark) in benchmarks.enumerated() where benchmarks[..<index].contains(where: { $0.name == benchmark.name }) {
      throw RunsError(.questions, "two benchmarks are called \(benchmark.name): expected files of different names")
    }
    return benchmarks
  }

  private init(_ file: String, _ asking: Asking, _ configuration: RunConfiguration, isOwn: Bool) throws {
    var configuration = configuration
    if !isOwn { (configuration.questionKey, configuration.answerKey) = (nil, nil) }
    try configuration.take(flags: asking.preset?.values ?? [:])
    try configuration.take(flags: asking.flags)
    if asking.flags["system"] == nil, let prompt = asking.flags["prompt_template"] {
      configuration.system = PromptPreset(rawValue: prompt)?.system
    }
    source = file
    if file == "embedded" {
      name = file
      let made = EmbeddedModel.heldOut(count: asking.limit)
      set = try QuestionSet(source: "the embedded questions", questions: made)
    } else {
      name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
      var read = try QuestionSet(
        contentsOf: file, keys: configuration.questionKeys, labels: configuration.labels(.everyQuestion("an evaluation")))
      if let limit = asking.limit { read.questions = Array(read.questions.prefix(limit)) }
      set = read
      // Options ask for a letter, whatever the model is asked otherwise.
      let isChoice = read.questions.allSatisfy { $0.optionCount > 0 }
      if isChoice, !isOwn, asking.preset == nil {
        let choice = BenchmarkPreset.choice.values
        for name in ["prompt_template", "system", "judge"] where asking.flags[name] == nil {
          // A prompt of the user's own comes with its own system message.
          if name == "system", asking.flags["prompt_template"] != nil { continue }
          try configuration.take(flags: choice.filter { $0.key == name })
        }
      }
    }
    self.configuration = configuration
  }

  /// Who judges the responses, by the benchmark's name.
  static func evaluators(of benchmarks: [Benchmark], threads: Int?) throws -> [String: Evaluator] {
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    return try benchmarks.reduce(into: [:]) { evaluators, benchmark in
      let configuration = benchmark.configuration
      evaluators[benchmark.name] = Evaluator(
        judge: try configuration.judge.judge(configuration.judging, lanes: Lanes(count: threads)), reading: configuration.reading)
    }
  }

  /// What a file of results says of the benchmark.
  func told(questions: Int, leftOut: Int, promptsDigest: String) -> EvaluationHeader.Benchmark {
    EvaluationHeader.Benchmark(
      name: name, source: source, questions: questions, leftOut: leftOut, questionsDigest: EvaluationHeader.digest(of: set.questions),
      promptsDigest: promptsDigest, prompt: configuration.promptTemplate, system: configuration.system, judge: toldJudge,
      maximumTokens: configuration.sampling.maximumNewTokens)
  }

  /// The judge and its settings, with how answers are read, as a header names them.
  private var toldJudge: String {
    let keys = ["judge", "judge_rounding", "fallback", "whole_response"] + (configuration.judge.folder == nil ? [] : Self.modelJudgeKeys)
    let values = keys.map { name in
      guard let key = ConfigurationKey.named(name) else { preconditionFailure("\(name) is a key") }
      return name == "judge" ? key.value(in: configuration) : "\(name) \(key.value(in: configuration))"
    }
    return values.joined(separator: ", ")
  }

  private static let modelJudgeKeys = ["judge_clusters", "judge_threshold", "judge_directions", "judge_prompt"]
}
