internal import Tokenizers

/// The work of the service's thread: takes requests in, steps the engine, and turns tokens into text for the callers.
final class CompletionLoop {
  private let engine: GenerationEngine
  private let tokenizer: Tokenizer
  private let inbox: CompletionInbox

  /// The requests that are being answered, by the engine's number.
  private var open: [Int: OpenCompletion] = [:]

  /// The engine's numbers by the service's.
  private var engineIDs: [Int: Int] = [:]

  /// Requests of which a token has no probability.
  private var broken: [Int] = []

  /// Samples that a stop text has ended in this step.
  private var stopped: [(request: Int, sample: Int)] = []

  init(_ engine: GenerationEngine, tokenizer: Tokenizer, inbox: CompletionInbox) {
    self.engine = engine
    self.tokenizer = tokenizer
    self.inbox = inbox
  }

  /// Works until the service is stopped.
  func run() {
    while let delivery = inbox.take(waiting: engine.isIdle) {
      for arrival in delivery.arrivals {
        let id = engine.submit(GenerationRequest(arrival.request))
        open[id] = OpenCompletion(arrival, tokenizer: tokenizer)
        engineIDs[arrival.id] = id
      }
      for cancelled in delivery.cancelled {
        guard let id = engineIDs[cancelled] else { continue }
        engine.cancel(id)
        close(id)
      }
      let finished = engine.step { take($0) }
      for sample in stopped { engine.end(sample: sample.sample, of: sample.request) }
      stopped = []
      for id in broken { engine.cancel(id) }
      broken = []
      // Requests that sample nothing have no token to end with.
      for request in finished {
        guard let completion = open[request.id] else { continue }
        completion.finishWithoutTokens()
        close(request.id)
      }
    }
    for completion in open.values { completion.continuation.finish(throwing: CompletionInbox.stopped) }
  }

  private func take(_ event: GenerationEvent) {
    switch event {
    case .prompt(let id, let tokens):
      guard tokens.allSatisfy(\.isSound) else { return fail(id) }
      open[id]?.continuation.yield(.prompt(tokens))
    case .token(let id, let sample, let token, let reason):
      guard token.isSound else { return fail(id) }
      guard let completion = open[id] else { return }
      let isEnded = completion.take(token, sample: sample, endsWith: reason)
      if isEnded, reason == nil { stopped.append((id, sample)) }
      if completion.unfinished == 0 {
        completion.continuation.finish()
        close(id)
      }
    }
  }

  private func fail(_ id: Int) {
    guard let completion = open[id] else { return }
    completion.continuation.finish(throwing: Self.overflow)
    close(id)
    broken.append(id)
  }

  private static let overflow = RolloutsError(
    .model, "the model's logits are not finite: its weights are too large to compute with; take another checkpoint of the model")

  private func close(_ id: Int) {
    guard let completion = open.removeValue(forKey: id) else { return }
    engineIDs[completion.id] = nil
    inbox.remove(completion.id)
  }
}

extension ScoredToken {
  /// Whether it has a probability, or needs none.
  fileprivate var isSound: Bool { logProbability?.isNaN != true }
}

/// A request that is being answered, and its samples' text so far.
private final class OpenCompletion {
  let id: Int
  let continuation: AsyncThrowingStream<CompletionEvent, any Error>.Continuation

  /// Samples that have not ended.
  private(set) var unfinished: Int

  private var texts: [SampleText]

  init(_ arrival: CompletionInbox.Arrival, tokenizer: Tokenizer) {
    id = arrival.id
    continuation = arrival.continuation
    unfinished = arrival.request.sampleCount
    let text = SampleText(
      decoder: StreamingDecoder(tokenizer, skippingSpecialTokens: true), stops: StopTexts(arrival.request.stopTexts))
    texts = Array(repeating: text, count: arrival.request.sampleCount)
  }

  /// Reports a token and the text that is certain with it; returns whether the sample has ended, for `reason` or at a stop text.
  func take(_ token: ScoredToken, sample: Int, endsWith reason: FinishReason?) -> Bool {
    // A stop token is no part of the text.
    let text = reason == .stop ? "" : texts[sample].append(token.id)
    continuation.yield(.token(sample: sample, token, text: text))
    guard reason != nil || texts[sample].isStopped else { return false }
    let rest = texts[sample].finish()
    continuation.yield(.finished(sample: sample, texts[sample].isStopped ? .stop : reason ?? .stop, text: rest))
    unfinished -= 1
    return true
  }

  /// Ends every sample before its first token.
  func finishWithoutTokens() {
    for sample in texts.indices { continuation.yield(.finished(sample: sample, .length, text: "")) }
    continuation.finish()
  }
}

/// The text of one sample.
private struct SampleText {
  var decoder: StreamingDecoder
  var stops: StopTexts

  /// Whether a stop text was found.
  var isStopped: Bool { stops.isFound }

  mutating func append(_ id: Int32) -> String { stops.append(decoder.append(id)) }

  /// The text that was held back, at the end.
  mutating func finish() -> String { stops.append(decoder.finish()) + stops.flush() }
}
