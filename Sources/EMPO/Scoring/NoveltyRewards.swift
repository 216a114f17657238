/// The rewards of ``Reward/evol``: agreement selects, novelty varies.
///
/// EVOL-RL, arXiv 2509.15194, section 3, and its authors' code for what the paper leaves open. Of the valid answers, the members of the largest
/// cluster are one side and all others the other. A response's novelty is
///
///     u = 1 - ½ (mean similarity to the others of its side) - ½ (largest similarity to any other valid response)
///
/// scaled to [0, 1] over its side: 1 for one that is alone there, and ½ for all where all are equally novel. The majority earns ½ + ½ u, the
/// rest -1 + ½ u, and what is no valid answer -1, as does everything where fewer than two answers are valid. O(G²).
///
/// - Parameters:
///   - isValid: Whether each response has an answer that counts. Shape [G].
///   - isMajority: Whether it is in the largest cluster. Shape [G].
///   - similarities: Of all pairs, from 0 to 1. Shape [G, G].
func noveltyRewards(isValid: [Bool], isMajority: [Bool], similarities: [[Double]]) -> [Double] {
  var rewards = Array(repeating: -1.0, count: isValid.count)
  let valid = isValid.indices.filter { isValid[$0] }
  guard valid.count > 1 else { return rewards }
  for (majority, base) in [(true, 0.5), (false, -1.0)] {
    let side = valid.filter { isMajority[$0] == majority }
    let novelties = side.map { novelty(of: $0, side: side, valid: valid, similarities) }
    for (index, scaled) in zip(side, scaled(novelties)) { rewards[index] = base + 0.5 * scaled }
  }
  return rewards
}

/// A response's novelty before it is scaled; for one that is alone on its side any, since that is scaled to 1.
private func novelty(of index: Int, side: [Int], valid: [Int], _ similarities: [[Double]]) -> Double {
  // Added up by size, not by place: equal responses get equal sums.
  let others = side.filter { $0 != index }.map { similarities[index][$0] }.sorted()
  let beside = others.reduce(0, +) / Double(max(1, others.count))
  let nearest = valid.reduce(0.0) { $1 == index ? $0 : max($0, similarities[index][$1]) }
  return 1 - 0.5 * beside - 0.5 * nearest
}

private func scaled(_ novelties: [Double]) -> [Double] {
  guard novelties.count > 1, let least = novelties.min(), let most = novelties.max() else { return novelties.map { _ in 1 } }
  // What is left of equal novelties after rounding is no difference.
  return novelties.map { most - least > 1e-12 ? ($0 - least) / (most - least) : 0.5 }
}
