/// A prompt to be continued several times.
public struct GenerationRequest: Sendable, Equatable {
  /// The prompt, at least one token.
  public var promptTokens: [Int32]

  /// The number of samples, G.
  public var sampleCount: Int

  /// The run's seed.
  public var seed: UInt64

  /// The step that names the samples' random streams, with the slot and the sample's index.
  public var step: UInt32

  /// The slot within the step.
  public var slot: UInt32

  /// How tokens are drawn.
  public var options: SamplingOptions

  /// Tokens that end a sample; the sampled one is part of it.
  public var stopTokens: [Int32]

  /// How many of the most probable tokens are reported at each place, beside the token itself; 0 for none.
  public var alternativeCount: Int

  /// Whether the log-probabilities of the prompt's own tokens are reported. Where they are, `options.maximumNewTokens` may be 0.
  public var scoresPrompt: Bool

  /// Responses that the samples follow, one for each; nil where they are drawn freely. [G][T]
  ///
  /// Every token is drawn as ever, but a sample goes on only while it draws what was given, so that many given tokens are computed at once.
  /// It ends as it would without them, or with the first token that differs from the given one, or with the one after the last given one.
  /// So it has the given tokens exactly if the request gives them.
  public var given: [[Int32]]?

  /// Creates a request.
  public init(
    promptTokens: [Int32], sampleCount: Int, seed: UInt64, step: UInt32 = 0, slot: UInt32 = 0,
    options: SamplingOptions = SamplingOptions(), stopTokens: [Int32], alternativeCount: Int = 0, scoresPrompt: Bool = false,
    given: [[Int32]]? = nil
  ) {
    self.promptTokens = promptTokens
    self.sampleCount = sampleCount
    self.seed = seed
    self.step = step
    self.slot = slot
    self.options = options
    self.stopTokens = stopTokens
    self.alternativeCount = alternativeCount
    self.scoresPrompt = scoresPrompt
    self.given = given
  }

  /// The given tokens of a sample after which another may be drawn: all but the last of a response that ended. Empty where none are given.
  ///
  /// Nothing is drawn behind a stop token, the length limit or what is no token, so that any list can be followed.
  func path(ofSample index: Int, vocabularySize: Int) -> [Int32] {
    guard let given else { return [] }
    let longest = given[index].prefix(max(0, options.maximumNewTokens - 1))
    return Array(longest.prefix { $0 >= 0 && $0 < vocabularySize && !stopTokens.contains($0) })
  }
}

/// One continuation of a prompt.
public struct Sample: Sendable, Equatable {
  /// The sampled tokens, the stop token included where one was sampled. Shape [T].
  public var tokens: [Int32]

  /// ln p of each token under the model, over the whole vocabulary at temperature 1, regardless of the options. Shape [T], nats.
  public var logProbabilities: [Float]

  /// Whether it ended at its length limit and not at a stop token.
  public var isTruncated: Bool

  /// Creates a sample.
  public init(tokens: [Int32] = [], logProbabilities: [Float] = [], isTruncated: Bool = false) {
    self.tokens = tokens
    self.logProbabilities = logProbabilities
    self.isTruncated = isTruncated
  }
}

/// The samples of a finished request, in sample order.
public struct FinishedRequest: Sendable, Equatable {
  /// The number that ``GenerationEngine/submit(_:)`` returned for it.
  public let id: Int
  /// [G]
  public let samples: [Sample]
}

/// The results of an engine's step for a request.
public enum GenerationEvent: Sendable, Equatable {
  /// The scores of a prompt's tokens, where the request asks for them; before anything else about the request.
  case prompt(request: Int, [ScoredToken])

  /// A sample's next token, and the reason if the sample ended with it; none where it left the tokens that it was to follow.
  case token(request: Int, sample: Int, ScoredToken, FinishReason?)
}
