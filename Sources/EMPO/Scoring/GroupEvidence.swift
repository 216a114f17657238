/// The facts of a group before it is rewarded. Every array has one element a response, in sample order.
public struct GroupEvidence: Sendable, Equatable {
  /// The meaning cluster of each response's answer; any labels do. Shape [G].
  ///
  /// The label of an empty answer is ignored: silence agrees with nobody, so each empty answer counts as a cluster of its own.
  public var clusters: [Int]

  /// Whether the response gave no answer. Shape [G].
  public var isEmpty: [Bool]

  /// Whether the response holds a complete `\boxed{…}`. Shape [G].
  public var isFormatted: [Bool]

  /// Whether the answer is right, where the question has a label. Shape [G]. Only ``Reward/accuracy`` reads it.
  public var isCorrect: [Bool]?

  /// One uniform number in [0, 1) a response. Shape [G], or empty: only rewards read it that toss coins, see
  /// ``Reward/tossesCoins``.
  public var uniforms: [Double]

  /// Whether the answer only repeats the question. Shape [G]. Such an answer earns nothing by agreeing; it counts as an answer in the
  /// entropy and in the confidence all the same, as in the authors' code.
  public var isRepetition: [Bool]

  /// The log-probability of each response under the policy that sampled it; see ``ScoringOptions/logProbability(ofTokens:)``. Shape [G],
  /// finite, nats. Only ``EntropyEstimate/likelihood`` reads it.
  public var logProbabilities: [Double]?

  /// How much alike the responses are, of all pairs: from 0 to 1. Shape [G, G], symmetric. Only ``Reward/evol`` reads it.
  public var similarities: [[Double]]?

  /// Gathers a group's evidence; the arrays must be of one length. Without `isRepetition` no answer is one.
  public init(
    clusters: [Int], isEmpty: [Bool], isFormatted: [Bool], isCorrect: [Bool]? = nil, uniforms: [Double] = [],
    isRepetition: [Bool]? = nil, logProbabilities: [Double]? = nil, similarities: [[Double]]? = nil
  ) {
    let size = clusters.count
    precondition(isEmpty.count == size && isFormatted.count == size, "the evidence of a group needs one element a response")
    precondition(isCorrect == nil || isCorrect?.count == size, "correctness needs one element a response")
    precondition(uniforms.isEmpty || uniforms.count == size, "uniforms need one element a response")
    precondition(isRepetition == nil || isRepetition?.count == size, "repetitions need one element a response")
    precondition(logProbabilities == nil || logProbabilities?.count == size, "log-probabilities need one element a response")
    precondition(
      similarities == nil || similarities?.map(\.count) == Array(repeating: size, count: size),
      "similarities need one element a pair of responses")
    self.clusters = clusters
    self.isEmpty = isEmpty
    self.isFormatted = isFormatted
    self.isCorrect = isCorrect
    self.uniforms = uniforms
    self.isRepetition = isRepetition ?? Array(repeating: false, count: size)
    self.logProbabilities = logProbabilities
    self.similarities = similarities
  }

  /// The number of responses G.
  public var size: Int { clusters.count }
}
