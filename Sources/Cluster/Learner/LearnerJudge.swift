public import EMPO
public import Wire

/// What a learner makes itself of the tokens that workers send. Belongs to a thread of its own, which makes it and calls it for one thing at
/// a time.
public protocol LearnerJudge: AnyObject {
  /// The group with the scores that its tokens have; nil where these take a model, and are part of checks therefore.
  func score(_ group: ScoredGroup, of item: WorkItem, answering question: TaskContent) throws -> ScoredGroup?

  /// What a version's responses to the held-out questions come to, in the questions' order.
  func figures(version: UInt32, groups: [ScoredGroup]) throws -> EvaluationFigures
}
