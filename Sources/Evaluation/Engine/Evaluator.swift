public import Meaning
public import Questions
public import Rollouts

/// Judges a model's responses to questions with known answers. Sees responses and no model, so that whoever samples needs no label.
public struct Evaluator: Sendable {
  private let judge: any AnswerJudge
  private let reading: AnswerReading

  /// An evaluator; `reading` is how a response's answer is read: as in the run, so that the measured answers are the rewarded ones.
  public init(judge: any AnswerJudge, reading: AnswerReading = AnswerReading()) {
    self.judge = judge
    self.reading = reading
  }

  /// Judges the responses to a question: the first is the greedy one, the others are samples, see ``EvaluationRequest``.
  ///
  /// Throws an ``EvaluationError`` where the question has no answer, and where the judge fails.
  public func judged(_ responses: [ModelResponse], to question: Question) throws(EvaluationError) -> JudgedQuestion {
    precondition(!responses.isEmpty, "the first response is the greedy one")
    guard !question.answers.isEmpty, !question.answers.contains("") else {
      throw EvaluationError(.questions, "the held-out question \(question.id) has no answer to measure with")
    }
    let answers = responses.map(answer)
    do {
      return try JudgedQuestion(SampledQuestion(question: question, greedy: answers[0], samples: Array(answers.dropFirst())), judge: judge)
    } catch {
      throw EvaluationError(.judge, "the answers to the held-out question \(question.id) could not be judged: \(error)", cause: error)
    }
  }

  private func answer(_ response: ModelResponse) -> SampledAnswer {
    let answer = reading.answer(in: response.text)
    return SampledAnswer(
      text: answer.text, isBoxed: answer.isBoxed, tokenCount: response.tokenCount, isTruncated: response.isTruncated,
      response: response.text)
  }
}
