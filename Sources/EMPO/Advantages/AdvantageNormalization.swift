/// How a group's rewards become advantages; the raw values are the names used in configurations.
public enum AdvantageNormalization: String, Sendable, CaseIterable {
  /// `A_i = (r_i - mean) / (std + 1e-4)`, with the population's standard deviation.
  ///
  /// GRPO, DeepSeekMath, arXiv 2402.03300, section 4.1.2, which EMPO takes over. The small constant bounds the advantages of a group whose
  /// rewards barely differ.
  case groupStandardDeviation = "group-std"

  /// `A_i = (r_i - mean) / (s + 1e-4)`, with the sample's standard deviation `s = √(Σ (r_i - mean)² / (G - 1))`.
  ///
  /// What the code of EMPO's authors computes through TRL's GRPO trainer; through verl, with 1e-6 in place of 1e-4. The advantages are
  /// √((G - 1) / G) times those of ``groupStandardDeviation``, but for the small constant.
  case groupSampleStandardDeviation = "group-sample-std"

  /// `A_i = r_i - mean`.
  ///
  /// Dr. GRPO, arXiv 2503.20783, section 3.2: dividing by the deviation weighs questions by how hard they are.
  case meanOnly = "mean-only"

  /// Added to the standard deviation.
  private static let deviationOffset = 1e-4

  /// One advantage a response, in the order of `rewards`: all of the group's, those of masked responses included, since the baseline is
  /// the group's. Equal rewards give exactly 0.
  public func advantages(of rewards: [Double]) -> [Double] {
    guard let first = rewards.first, rewards.contains(where: { $0 != first }) else {
      return Array(repeating: 0, count: rewards.count)
    }
    let count = Double(rewards.count)
    let mean = rewards.reduce(0, +) / count
    let centered = rewards.map { $0 - mean }
    switch self {
    case .meanOnly:
      return centered
    case .groupStandardDeviation, .groupSampleStandardDeviation:
      let degreesOfFreedom = self == .groupStandardDeviation ? count : count - 1
      let deviation = (centered.reduce(0) { $0 + $1 * $1 } / degreesOfFreedom).squareRoot()
      return centered.map { $0 / (deviation + Self.deviationOffset) }
    }
  }
}
