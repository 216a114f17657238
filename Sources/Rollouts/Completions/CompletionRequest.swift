/// A text to be continued, as a user asks for it: the tokens of a prompt and how to go on.
public struct CompletionRequest: Sendable, Equatable {
  /// The prompt, at least one token.
  public var promptTokens: [Int32]

  /// The number of continuations.
  public var sampleCount: Int

  /// Names the random numbers of the continuations; the same request with the same seed gives the same tokens, regardless of other
  /// requests.
  public var seed: UInt64

  /// Sets the random numbers of requests with one seed apart, as lines of one file are.
  public var slot: UInt32

  /// How tokens are drawn. `maximumNewTokens` may be 0 where ``scoresPrompt`` is set: then nothing is sampled.
  public var options: SamplingOptions

  /// Tokens that end a continuation; the sampled one is part of its tokens, but not of its text.
  public var stopTokens: [Int32]

  /// Texts that end a continuation, which is cut before the first of them.
  public var stopTexts: [String]

  /// How many of the most probable tokens are reported at each place, beside the token itself; 0 for none.
  public var alternativeCount: Int

  /// Whether the log-probabilities of the prompt's own tokens are reported.
  public var scoresPrompt: Bool

  /// Creates a request.
  public init(
    promptTokens: [Int32], sampleCount: Int = 1, seed: UInt64 = 0, slot: UInt32 = 0, options: SamplingOptions = SamplingOptions(),
    stopTokens: [Int32], stopTexts: [String] = [], alternativeCount: Int = 0, scoresPrompt: Bool = false
  ) {
    self.promptTokens = promptTokens
    self.sampleCount = sampleCount
    self.seed = seed
    self.slot = slot
    self.options = options
    self.stopTokens = stopTokens
    self.stopTexts = stopTexts
    self.alternativeCount = alternativeCount
    self.scoresPrompt = scoresPrompt
  }
}

/// Something that continues texts for many callers at once.
public protocol CompletionSource: Sendable {
  /// Queues a request. A caller cancels it by ending the iteration of its events, which frees its resources for others.
  ///
  /// Throws a ``RolloutsError`` where the request cannot be served: more tokens than there are positions, a token outside the
  /// vocabulary, too many requests waiting.
  func submit(_ request: CompletionRequest) throws -> AsyncThrowingStream<CompletionEvent, any Error>

  /// Tokens of the longest prompt together with its continuation.
  var maximumLength: Int { get }
}
