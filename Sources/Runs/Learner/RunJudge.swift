package import Cluster
package import EMPO
import Evaluation
package import Rollouts
package import Wire

/// What a learner makes itself of the tokens that workers send: the scores of groups, where that takes no model, and what evaluations come to.
package final class RunJudge: LearnerJudge {
  private let seed: UInt64
  private let scorer: GroupScorer?
  private let measure: HeldOutMeasure?
  private let answers: EvaluatedAnswers?

  /// Creates a judge.
  ///
  /// - Parameters:
  ///   - seed: The run's seed.
  ///   - scorer: Scores groups as workers do; nil where that takes a model.
  ///   - measure: Judges evaluations; nil where nothing is held out.
  ///   - answers: Where the judged responses of full evaluations are kept; nil for nowhere.
  package init(seed: UInt64, scorer: GroupScorer?, measure: HeldOutMeasure? = nil, answers: EvaluatedAnswers? = nil) {
    self.seed = seed
    self.scorer = scorer
    self.measure = measure
    self.answers = answers
  }

  /// The group with the scores that its tokens have; nil where these take a model.
  package func score(_ group: ScoredGroup, of item: WorkItem, answering question: TaskContent) throws -> ScoredGroup? {
    guard let scorer else { return nil }
    let samples = group.responses.map {
      Sample(tokens: $0.tokens, logProbabilities: $0.tokenLogProbabilities, isTruncated: $0.isTruncated)
    }
    return try scorer.score(
      samples,
      of: GroupScorer.Subject(
        question: question.question, accepted: question.answers, seed: seed, step: item.step, slot: item.slot))
  }

  /// What a version's responses to the held-out questions come to. Those of a full evaluation are kept for the run's end.
  package func figures(version: UInt32, groups: [ScoredGroup]) throws -> EvaluationFigures {
    guard let measure else { preconditionFailure("a learner without held-out questions evaluates nothing") }
    let judged = try measure.judged(groups)
    if judged.contains(where: { !$0.samples.isEmpty }) { try answers?.write(judged, version: version) }
    return HeldOutMeasure.figures(of: judged)
  }
}
