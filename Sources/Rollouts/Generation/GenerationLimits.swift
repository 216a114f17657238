internal import HuggingFace
internal import Tensors
internal import Transformer

/// The capacity of an engine, which bounds the requests that it takes.
public struct GenerationLimits: Sendable, Equatable {
  /// The most alternatives that are reported at a place.
  public static let maximumAlternatives = 20

  /// The most samples of a request.
  public static let maximumSamples = 65_536

  /// Tokens of the vocabulary.
  public let vocabularySize: Int

  /// Tokens of the longest prompt together with its continuation.
  public let maximumLength: Int

  /// Blocks of 16 positions that the key/value cache has in all.
  public let cacheBlocks: Int

  init(_ decoder: Decoder, maximumLength: Int, cacheBlocks: Int) {
    vocabularySize = decoder.configuration.vocabularySize
    self.maximumLength = maximumLength
    self.cacheBlocks = cacheBlocks
  }

  /// Throws unless an engine with these limits can answer the request once it is alone.
  public func check(_ request: GenerationRequest) throws(RolloutsError) {
    let prompt = request.promptTokens
    guard !prompt.isEmpty else { throw RolloutsError(.request, "the prompt is empty, expected at least one token") }
    if let stranger = prompt.first(where: { $0 < 0 || $0 >= vocabularySize }) {
      throw RolloutsError(.request, "the prompt has token \(stranger), expected tokens from 0 to \(vocabularySize - 1)")
    }
    let new = request.options.maximumNewTokens
    let least = request.scoresPrompt ? 0 : 1
    guard new >= least else { throw RolloutsError(.request, "\(new) new tokens, expected at least \(least)") }
    guard prompt.count <= maximumLength, new <= maximumLength - prompt.count else {
      throw RolloutsError(
        .request, "the prompt's \(prompt.count) tokens and up to \(new) new ones are more than fit: expected at most \(maximumLength)")
    }
    guard (1...Self.maximumSamples).contains(request.sampleCount) else {
      throw RolloutsError(.request, "\(request.sampleCount) samples, expected 1 to \(Self.maximumSamples)")
    }
    if let given = request.given, given.count != request.sampleCount {
      throw RolloutsError(.request, "\(given.count) given responses, expected one for each of the \(request.sampleCount) samples")
    }
    guard (0...Self.maximumAlternatives).contains(request.alternativeCount) else {
      throw RolloutsError(.request, "\(request.alternativeCount) alternatives, expected 0 to \(Self.maximumAlternatives)")
    }
    try check(request.options)
    let need = CacheNeed(request)
    guard need.prompt + need.sample <= cacheBlocks else {
      throw RolloutsError(
        .request,
        "the prompt's \(prompt.count) tokens and up to \(new) new ones need \(need.prompt + need.sample) blocks of the key/value cache, "
          + "which has \(cacheBlocks): expected a shorter request, or a larger cache")
    }
  }

  private func check(_ options: SamplingOptions) throws(RolloutsError) {
    // The divisor's reciprocal, by which logits are multiplied, must be finite, too.
    guard options.divisor == 0 || options.divisor > 0 && options.divisor.isFinite && (1 / options.divisor).isFinite else {
      throw RolloutsError(.request, "temperature \(options.temperature), expected 0, or a number of usual size above it")
    }
    guard options.topK >= 0 else { throw RolloutsError(.request, "top-k \(options.topK), expected 0 or more") }
    guard options.nucleus > 0, options.nucleus <= 1 else {
      throw RolloutsError(.request, "top-p \(options.topP), expected more than 0 and at most 1")
    }
    guard options.minP >= 0, options.minP <= 1 else { throw RolloutsError(.request, "min-p \(options.minP), expected 0 to 1") }
    guard options.penalty > 0, options.penalty.isFinite, (1 / options.penalty).isFinite else {
      throw RolloutsError(.request, "repetition penalty \(options.repetitionPenalty), expected a number of usual size above 0")
    }
  }
}

/// The most blocks of the cache that a request holds.
struct CacheNeed {
  /// For the prompt, which its samples share.
  let prompt: Int

  /// For each sample that runs, beyond the prompt's full blocks. The last token drawn is never computed.
  let sample: Int

  init(_ request: GenerationRequest) {
    let length = request.promptTokens.count
    let new = request.options.maximumNewTokens
    prompt = InferencePass.blocks(for: length)
    let computed = min(new - 1, request.given.map { $0.map(\.count).max() ?? 0 } ?? Int.max)
    sample = computed > 0 ? InferencePass.blocks(for: length + computed) - length / Attention.blockPositions : 0
  }
}
