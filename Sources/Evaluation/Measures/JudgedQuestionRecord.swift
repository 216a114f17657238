package import Questions

/// A judged question as a line of a run's `evaluations/`. To keep the file small, it quotes two responses: the greedy one, and the first with
/// the most frequent answer.
package struct JudgedQuestionRecord: Sendable, Equatable, Codable {
  /// The greedy response.
  package struct Greedy: Sendable, Equatable, Codable {
    var answer: String
    var isCorrect: Bool
    var isBoxed: Bool
    var tokens: Int
    var response: String

    private enum CodingKeys: String, CodingKey {
      case answer, tokens, response
      case isCorrect = "is_correct"
      case isBoxed = "is_boxed"
    }
  }

  /// A response at temperature 1.
  package struct Sample: Sendable, Equatable, Codable {
    var answer: String
    var cluster: Int
    var isCorrect: Bool
    var isBoxed: Bool
    var tokens: Int
    var response: String?

    private enum CodingKeys: String, CodingKey {
      case answer, cluster, tokens, response
      case isCorrect = "is_correct"
      case isBoxed = "is_boxed"
    }
  }

  /// The question's identifier.
  package let id: String
  private let question: String
  private let label: [String]
  private let greedy: Greedy
  private let samples: [Sample]

  /// Writes down a judged question.
  package init(_ judged: JudgedQuestion) {
    id = judged.question.id
    question = judged.question.text
    label = judged.question.answers
    greedy = Greedy(
      answer: judged.greedy.text, isCorrect: judged.isGreedyCorrect, isBoxed: judged.greedy.isBoxed, tokens: judged.greedy.tokenCount,
      response: judged.greedy.response)
    let quoted = judged.pluralityIndex ?? 0
    samples = judged.samples.enumerated().map { index, sample in
      Sample(
        answer: sample.answer.text, cluster: sample.cluster, isCorrect: sample.isCorrect, isBoxed: sample.answer.isBoxed,
        tokens: sample.answer.tokenCount, response: index == quoted ? sample.answer.response : nil)
    }
  }

  /// The judged question again; responses that were not quoted are empty.
  package func judged(_ question: Question) -> JudgedQuestion {
    JudgedQuestion(
      question: question,
      greedy: SampledAnswer(text: greedy.answer, isBoxed: greedy.isBoxed, tokenCount: greedy.tokens, response: greedy.response),
      isGreedyCorrect: greedy.isCorrect,
      samples: samples.map { sample in
        JudgedQuestion.Sample(
          answer: SampledAnswer(
            text: sample.answer, isBoxed: sample.isBoxed, tokenCount: sample.tokens, response: sample.response ?? ""),
          cluster: sample.cluster, isCorrect: sample.isCorrect)
      })
  }
}
