/// A low-rank adaptation of a model's projections (LoRA, Hu et al., 2021), in PEFT's terms.
///
/// A projection W[N, K] becomes `y = x·Wᵀ + s·(x·Aᵀ)·Bᵀ` with A[r, K], B[N, r] and the scale s. W stays as it is.
public struct LoRAConfiguration: Sendable, Equatable {
  /// The projections of a layer, by the names that they have in checkpoints.
  public enum Target: String, Sendable, CaseIterable {
    case query = "q_proj"
    case key = "k_proj"
    case value = "v_proj"
    case attentionOutput = "o_proj"
    case gate = "gate_proj"
    case up = "up_proj"
    case down = "down_proj"

    /// The part of a layer that holds the projection, by its name in checkpoints.
    public var block: String {
      switch self {
      case .query, .key, .value, .attentionOutput: "self_attn"
      case .gate, .up, .down: "mlp"
      }
    }
  }

  /// The largest rank; far above any that is of use.
  public static let maximumRank = 1024

  /// r: the inner width; at least 1.
  public var rank: Int

  /// The numerator of the scale.
  public var alpha: Double

  /// The projections that have an adapter, in every layer.
  public var targets: Set<Target>

  /// Whether the scale is alpha / √r, as in rank-stabilised LoRA (Kalajdzievski, 2023), and not alpha / r.
  public var isRankStabilized: Bool

  /// Creates a configuration.
  public init(rank: Int, alpha: Double, targets: Set<Target> = Set(Target.allCases), isRankStabilized: Bool = false) {
    precondition(rank >= 1 && !targets.isEmpty)
    self.rank = rank
    self.alpha = alpha
    self.targets = targets
    self.isRankStabilized = isRankStabilized
  }

  /// s.
  public var scale: Float {
    Float(isRankStabilized ? alpha / Double(rank).squareRoot() : alpha / Double(rank))
  }
}
