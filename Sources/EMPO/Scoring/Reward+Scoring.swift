/// One reward a response; ``Reward`` says what each means.
///
/// The rules of the code of EMPO's authors for free-form answers, in their order: an empty answer earns the empty reward; an answer that only
/// repeats the question 0; every answer of a group below the confidence floor 0; else the share of the answer's cluster.
func rewards(
  of evidence: GroupEvidence, clusters: ClusterSizes, isConfident: Bool, options: ScoringOptions
) throws(EMPOError) -> [Double] {
  switch options.reward {
  case .empo:
    let shares = clusters.shares
    return agreementRewards(of: evidence, isConfident: isConfident, options: options) { shares[clusters.indexOfResponse[$0]] }
  case .majority:
    return agreementRewards(of: evidence, isConfident: isConfident, options: options) {
      clusters.indexOfResponse[$0] == clusters.largest ? 1 : 0
    }
  case .evol:
    guard let similarities = evidence.similarities else {
      throw EMPOError(
        .missingEvidence, "the reward '\(options.reward.rawValue)' needs the similarities of a group's responses, and this group has none")
    }
    return noveltyRewards(
      isValid: evidence.clusters.indices.map { isConfident && !evidence.isEmpty[$0] && !evidence.isRepetition[$0] },
      isMajority: clusters.indexOfResponse.map { $0 == clusters.largest }, similarities: similarities)
  case .accuracy:
    guard let isCorrect = evidence.isCorrect else {
      throw EMPOError(
        .missingEvidence,
        "the reward '\(options.reward.rawValue)' needs an answer to every question, and this question has none")
    }
    return isCorrect.indices.map { evidence.isEmpty[$0] ? options.emptyReward : isCorrect[$0] ? 1 : 0 }
  case .format:
    return evidence.isFormatted.map { $0 ? 1 : 0 }
  case .random:
    return try coins(of: evidence, options.reward)
  case .randomFormat:
    let coins = try coins(of: evidence, options.reward)
    return coins.indices.map { evidence.isEmpty[$0] ? options.emptyReward : evidence.isFormatted[$0] ? coins[$0] : 0 }
  }
}

/// A fair coin for each response: 1 or 0.
private func coins(of evidence: GroupEvidence, _ reward: Reward) throws(EMPOError) -> [Double] {
  guard evidence.uniforms.count == evidence.size else {
    throw EMPOError(
      .missingEvidence,
      "the reward '\(reward.rawValue)' needs \(evidence.size) uniform numbers, and there are \(evidence.uniforms.count)")
  }
  return evidence.uniforms.map { $0 < 0.5 ? 1 : 0 }
}

/// The reward of agreement in a group whose agreement can be trusted.
private func agreementRewards(
  of evidence: GroupEvidence, isConfident: Bool, options: ScoringOptions, earned: (Int) -> Double
) -> [Double] {
  evidence.clusters.indices.map { index in
    if evidence.isEmpty[index] { return options.emptyReward }
    return evidence.isRepetition[index] || !isConfident ? 0 : earned(index)
  }
}
