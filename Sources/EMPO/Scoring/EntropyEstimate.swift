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
