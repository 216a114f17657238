/// One response's input to the loss. Log-probabilities are natural, one a response token. Shape [T] each.
public struct ResponseTerm: Sendable, Equatable {
  /// ln p(token) under the policy that is being trained.
  public var policy: [Float]

  /// ln p(token) under the policy that sampled the response.
  public var sampling: [Float]

  /// ln p(token) under the base model; needed where the KL weight is not 0; where it is given, the divergence is measured.
  public var reference: [Float]?

  /// The response's advantage within its group.
  public var advantage: Double

  /// Whether the response is left out of the loss; see ``ObjectiveOptions/masks(_:)``.
  public var isMasked: Bool

  /// Creates a term; the arrays must be of one length.
  public init(policy: [Float], sampling: [Float], reference: [Float]? = nil, advantage: Double, isMasked: Bool = false) {
    precondition(policy.count == sampling.count, "policy and sampling log-probabilities need one element a token")
    precondition(reference == nil || reference?.count == policy.count, "reference log-probabilities need one element a token")
    self.policy = policy
    self.sampling = sampling
    self.reference = reference
    self.advantage = advantage
    self.isMasked = isMasked
  }
}

/// One response's contribution to the batch's loss and to its gradient.
public struct TermEvaluation: Sendable, Equatable {
  /// The response's share of the loss; the batch's loss is the sum.
  public var loss: Double

  /// `dL / d policy[t]`, the input of the model's backward pass. Shape [T].
  public var coefficients: [Float]

  /// The tokens whose gradient clipping removed; all or none of a response under ``LossKind/sequenceRatio``.
  public var clippedTokens: Int

  /// The sum of k3 over the tokens, in nats; 0 without a reference.
  public var kl: Double

  /// The smallest importance ratio; 1 for a response that takes no part.
  public var minimumRatio: Double

  /// The largest importance ratio; 1 for a response that takes no part.
  public var maximumRatio: Double
}
