/// How per-token losses become one number a batch, with the definition of the importance ratio; the raw values are the names used in
/// configurations.
///
/// Legend: N responses o_i in the optimiser batch, `|o_i|` tokens, advantage A_i, and the token ratio
/// `r_it = p(o_it | …) / p_sampling(o_it | …)`. The clipped surrogate is
/// `S(r, A) = min(r A, clip(r, 1 - clipLow, 1 + clipHigh) A)` (PPO, arXiv 1707.06347, equation 7). Masked responses count nowhere.
public enum LossKind: String, Sendable, CaseIterable {
  /// `L = -(1 / Σ_i |o_i|) Σ_i Σ_t S(r_it, A_i)`: every token of the batch weighs the same.
  ///
  /// DAPO, arXiv 2503.14476, equations 8 and 12.
  case tokenMean = "token-mean"

  /// `L = -(1/N) Σ_i (1/|o_i|) Σ_t S(r_it, A_i)`: every response weighs the same.
  ///
  /// GRPO, DeepSeekMath, arXiv 2402.03300, equation 3.
  case sequenceMean = "sequence-mean"

  /// `L = -(1/N) Σ_i S(s_i, A_i)` with `s_i = exp((1/|o_i|) Σ_t ln r_it)`: one ratio, and one decision to clip, a response.
  ///
  /// GSPO, arXiv 2507.18071, equations 5 and 7. Its ratios stay close to 1: the paper clips at 3e-4 and 4e-4, where token ratios take 0.2.
  case sequenceRatio = "sequence-ratio"

  /// `L = -(1/N) Σ_i (1/C) Σ_t S(r_it, A_i)` with the constant `C = maximumResponseTokens`: no bias by length.
  ///
  /// Dr. GRPO, arXiv 2503.20783, section 3.2, which goes with the advantages of ``AdvantageNormalization/meanOnly``.
  case drGRPO = "dr-grpo"
}
