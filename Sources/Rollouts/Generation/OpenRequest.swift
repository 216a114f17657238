internal import Transformer

/// A request that has not ended, with the resources of the engine that it holds.
final class OpenRequest {
  let id: Int
  let request: GenerationRequest
  let need: CacheNeed

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

  init(id: Int, _ request: GenerationRequest) {
    self.id = id
    self.request = request
    need = CacheNeed(request)
    samples = Array(repeating: Sample(), count: request.sampleCount)
    isEnded = Array(repeating: false, count: request.sampleCount)
    unfinished = request.sampleCount
    unforked = request.sampleCount
  }

  /// Tokens of the prompt that are still to be computed.
  var remaining: Int { request.promptTokens.count - computed }

  /// Whether anything is sampled.
  var samplesTokens: Bool { request.options.maximumNewTokens > 0 }
}

/// A sample that has its first token and goes on, in the batch or on its way into it.
struct RunningSample {
  let open: OpenRequest
  let index: Int
  var sequence = InferencePass.Sequence()
  /// The place of the next token within the sample.
  var position = 1
  var lastToken: Int32
}
