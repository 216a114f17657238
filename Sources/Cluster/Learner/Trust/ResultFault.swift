import EMPO
package import Wire

extension LearnerPlan {
  /// What contradicts the run in a group, in one line; nil when nothing does.
  ///
  /// Whatever passes can be trained on: every index is in range and every number finite.
  package func fault(in result: WorkResult) -> String? {
    if let fault = misplacement(of: result) { return fault }
    if let gradient = result.gradient { return fault(in: gradient) }
    let group = result.group
    let size = groupSize(of: result.item)
    guard group.responses.count == size else { return "\(group.responses.count) responses where \(size) were asked for" }
    guard group.semanticEntropy.isFinite, group.semanticEntropy >= 0 else { return "a semantic entropy of \(group.semanticEntropy)" }
    for (index, response) in group.responses.enumerated() {
      if let fault = fault(in: response, size: size) { return "response \(index) \(fault)" }
    }
    return nil
  }

  /// Whether the run has such a place at all.
  func contains(_ item: WorkItem) -> Bool {
    switch item.kind.checked {
    case .evaluation: item.step <= steps && item.slot < heldOut
    case .gradient: item.step < steps && item.slot < gradients?.parts ?? 0
    default: item.step < steps && item.slot < questionsPerStep
    }
  }

  /// What contradicts the run in a gradient. What its numbers are, its bytes' arrival and checks say.
  private func fault(in gradient: GradientSummary) -> String? {
    guard let expected = gradients?.totalBytes, gradient.totalBytes == expected else {
      return "a gradient of \(gradient.totalBytes) bytes where \(gradients?.totalBytes ?? 0) are needed"
    }
    guard gradient.statistics.extremeRatios.count <= Int(questionsPerStep * groupSize) else {
      return "\(gradient.statistics.extremeRatios.count) extreme ratios"
    }
    return nil
  }

  private func misplacement(of result: WorkResult) -> String? {
    guard contains(result.item) else {
      return "the run has \(steps) steps of \(questionsPerStep) slots and \(gradients?.parts ?? 0) parts, and \(heldOut) held-out questions"
    }
    let expected = policyVersion(of: result.item)
    guard result.policyVersion == expected else { return "policy version \(result.policyVersion) where \(expected) is needed" }
    return nil
  }

  private func fault(in response: ScoredResponse, size: Int) -> String? {
    let length = response.tokens.count
    guard length >= 1, length <= maximumResponseTokens else {
      return "has \(length) tokens where 1 to \(maximumResponseTokens) are possible"
    }
    guard response.tokenLogProbabilities.count == length else {
      return "has \(response.tokenLogProbabilities.count) log-probabilities for \(length) tokens"
    }
    guard response.tokens.allSatisfy({ $0 >= 0 && $0 < vocabularySize }) else {
      return "has a token outside the vocabulary of \(vocabularySize)"
    }
    guard response.tokenLogProbabilities.allSatisfy({ $0.isFinite && $0 <= 0 }) else {
      return "has a log-probability that is not finite or above 0"
    }
    guard response.reward.magnitude <= Self.largestReward else { return "has a reward of \(response.reward)" }
    guard response.cluster >= 0, response.cluster < size else { return "is in cluster \(response.cluster)" }
    return endFault(in: response)
  }

  /// Rewards are probabilities and small penalties; what is far beyond would leave no finite advantages.
  private static let largestReward = 1e6

  /// A response goes on to a token that ends it, or to the limit; nothing comes after.
  private func endFault(in response: ScoredResponse) -> String? {
    if let early = response.tokens.dropLast().firstIndex(where: endTokens.contains) {
      return "goes on after its token \(early), which ends it"
    }
    let hasEnd = response.tokens.last.map(endTokens.contains) ?? false
    if response.isTruncated {
      guard !hasEnd, response.tokens.count == maximumResponseTokens else {
        return "is said to be truncated after \(response.tokens.count) of \(maximumResponseTokens) tokens"
      }
    } else if !hasEnd {
      return "is said to have ended, but its last token does not end it"
    }
    return nil
  }
}
