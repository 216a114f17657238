public import Rollouts

/// What a measurement asks of a policy for one question: responses of which the first is greedy, and the others are drawn at temperature 1.
///
/// They are a function of weights, prompt, seed and the question's place. Every measurement uses the same random numbers, so that two policies
/// differ by their weights only; a run's rollouts never use them, so that measuring doesn't change a run.
public struct EvaluationRequest: Sendable, Equatable {
  /// The step that names the samples' streams: no run gets there.
  static let step = UInt32.max

  /// The prompt. Shape [T].
  public var promptTokens: [Int32]

  /// How many responses there are, the greedy one included.
  public var responseCount: Int

  /// The seed of the samples. They come from streams of their own, so a run may use its own seed here.
  public var seed: UInt64

  /// The question's place among those that are asked, which names its streams.
  public var place: UInt32

  /// The most tokens of a response, the stop token included.
  public var maximumNewTokens: Int

  /// The tokens that end a response.
  public var stopTokens: [Int32]

  /// Responses that are followed, one for each; nil where they are drawn freely. Shape [responses][T].
  public var given: [[Int32]]?

  /// Creates a request.
  public init(
    promptTokens: [Int32], responseCount: Int, seed: UInt64, place: UInt32, maximumNewTokens: Int, stopTokens: [Int32],
    given: [[Int32]]? = nil
  ) {
    precondition(responseCount > 0 && given?.count ?? responseCount == responseCount, "the first response is the greedy one")
    self.promptTokens = promptTokens
    self.responseCount = responseCount
    self.seed = seed
    self.place = place
    self.maximumNewTokens = maximumNewTokens
    self.stopTokens = stopTokens
    self.given = given
  }

  /// The engine's requests, whose samples are the responses one after the other.
  public var parts: [GenerationRequest] {
    let greedy = part(count: 1, options: .greedy(maximumNewTokens: maximumNewTokens), given: given.map { Array($0.prefix(1)) })
    guard responseCount > 1 else { return [greedy] }
    let sampled = part(
      count: responseCount - 1, options: SamplingOptions(maximumNewTokens: maximumNewTokens), given: given.map { Array($0.dropFirst()) })
    return [greedy, sampled]
  }

  private func part(count: Int, options: SamplingOptions, given: [[Int32]]?) -> GenerationRequest {
    GenerationRequest(
      promptTokens: promptTokens, sampleCount: count, seed: seed, step: Self.step, slot: place, options: options, stopTokens: stopTokens,
      given: given)
  }
}
