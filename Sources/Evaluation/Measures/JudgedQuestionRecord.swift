package import Questions

/// A judged question as a line of a file: of a run's `evaluations/`, or of an evaluation's results.
package struct JudgedQuestionRecord: Sendable, Equatable, Codable {
  /// The greedy response.
  package struct Greedy: Sendable, Equatable, Codable {
    var answer: String
    var isCorrect: Bool
    var isBoxed: Bool
    var isTruncated: Bool?
    var tokens: Int?
    var response: String

    private enum CodingKeys: String, CodingKey {
      case answer, tokens, response
      case isCorrect = "is_correct"
      case isBoxed = "is_boxed"
      case isTruncated = "is_truncated"
    }
  }

  /// A response at temperature 1.
  package struct Sample: Sendable, Equatable, Codable {
    var answer: String
    var cluster: Int
    var isCorrect: Bool
    var isBoxed: Bool
    var isTruncated: Bool?
    var tokens: Int?
    var response: String?

    private enum CodingKeys: String, CodingKey {
      case answer, cluster, tokens, response
      case isCorrect = "is_correct"
      case isBoxed = "is_boxed"
      case isTruncated = "is_truncated"
    }
  }

  /// The responses that a record quotes.
  package enum Quotation: Sendable {
    /// The greedy one, and the first with the most frequent answer, to keep the file small.
    case typical
    /// Every one.
    case all
  }

  /// The question's identifier.
  package let id: String
  /// The benchmark that the question is of; nil in a run.
  package let benchmark: String?
  private let question: String
  private let label: [String]
  private let greedy: Greedy
  private let samples: [Sample]

  /// Writes down a judged question.
  package init(_ judged: JudgedQuestion, of benchmark: String? = nil, quoting quotation: Quotation = .typical) {
    id = judged.question.id
    self.benchmark = benchmark
    question = judged.question.text
    label = judged.question.answers
    greedy = Greedy(
      answer: judged.greedy.text, isCorrect: judged.isGreedyCorrect, isBoxed: judged.greedy.isBoxed, isTruncated: judged.greedy.isTruncated,
      tokens: judged.greedy.tokenCount, response: judged.greedy.response)
    let quoted = judged.pluralityIndex ?? 0
    samples = judged.samples.enumerated().map { index, sample in
      let isQuoted = quotation == .all || index == quoted
      return Sample(
        answer: sample.answer.text, cluster: sample.cluster, isCorrect: sample.isCorrect, isBoxed: sample.answer.isBoxed,
        isTruncated: sample.answer.isTruncated, tokens: sample.answer.tokenCount, response: isQuoted ? sample.answer.response : nil)
    }
  }

  /// The number of samples.
  package var sampleCount: Int { samples.count }

  /// The question as far as the record has it: without a conversation.
  package var plainQuestion: Question { Question(id: id, text: question, answers: label) }

  /// The judged question again; responses that were not quoted are empty, and so are all where they are not wanted.
  package func judged(_ question: Question, withResponses: Bool = true) -> JudgedQuestion {
    JudgedQuestion(
      question: question,
      greedy: SampledAnswer(
        text: greedy.answer, isBoxed: greedy.isBoxed, tokenCount: greedy.tokens, isTruncated: greedy.isTruncated ?? false,
        response: withResponses ? greedy.response : ""),
      isGreedyCorrect: greedy.isCorrect,
      samples: samples.map { sample in
        JudgedQuestion.Sample(
          answer: SampledAnswer(
            text: sample.answer, isBoxed: sample.isBoxed, tokenCount: sample.tokens, isTruncated: sample.isTruncated ?? false,
            response: withResponses ? sample.response ?? "" : ""),
          cluster: sample.cluster, isCorrect: sample.isCorrect)
      })
  }
}
