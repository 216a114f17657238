/// How the probabilities of meanings are estimated from a group; the raw values are the names used in configurations.
///
/// Rewards and confidence are shares of the group whichever estimate the entropy takes: the responses were drawn from the policy, so
/// a share already is an estimate of the probability, and a reward that read likelihoods would also pay for how a thing is said.
public enum EntropyEstimate: String, Sendable, CaseIterable {
  /// `p(c) = n_c / G`: the share of the responses.
  ///
  /// Discrete semantic entropy: Farquhar et al., Nature 630 (2024), 625–630; what EMPO, arXiv 2504.05812, measures. Needs no likelihoods.
  case discrete

  /// `p(c) = Σ_{i in c} exp(l_i) / Σ_i exp(l_i)`, with l_i the log-probability of response i: the likelihood that was sampled of each meaning.
  ///
  /// The Rao-Blackwell estimate of the same paper, and of Kuhn et al., arXiv 2302.09664: of two meanings of one size the one that is
  /// said with more confidence is the more probable. Needs ``GroupEvidence/logProbabilities``.
  case likelihood
}
