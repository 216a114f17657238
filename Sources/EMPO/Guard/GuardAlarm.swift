/// A figure that is out of bounds.
public struct GuardAlarm: Sendable, Equatable, Codable {
  /// Which.
  public var figure: GuardFigure

  /// Its value, a median over the window, or a measurement.
  public var value: Double

  /// The bound that it has crossed.
  public var limit: Double

  /// What was usual: the median of the run's first steps, or the run's best measurement.
  public var usual: Double

  /// The policy version from which on the figure shows it.
  public var since: Int

  /// Creates an alarm.
  public init(figure: GuardFigure, value: Double, limit: Double, usual: Double, since: Int) {
    self.figure = figure
    self.value = value
    self.limit = limit
    self.usual = usual
    self.since = since
  }
}

extension GuardAlarm: CustomStringConvertible {
  /// One line: which figure crossed what, since when, and what to do.
  public var description: String {
    let bound = "\(figure.isBadBelow ? "below" : "above") \(number(limit))"
    let comparison = "\(number(usual)) \(figure == .heldOut ? "at best" : "in the first steps")"
    return "\(what) \(number(value)), \(bound) (\(comparison)), since version \(since): \(meaning); \(advice)"
  }

  private var what: String {
    switch figure {
    case .clippedTokens: "the share of tokens that clipping holds back is"
    case .sharedAnswers: "the share of questions that get one and the same answer is"
    case .flippedMajorities: "the share of sure questions that have become sure of another answer is"
    case .emptyAnswers: "the share of responses without an answer is"
    case .truncatedResponses: "the share of responses that are cut off is"
    case .shortResponses: "the mean length of responses, in tokens, is"
    case .tokenEntropy: "the entropy of a token, in nats, is"
    case .divergence: "the divergence from the base model, in nats a token, is"
    case .gradientNorm: "the gradient norm is"
    case .heldOut: "the accuracy on the held-out questions is"
    }
  }

  private var meaning: String {
    switch figure {
    case .clippedTokens: "the policy moves too fast to weed out what is wrong"
    case .sharedAnswers: "the model says the same whatever it is asked"
    case .flippedMajorities: "it unlearns what it agreed on"
    case .emptyAnswers: "it stops answering"
    case .truncatedResponses: "it does not come to an end"
    case .shortResponses: "it stops reasoning"
    case .tokenEntropy: "it writes at random"
    case .divergence: "it leaves its base behind"
    case .gradientNorm: "its updates get out of hand"
    case .heldOut: "it gets worse while its answers agree more"
    }
  }

  private var advice: String {
    switch figure {
    case .clippedTokens, .gradientNorm: "lower optimizer.learning_rate"
    case .truncatedResponses: "raise sampling.max_new_tokens or lower optimizer.learning_rate, and take the best checkpoint"
    default: "take the best checkpoint, and lower optimizer.learning_rate or raise kl to go further"
    }
  }

  /// Up to four places.
  private func number(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }
}
