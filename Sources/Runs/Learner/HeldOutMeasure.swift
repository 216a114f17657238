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

  /// Creates a measure by these questions.
  package init(questions: [Question], evaluator: Evaluator) {
    self.questions = questions
    self.evaluator = evaluator
  }

  /// Judges the responses to all questions, in the questions' order.
  package func judged(_ groups: [ScoredGroup]) throws(EvaluationError) -> [JudgedQuestion] {
    precondition(groups.count == questions.count, "every held-out question has its responses")
    var judged: [JudgedQuestion] = []
    for (question, group) in zip(questions, groups) {
      judged.append(try evaluator.judged(group.responses.map(\.tokens), to: question))
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
