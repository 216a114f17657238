/// The kind of reward; the raw values are the names used in configurations.
///
/// Rewards lie in [0, 1], but for ``ScoringOptions/emptyReward``, which is from -1 to 0, and for ``evol``, whose are from -1 to 1.
public enum Reward: String, Sendable, CaseIterable {
  /// The share of the group that means the same: `r_i = |c(i)| / G`; for an empty answer the empty reward, 0 by default.
  ///
  /// EMPO, arXiv 2504.05812: the reward is the estimated probability `p(c | q)` of the response's meaning cluster, whose expectation
  /// rises as the semantic entropy falls. Needs no labels.
  case empo

  /// 1 for the members of the largest cluster, else 0; an empty answer never wins, and earns the empty reward.
  ///
  /// TTRL, arXiv 2504.16084: the majority answer stands in for the label. Of clusters of one size the one that appears first in
  /// sample order wins, so that the reward is a function of the group. Needs no labels.
  case majority

  /// From 0.5 to 1 for the members of the largest cluster, from -1 to -0.5 for other answers, the more the less a response resembles others;
  /// -1 for no answer, and for one that only repeats the question.
  ///
  /// EVOL-RL, arXiv 2509.15194: the majority selects, and novelty keeps the group from becoming one response, which ends in collapse where
  /// the majority alone is rewarded. Needs ``GroupEvidence/similarities``, and no labels.
  case evol

  /// 1 for a correct answer, else 0; for an empty one the empty reward.
  ///
  /// The rule-based outcome reward of GRPO as used by DeepSeek-R1, arXiv 2501.12948, section 2.2.2. Needs labels.
  case accuracy

  /// 1 for a response that holds a complete `\boxed{…}`, right or wrong, else 0.
  ///
  /// The format reward of "Spurious Rewards", arXiv 2506.10947: a control that teaches form alone.
  case format

  /// 1 or 0 by a fair coin, regardless of the response.
  ///
  /// The random reward (Bernoulli with p = 0.5) of "Spurious Rewards", arXiv 2506.10947: a control that teaches nothing.
  case random

  /// ``random``'s coin for a response that holds a complete `\boxed{…}`, else 0; for an empty answer the empty reward.
  ///
  /// The control "random + format" of EMPO, arXiv 2504.05812, table 1: what a run gains by learning to end in a box, which is no
  /// reasoning.
  case randomFormat = "random-format"

  /// Whether the reward tosses a coin for each response, see ``GroupEvidence/uniforms``.
  public var tossesCoins: Bool { self == .random || self == .randomFormat }

  /// Whether the reward is an estimate from the group's own agreement.
  ///
  /// Such a group must show that its agreement can be trusted: ``ScoringOptions``' entropy band and confidence floor decide whether it is
  /// kept. Below the floor its answers earn 0, as does an answer that only repeats the question; with ``evol`` both earn -1.
  ///
  /// The other rewards don't rely on agreement, so the band would only separate groups that agree from others. Under every reward a group
  /// is kept only if its rewards differ, since equal rewards prefer nothing (the constraint of dynamic sampling, DAPO, arXiv 2503.14476,
  /// equation 11).
  public var reliesOnAgreement: Bool {
    switch self {
    case .empo, .majority, .evol: true
    case .accuracy, .format, .random, .randomFormat: false
    }
  }
}
