/// The figures of one step of the learner: its update, and the step's groups. Updates that were skipped count in ``skippedUpdates``
/// and ``extremeRatioGroups`` alone. Its names in JSON are those that the ledger and metrics.jsonl keep.
public struct UpdateReport: Sendable, Equatable, Codable {
  /// Groups that carried a gradient.
  public var keptGroups = 0
  /// Groups that carried none.
  public var droppedGroups = 0
  /// Groups with ``DropReason/truncated``.
  private var truncatedGroups = 0
  /// Groups with ``DropReason/unanswered``.
  private var unansweredGroups = 0
  /// Groups with ``DropReason/unanimous``.
  private var unanimousGroups = 0
  /// Groups with ``DropReason/lowEntropy``.
  private var lowEntropyGroups = 0
  /// Groups with ``DropReason/highEntropy``.
  private var highEntropyGroups = 0
  /// Groups with ``DropReason/belowFloor``.
  private var belowFloorGroups = 0
  /// Groups with ``DropReason/equalRewards``.
  private var equalRewardsGroups = 0
  /// The mean reward over all responses of the step, dropped groups included.
  public var meanReward = 0.0
  /// The mean semantic entropy of the step's groups, in nats.
  public var semanticEntropy = 0.0
  /// The mean length of the step's responses, in tokens.
  public var meanLength = 0.0
  /// The share of the step's responses that ended at the length limit.
  public var truncatedShare = 0.0
  /// The objective's value, the mean over the step's updates; 0 where it made none.
  public var loss = 0.0
  /// The largest global gradient norm of the step, before clipping.
  public var gradientNorm = 0.0
  /// The share of response tokens whose gradient clipping removed.
  public var clippedShare = 0.0
  /// The mean k3 estimate of the divergence from the base model, in nats a token; 0 where it is not measured.
  public var divergence = 0.0
  /// The smallest importance ratio.
  public var minimumRatio = 1.0
  /// The largest importance ratio.
  public var maximumRatio = 1.0
  /// Groups with an ``ExtremeRatio``, those of skipped updates included.
  public private(set) var extremeRatioGroups = 0
  /// Of each of those groups, in slot order, the token that is furthest from a ratio of 1. JSON has their number alone, since a figure is
  /// one number.
  public private(set) var extremeRatios: [ExtremeRatio] = []
  /// The learning rate.
  public var learningRate = 0.0
  /// Response tokens that were trained on.
  public var trainedTokens = 0
  /// Tokens that went through the forward and backward, prompts included.
  public var processedTokens = 0
  /// Optimiser updates that were left out because the loss or the gradient was not finite.
  public var skippedUpdates = 0
  /// Seconds that the step's computing took.
  public var seconds = 0.0
  /// What the guard found; nil without a guard. It has names of its own in JSON, beside these.
  public var collapse: GuardReport?

  /// An empty report.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case loss, divergence
    case keptGroups = "kept_groups"
    case droppedGroups = "dropped_groups"
    case truncatedGroups = "dropped_truncated"
    case unansweredGroups = "dropped_unanswered"
    case unanimousGroups = "dropped_unanimous"
    case lowEntropyGroups = "dropped_low_entropy"
    case highEntropyGroups = "dropped_high_entropy"
    case belowFloorGroups = "dropped_below_floor"
    case equalRewardsGroups = "dropped_equal_rewards"
    case meanReward = "reward"
    case semanticEntropy = "semantic_entropy"
    case meanLength = "length"
    case truncatedShare = "truncated_share"
    case gradientNorm = "gradient_norm"
    case clippedShare = "clipped_share"
    case minimumRatio = "minimum_ratio"
    case maximumRatio = "maximum_ratio"
    case extremeRatioGroups = "extreme_ratio_groups"
    case learningRate = "learning_rate"
    case trainedTokens = "trained_tokens"
    case processedTokens = "processed_tokens"
    case skippedUpdates = "skipped_updates"
    case seconds = "update_seconds"
  }
}

extension UpdateReport {
  /// Groups that carried no gradient, by the reason why; a reason that no group had is left out. In JSON each reason is a figure of its
  /// own: `dropped_unanimous` and so on.
  public var dropReasons: [DropReason: Int] {
    get {
      let counts = DropReason.allCases.map { ($0, self[keyPath: Self.place(of: $0)]) }
      return Dictionary(uniqueKeysWithValues: counts.filter { $0.1 > 0 })
    }
    set {
      for reason in DropReason.allCases { self[keyPath: Self.place(of: reason)] = newValue[reason, default: 0] }
    }
  }

  /// Keeps extreme ratios that an update found, of each group the furthest from 1.
  public mutating func note(_ extremes: some Sequence<ExtremeRatio>) {
    for extreme in extremes {
      let place = extremeRatios.firstIndex { $0.slot >= extreme.slot } ?? extremeRatios.count
      if place == extremeRatios.count || extremeRatios[place].slot > extreme.slot {
        extremeRatios.insert(extreme, at: place)
      } else if extreme.isFurther(than: extremeRatios[place]) {
        extremeRatios[place] = extreme
      }
    }
    extremeRatioGroups = extremeRatios.count
  }

  private static func place(of reason: DropReason) -> WritableKeyPath<UpdateReport, Int> {
    switch reason {
    case .truncated: \.truncatedGroups
    case .unanswered: \.unansweredGroups
    case .unanimous: \.unanimousGroups
    case .lowEntropy: \.lowEntropyGroups
    case .highEntropy: \.highEntropyGroups
    case .belowFloor: \.belowFloorGroups
    case .equalRewards: \.equalRewardsGroups
    }
  }

  /// The numbers that the groups alone give, under the options that scored them and those of the objective.
  public init(
    describing groups: [ScoredGroup], scoring: ScoringOptions = ScoringOptions(), objective: ObjectiveOptions = ObjectiveOptions()
  ) {
    self.init()
    let responses = groups.flatMap(\.responses)
    let count = Double(max(1, responses.count))
    keptGroups = groups.count { $0.teaches(objective) }
    droppedGroups = groups.count - keptGroups
    for reason in groups.compactMap({ $0.dropReason(scoring, objective: objective) }) { dropReasons[reason, default: 0] += 1 }
    meanReward = responses.reduce(0) { $0 + $1.reward } / count
    meanLength = responses.reduce(0) { $0 + Double($1.tokens.count) } / count
    truncatedShare = Double(responses.count(where: \.isTruncated)) / count
    semanticEntropy = groups.reduce(0) { $0 + $1.semanticEntropy } / Double(max(1, groups.count))
  }
}
