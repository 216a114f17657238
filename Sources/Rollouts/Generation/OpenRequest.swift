internal import Transformer

/// A request that has not ended, with the resources of the engine that it holds.
final class OpenRequest {
  let id: Int
  let request: GenerationRequest
  let need: CacheNeed

  /// The given tokens that are computed, by sample; see ``GenerationRequest/path(ofSample:vocabularySize:)``.
  let paths: [[Int32]]

  /// The tokens so far, by sample.
  var samples: [Sample]

  /// Which samples have ended.
  var isEnded: [Bool]

  /// Samples that have not ended.
  var unfinished: Int

  /// Samples that have not begun to continue the prompt on their own, and have not ended.
  var unforked: Int

  /// The prompt's keys and values, as far as they are computed; empty once no sample needs them any more.
  var prefix = InferencePass.Sequence()

  /// Tokens of the prompt that are computed.
  var computed = 0

  /// The scores of the prompt's tokens so far.
  var promptScores: [ScoredToken] = []

  /// Whether blocks of the cache are reserved for it.
  var hasBegun = false

  /// Whether blocks are kept for its first sample to run, beside the prompt's.
  var holdsSeat = false

  init(id: Int, _ request: GenerationRequest, vocabularySize: Int) {
    self.id = id
    self.request = request
    need = CacheNeed(request)
    paths = (0..<request.sampleCount).map { request.path(ofSample: $0, vocabularySize: vocabularySize) }
    samples = Array(repeating: Sample(), count: request.sampleCount)
    isEnded = Array(repeating: false, count: request.sampleCount)
    unfinished = request.sampleCount
    unforked = request.sampleCount
  }

  /// Tokens of the prompt that are still to be computed.
  var remaining: Int { request.promptTokens.count - computed }

  /// Whether anything is sampled.
  var samplesTokens: Bool { request.options.maximumNewTokens > 0 }

  /// Whether a sample follows given tokens and has another one at a position.
  func strays(sample: Int, at position: Int, with token: Int32) -> Bool {
    guard let given = request.given?[sample] else { return false }
    return position >= given.count || given[position] != token
  }
}

/// A sample that has its first token and goes on, in the batch or on its way into it.
struct RunningSample {
  let open: OpenRequest
  let index: Int
  var sequence = InferencePass.Sequence()
  /// The place of the next token within the sample.
  var position = 1
  var lastToken: Int32

  /// The given tokens that follow the last one.
  var ahead: ArraySlice<Int32> { open.paths[index].dropFirst(position) }
}
