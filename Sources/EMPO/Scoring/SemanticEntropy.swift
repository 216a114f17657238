import Foundation

/// The semantic entropy `H = -Σ p(c) ln p(c)`, `p(c) = n_c / G`, of clusters of the given sizes, in nats.
///
/// Semantic entropy in its discrete form: Farquhar et al., Nature 630 (2024), 625–630; the estimate of EMPO, arXiv 2504.05812. Computed as
/// `ln G - (1/G) Σ n_c ln n_c`, whose sum is exactly 0 when every response stands alone, so the result never exceeds `ln G`.
/// It is 0 for one cluster and for none. Every size must be positive.
public func semanticEntropy(ofClusterSizes sizes: [Int]) -> Double {
  precondition(sizes.allSatisfy { $0 > 0 }, "a cluster has at least one member")
  guard sizes.count > 1 else { return 0 }
  let total = Double(sizes.reduce(0, +))
  let agreement = sizes.reduce(0.0) { $0 + Double($1) * log(Double($1)) }
  return log(total) - agreement / total
}

/// The semantic entropy `H = -Σ p(c) ln p(c)` in nats, with the probabilities of ``clusterProbabilities(clusters:logProbabilities:)``.
///
/// Its likelihood-weighted (Rao-Blackwell) form; see ``EntropyEstimate/likelihood``. With equal log-probabilities it is the discrete form.
///
/// - Parameters:
///   - clusters: the cluster of each response; any labels do. Shape [G].
///   - logProbabilities: the log-probability of each response. Shape [G], finite, nats.
public func semanticEntropy(clusters: [Int], logProbabilities: [Double]) -> Double {
  entropy(of: clusterProbabilities(clusters: clusters, logProbabilities: logProbabilities))
}

/// The probability of each cluster, in the order of first appearance: `p(c) = Σ_{i in c} exp(l_i) / Σ_i exp(l_i)`.
///
/// The sums are taken relative to the largest log-probability, so that neither long responses nor unlikely ones lose them all to underflow.
/// A response that was sampled twice counts twice, as in the authors' code. Shapes and units as for
/// ``semanticEntropy(clusters:logProbabilities:)``. O(G).
public func clusterProbabilities(clusters: [Int], logProbabilities: [Double]) -> [Double] {
  precondition(clusters.count == logProbabilities.count, "log-probabilities need one element a response")
  precondition(logProbabilities.allSatisfy(\.isFinite), "log-probabilities are finite")
  guard let largest = logProbabilities.max() else { return [] }
  var indexOfLabel: [Int: Int] = [:]
  var sums: [Double] = []
  for (label, logProbability) in zip(clusters, logProbabilities) {
    let index = indexOfLabel[label] ?? sums.count
    if index == sums.count {
      indexOfLabel[label] = index
      sums.append(0)
    }
    sums[index] += exp(logProbability - largest)
  }
  let total = sums.reduce(0, +)
  return sums.map { $0 / total }
}

/// `-Σ p ln p` with `0 ln 0 = 0`, and 0 for a single certainty.
func entropy(of probabilities: [Double]) -> Double {
  guard probabilities.count > 1 else { return 0 }
  return probabilities.reduce(0.0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
}

/// How the probabilities of meanings are estimated from a group; the raw values are the names used in configurations.
///
/// Rewards and confidence are shares of the group under both estimates: the responses were drawn from the policy, so a share already
/// estimates the probability, and a reward that used likelihoods would also reward the wording.
public enum EntropyEstimate: String, Sendable, CaseIterable {
  /// `p(c) = n_c / G`: the share of the responses.
  ///
  /// Discrete semantic entropy: Farquhar et al., Nature 630 (2024), 625–630; what EMPO, arXiv 2504.05812, measures. Needs no likelihoods.
  case discrete

  /// `p(c) = Σ_{i in c} exp(l_i) / Σ_i exp(l_i)`, with l_i the log-probability of response i: each meaning's share of the sampled
  /// likelihood.
  ///
  /// The Rao-Blackwell estimate of the same paper, and of Kuhn et al., arXiv 2302.09664: of two meanings with equally many responses, the
  /// one with the more likely responses is the more probable. Needs ``GroupEvidence/logProbabilities``.
  case likelihood
}
