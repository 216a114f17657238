/// What computing a part of a gradient found, beside the gradient.
public struct GradientStatistics: Sendable, Equatable {
  /// The part's share of the loss. One that is not finite spoils the update.
  public var loss = 0.0

  /// Tokens whose gradient clipping removed.
  public var clippedTokens = 0

  /// The sum of the k3 estimate over the tokens, in nats.
  public var divergence = 0.0

  /// The smallest importance ratio; at most 1.
  public var minimumRatio = 1.0

  /// The largest importance ratio; at least 1.
  public var maximumRatio = 1.0

  /// Tokens that went through the forward and backward, prompts included.
  public var processedTokens = 0

  /// The extreme ratios, at most one of a response, in order.
  public var extremeRatios: [ExtremeRatio] = []

  /// Those of nothing.
  public init() {}

  /// Whether both have the same bits: what is not a number is equal to itself.
  public static func == (left: GradientStatistics, right: GradientStatistics) -> Bool {
    func bits(_ statistics: GradientStatistics) -> [UInt64] {
      [statistics.loss, statistics.divergence, statistics.minimumRatio, statistics.maximumRatio].map(\.bitPattern)
        + statistics.extremeRatios.flatMap { [UInt64($0.slot), UInt64($0.sample), UInt64($0.position), $0.ratio.bitPattern] }
    }
    return left.clippedTokens == right.clippedTokens && left.processedTokens == right.processedTokens && bits(left) == bits(right)
  }

  /// Those of two neighbouring ranges of parts.
  public static func + (first: GradientStatistics, second: GradientStatistics) -> GradientStatistics {
    var sum = first
    sum.loss += second.loss
    sum.clippedTokens += second.clippedTokens
    sum.divergence += second.divergence
    sum.minimumRatio = min(first.minimumRatio, second.minimumRatio)
    sum.maximumRatio = max(first.maximumRatio, second.maximumRatio)
    sum.processedTokens += second.processedTokens
    sum.extremeRatios += second.extremeRatios
    return sum
  }

  /// Takes over what the objective found in one response.
  public mutating func add(_ evaluation: TermEvaluation, _ extreme: ExtremeRatio?) {
    loss += evaluation.loss
    clippedTokens += evaluation.clippedTokens
    divergence += evaluation.kl
    minimumRatio = min(minimumRatio, evaluation.minimumRatio)
    maximumRatio = max(maximumRatio, evaluation.maximumRatio)
    if let extreme { extremeRatios.append(extreme) }
  }
}
