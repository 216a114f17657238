internal import Foundation

/// The policy objective: turns responses into one coefficient a token.
///
/// A policy gradient is a weighted cross-entropy, and this is where the weights come from: for every response token
/// `dL / d ln p(token)`. ``LossKind`` gives the equations.
public struct Objective: Sendable {
  /// The settings.
  public let options: ObjectiveOptions

  /// The averages of the batch.
  public let normalizer: BatchNormalizer

  /// Prepares the objective of one optimiser batch. Throws if the options are invalid.
  public init(options: ObjectiveOptions, normalizer: BatchNormalizer) throws(EMPOError) {
    try options.validate()
    precondition(normalizer.loss == options.loss, "the normaliser was made for another loss")
    self.options = options
    self.normalizer = normalizer
  }

  /// One response's share of the loss and of the gradient. O(T).
  ///
  /// Ratios come from the difference of the two Float log-probabilities, so equal ones give exactly 1. Where a log-probability isn't finite
  /// neither is the loss, and the update must be skipped; unless the token pulls nowhere, because it is clipped or has no advantage.
  public func evaluate(_ term: ResponseTerm) -> TermEvaluation {
    let count = term.policy.count
    var evaluation = TermEvaluation(
      loss: 0, coefficients: Array(repeating: 0, count: count), clippedTokens: 0, kl: 0, minimumRatio: 1, maximumRatio: 1)
    guard !term.isMasked, count > 0 else { return evaluation }
    precondition(options.klWeight == 0 || term.reference != nil, "a KL term needs the base model's log-probabilities")

    let weight = normalizer.tokenWeight(responseTokens: count)
    let sharedLogRatio = sharedLogRatio(of: term)
    evaluation.minimumRatio = .infinity
    evaluation.maximumRatio = -.infinity
    for position in 0..<count {
      let ratio = exp(sharedLogRatio ?? Double(term.policy[position] - term.sampling[position]))
      let surrogate = surrogate(ratio: ratio, advantage: term.advantage)
      var loss = -surrogate.value
      var slope = surrogate.isClipped ? 0 : loss
      if let reference = term.reference {
        let gap = Double(reference[position] - term.policy[position])
        let kl = expm1(gap) - gap
        evaluation.kl += kl
        if options.klWeight > 0 {
          loss += options.klWeight * kl
          slope -= options.klWeight * expm1(gap)
        }
      }
      evaluation.loss += weight * loss
      evaluation.coefficients[position] = Float(weight * slope)
      evaluation.clippedTokens += surrogate.isClipped ? 1 : 0
      evaluation.minimumRatio = min(evaluation.minimumRatio, ratio)
      evaluation.maximumRatio = max(evaluation.maximumRatio, ratio)
    }
    return evaluation
  }

  /// The logarithm of the one ratio that all tokens of a response share, where the loss has such a ratio.
  private func sharedLogRatio(of term: ResponseTerm) -> Double? {
    guard options.loss == .sequenceRatio else { return nil }
    let sum = zip(term.policy, term.sampling).reduce(0.0) { $0 + Double($1.0 - $1.1) }
    return sum / Double(term.policy.count)
  }

  /// `min(r A, clip(r) A)`, and whether the clipped side was taken. Unclipped, its derivative by ln r is itself.
  private func surrogate(ratio: Double, advantage: Double) -> (value: Double, isClipped: Bool) {
    if advantage == 0 { return (0, false) }
    let edge = advantage > 0 ? 1 + options.clipHigh : 1 - options.clipLow
    let isClipped = advantage > 0 ? ratio > edge : ratio < edge
    return ((isClipped ? edge : ratio) * advantage, isClipped)
  }
}
