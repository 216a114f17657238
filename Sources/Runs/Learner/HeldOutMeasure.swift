package import Cluster
package import EMPO
package import Evaluation
package import Questions

/// Measures a policy by its responses to the held-out questions, the only place where answers are looked at.
package struct HeldOutMeasure: Sendable {
  /// Samples of a question at temperature 1, of which majorities are formed.
  package static let samples = 16

  private let questions: [Question]
  private let evaluator: Evaluator
  private let decode: @Sendable (_ tokens: [Int32]) -> String

  /// Creates a measure by these questions; `decode` turns a response's tokens into text, special tokens left out.
  package init(questions: [Question], evaluator: Evaluator, decode: @escaping @Sendable (_ tokens: [Int32]) -> String) {
    self.questions = questions
    self.evaluator = evaluator
    self.decode = decode
  }

  /// Judges the responses to all questions, in the questions' order.
  package func judged(_ groups: [ScoredGroup]) throws(EvaluationError) -> [JudgedQuestion] {
    precondition(groups.count == questions.count, "every held-out question has its responses")
    var judged: [JudgedQuestion] = []
    for (question, group) in zip(questions, groups) {
      let responses = group.responses.map {
        ModelResponse(text: decode($0.tokens), tokenCount: $0.tokens.count, isTruncated: $0.isTruncated)
      }
      judged.append(try evaluator.judged(responses, to: question))
    }
    return judged
  }

  /// All figures where samples were drawn, as of the base model and the trained model; else the greedy accuracy.
  package static func figures(of judged: [JudgedQuestion]) -> EvaluationFigures {
    guard let samples = judged.first?.samples.count, samples > 0 else {
      return EvaluationFigures(greedy: Double(judged.count(where: \.isGreedyCorrect)) / Double(judged.count))
    }
    let result = EvaluationResult(of: judged, majorityCount: samples)
    let scores = result.scores
    return EvaluationFigures(
      greedy: scores.greedy, mean: scores.mean, majority: scores.majority, semanticEntropy: scores.semanticEntropy, length: scores.length,
      boxed: result.boxedShare)
  }
}
