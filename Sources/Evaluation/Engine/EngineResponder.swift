internal import Foundation
public import Rollouts
internal import Synchronization

/// A model on this host that answers, over an engine on a thread of its own.
public struct EngineResponder: EvaluationResponder {
  private let requests: [EvaluationRequest]
  private let maximumSequences: Int
  private let makeEngine: @Sendable () -> GenerationEngine
  private let decode: @Sendable (_ tokens: [Int32]) -> String

  /// A responder to these requests, one a question.
  ///
  /// - Parameters:
  ///   - maximumSequences: The number of responses that are asked for at a time; the engine's own, so that none waits for long.
  ///   - makeEngine: Called on the thread that the engine lives on.
  ///   - decode: Turns a response's tokens into text, special tokens left out.
  public init(
    _ requests: [EvaluationRequest], maximumSequences: Int, makeEngine: @escaping @Sendable () -> GenerationEngine,
    decode: @escaping @Sendable (_ tokens: [Int32]) -> String
  ) {
    self.requests = requests
    self.maximumSequences = maximumSequences
    self.makeEngine = makeEngine
    self.decode = decode
  }

  /// The responses of the requests at these places, as they are done.
  public func responses(to places: Range<Int>) -> AsyncThrowingStream<AnsweredPlace, any Error> {
    let (stream, continuation) = AsyncThrowingStream<AnsweredPlace, any Error>.makeStream()
    let isStopped = Stop()
    continuation.onTermination = { _ in isStopped.raise() }
    let thread = Thread {
      do {
        try answer(places, until: { isStopped.isRaised }) { continuation.yield($0) }
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    thread.name = "evaluation"
    // Deep enough for numeric code that keeps small tiles on the stack.
    thread.stackSize = 8 << 20
    thread.start()
    return stream
  }

  /// Asks in order, as long as the responses would not wait for the batch, and delivers what is done.
  private func answer(_ places: Range<Int>, until isStopped: () -> Bool, deliver: (AnsweredPlace) -> Void) throws {
    let engine = makeEngine()
    var waiting = places
    var open: [Open] = []
    while !isStopped() {
      while let place = waiting.first, open.reduce(0, { $0 + requests[$1.place].responseCount }) < maximumSequences {
        waiting = waiting.dropFirst()
        let parts = requests[place].parts
        for part in parts { try engine.limits.check(part) }
        open.append(Open(place: place, numbers: parts.map(engine.submit)))
      }
      if engine.isIdle { return }
      for finished in engine.step() {
        guard let index = open.firstIndex(where: { $0.numbers.contains(finished.id) }) else { continue }
        open[index].finished[finished.id] = finished.samples
        guard let samples = open[index].samples else { continue }
        deliver(AnsweredPlace(place: open.remove(at: index).place, responses: try samples.map(response)))
      }
    }
  }

  private func response(_ sample: Sample) throws -> ModelResponse {
    guard !sample.logProbabilities.contains(where: \.isNaN) else {
      throw EvaluationError(
        .model, "the model's logits are not finite: its weights are too large to compute with; take another checkpoint of the model")
    }
    return ModelResponse(text: decode(sample.tokens), tokenCount: sample.tokens.count, isTruncated: sample.isTruncated)
  }

  /// A question that is being answered, by the engine's numbers of its requests.
  private struct Open {
    let place: Int
    let numbers: [Int]
    var finished: [Int: [Sample]] = [:]

    /// The samples of all requests; nil while some are missing.
    var samples: [Sample]? { finished.count == numbers.count ? numbers.flatMap { finished[$0] ?? [] } : nil }
  }

  /// Set once, by whoever listens no more.
  private final class Stop: Sendable {
    private let flag = Mutex(false)
    var isRaised: Bool { flag.withLock { $0 } }
    func raise() { flag.withLock { $0 = true } }
  }
}
