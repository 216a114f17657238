public import EMPO
internal import Random

/// Turns the samples of one question into a scored group: text, answers, meaning clusters, rewards.
public struct GroupScorer: Sendable {
  /// The question of a group, and the names of its random numbers.
  public struct Subject: Sendable {
    /// The question, for judges whose decision depends on it.
    public var question: String
    /// The reference answers, of which any is right; needed for the accuracy reward only.
    public var accepted: [String]
    /// The run's seed.
    public var seed: UInt64
    /// The step.
    public var step: UInt32
    /// The slot.
    public var slot: UInt32

    /// Creates a subject.
    public init(question: String, accepted: [String] = [], seed: UInt64, step: UInt32, slot: UInt32) {
      self.question = question
      self.accepted = accepted
      self.seed = seed
      self.step = step
      self.slot = slot
    }
  }

  private let scorer: ResponseScorer
  private let decode: @Sendable ([Int32]) -> String

  /// A scorer that reads responses through `decode`, which leaves special tokens out.
  public init(_ scorer: ResponseScorer, decode: @escaping @Sendable ([Int32]) -> String) {
    self.scorer = scorer
    self.decode = decode
  }

  /// The scored group of all samples of a question. Throws the judge's errors, and an error for options that do not fit the group.
  public func score(_ samples: [Sample], of subject: Subject) throws -> ScoredGroup {
    let options = scorer.options
    let scored = try scorer.score(
      samples.map { decode($0.tokens) }, question: subject.question, accepted: subject.accepted,
      logProbabilities: samples.map { options.logProbability(ofTokens: $0.logProbabilities) },
      uniforms: options.reward.tossesCoins ? uniforms(count: samples.count, subject) : [])
    let responses = samples.indices.map { index in
      ScoredResponse(
        tokens: samples[index].tokens, tokenLogProbabilities: samples[index].logProbabilities, isTruncated: samples[index].isTruncated,
        answer: scored.answers[index], cluster: scored.score.clusters[index], reward: scored.score.rewards[index])
    }
    return ScoredGroup(responses: responses, semanticEntropy: scored.score.semanticEntropy, isKept: scored.score.isKept)
  }

  /// A uniform number a sample, at a counter that no token position reaches.
  private func uniforms(count: Int, _ subject: Subject) -> [Double] {
    (0..<count).map { sample in
      let stream = Philox.Stream(step: subject.step, slot: subject.slot, sample: UInt32(sample))
      return Double(Philox(seed: subject.seed, stream: stream).uniform(at: .max))
    }
  }
}
