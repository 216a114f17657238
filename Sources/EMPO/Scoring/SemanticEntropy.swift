internal import Foundation

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
