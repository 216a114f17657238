internal import ChatTemplates
internal import Digests
package import Questions

/// What was measured, and how: the first line of a file of results. Two files with headers of one ``identity`` hold the same bytes behind it.
public struct EvaluationHeader: Sendable, Equatable, Codable {
  /// A file of questions, and how they were asked.
  public struct Benchmark: Sendable, Equatable, Codable {
    /// Its name among those of the file.
    public var name: String
    /// Where its questions came from.
    public var source: String
    /// How many were asked.
    public var questions: Int
    /// How many were left out, since they did not fit the model.
    public var leftOut: Int
    /// A digest of the questions with their answers.
    public var questionsDigest: String
    /// A digest of what the model read, which chat templates shape.
    public var promptsDigest: String
    /// The text around a question.
    public var prompt: String
    /// The system message; nil without one.
    public var system: String?
    /// The judge of equal meaning with its settings, and how answers are read.
    public var judge: String
    /// The most tokens of a response.
    public var maximumTokens: Int

    /// Describes a benchmark.
    public init(
      name: String, source: String, questions: Int, leftOut: Int, questionsDigest: String, promptsDigest: String, prompt: String,
      system: String?, judge: String, maximumTokens: Int
    ) {
      self.name = name
      self.source = source
      self.questions = questions
      self.leftOut = leftOut
      self.questionsDigest = questionsDigest
      self.promptsDigest = promptsDigest
      self.prompt = prompt
      self.system = system
      self.judge = judge
      self.maximumTokens = maximumTokens
    }

    private enum CodingKeys: String, CodingKey {
      case name, source, questions, prompt, system, judge
      case leftOut = "left_out"
      case questionsDigest = "questions_sha256"
      case promptsDigest = "prompts_sha256"
      case maximumTokens = "max_tokens"
    }
  }

  /// The version of the format.
  public static let currentFormat = 1

  /// The version of the file's format.
  public var format: Int
  /// The model, as a person knows it.
  public var model: String
  /// What tells it from any other: a digest of its files, or a server's address with the model's name.
  public var identity: String
  /// How products were computed; nil where a server did.
  public var arithmetic: String?
  /// Responses to a question at temperature 1, beside the greedy one.
  public var samples: Int
  /// The seed of the samples.
  public var seed: UInt64
  /// The benchmarks, in the order in which they are asked.
  public var benchmarks: [Benchmark]

  /// Describes an evaluation.
  public init(model: String, identity: String, arithmetic: String?, samples: Int, seed: UInt64, benchmarks: [Benchmark]) {
    format = Self.currentFormat
    self.model = model
    self.identity = identity
    self.arithmetic = arithmetic
    self.samples = samples
    self.seed = seed
    self.benchmarks = benchmarks
  }

  private enum CodingKeys: String, CodingKey {
    case model, arithmetic, samples, seed, benchmarks
    case format = "empo_eval"
    case identity = "model_identity"
  }

  /// Why results with the found header cannot be continued as results with this one, in a few words; nil if they can. The paths of model and
  /// questions do not matter.
  public func difference(from found: EvaluationHeader) -> String? {
    var differences: [String] = []
    func compare(_ name: String, _ expected: some Equatable & CustomStringConvertible, _ found: some Equatable & CustomStringConvertible) {
      if "\(expected)" != "\(found)" { differences.append("\(name) \(Self.excerpt("\(found)")), not \(Self.excerpt("\(expected)"))") }
    }
    if identity != found.identity {
      differences.append(model == found.model ? "other weights of the model \(found.model)" : "the model \(found.model), not \(model)")
    }
    compare("arithmetic", arithmetic ?? "none", found.arithmetic ?? "none")
    compare("samples", samples, found.samples)
    compare("seed", seed, found.seed)
    compare("the benchmarks", benchmarks.map(\.name).joined(separator: ", "), found.benchmarks.map(\.name).joined(separator: ", "))
    for (expected, found) in zip(benchmarks, found.benchmarks) where expected.name == found.name {
      let before = differences.count
      compare("the prompt", expected.prompt, found.prompt)
      compare("the system message", expected.system ?? "none", found.system ?? "none")
      compare("the judge", expected.judge, found.judge)
      compare("max_tokens", expected.maximumTokens, found.maximumTokens)
      if expected.questionsDigest != found.questionsDigest || expected.questions != found.questions {
        differences.append("other questions of \(expected.name)")
      } else if differences.count == before, expected.promptsDigest != found.promptsDigest {
        differences.append("other prompts of \(expected.name) (its chat template or tokenizer)")
      }
      if !differences.isEmpty { break }
    }
    return differences.isEmpty ? nil : differences.joined(separator: "; ")
  }

  /// A digest of names, questions and right answers.
  ///
  /// Lines of results give it again where no question is a conversation and none was left out: they keep its last turn, and those asked.
  package static func digest(of questions: [Question]) -> String {
    digest(questions.map { [$0.id, $0.text] + $0.messages.flatMap { [$0.role, $0.content] } + $0.answers })
  }

  /// A digest of lists of texts, each with its length before it.
  package static func digest(_ lists: [[String]]) -> String {
    var digest = SHA256()
    for list in lists {
      digest.update([UInt8]("\(list.count):".utf8))
      for text in list { digest.update([UInt8]("\(text.utf8.count):\(text)".utf8)) }
    }
    return digest.hexadecimalDigest()
  }

  private static func excerpt(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count > 60 ? line.prefix(60) + "…" : line
  }
}
