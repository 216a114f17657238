import EMPO
import Wire

extension LearnerPlan {
  /// What contradicts the run in a group, in one line; nil when nothing does.
  ///
  /// Whatever passes can be trained on: every index is in range and every number finite.
  func fault(in result: GroupResult) -> String? {
    guard result.step < steps, result.slot < questionsPerStep else {
      return "the run has \(steps) steps of \(questionsPerStep) slots"
    }
    let expected = policyVersion(of: result.step)
    guard result.policyVersion == expected else { return "policy version \(result.policyVersion) where the step needs \(expected)" }
    let group = result.group
    guard group.responses.count == groupSize else { return "\(group.responses.count) responses where a group has \(groupSize)" }
    guard group.semanticEntropy.isFinite, group.semanticEntropy >= 0 else { return "a semantic entropy of \(group.semanticEntropy)" }
    for (index, response) in group.responses.enumerated() {
      let length = response.tokens.count
      guard length >= 1, length <= maximumResponseTokens else {
        return "response \(index) has \(length) tokens where 1 to \(maximumResponseTokens) are possible"
      }
      guard response.tokenLogProbabilities.count == length else {
        return "response \(index) has \(response.tokenLogProbabilities.count) log-probabilities for \(length) tokens"
      }
      guard response.tokens.allSatisfy({ $0 >= 0 && $0 < vocabularySize }) else {
        return "response \(index) has a token outside the vocabulary of \(vocabularySize)"
      }
      guard response.tokenLogProbabilities.allSatisfy({ $0.isFinite }), response.reward.isFinite else {
        return "response \(index) has a log-probability or a reward that is not finite"
      }
      guard response.cluster >= 0, response.cluster < groupSize else { return "response \(index) is in cluster \(response.cluster)" }
    }
    return nil
  }
}
