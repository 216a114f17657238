public import ChatTemplates
public import Evaluation
internal import Random

/// A server that answers the questions of a measurement: one request a response, so many at a time.
///
/// Seeds are a function of the seed, the question's place in its benchmark and the response, for servers that obey them.
public struct ServerResponder: EvaluationResponder {
  /// A question as a server is asked it.
  public struct Asking: Sendable, Equatable {
    /// The prompt, which ends with the question.
    public var prompt: ModelPrompt
    /// The question's place in its benchmark.
    public var place: UInt32
    /// The most tokens of a response.
    public var maximumTokens: Int

    /// Creates one.
    public init(_ prompt: ModelPrompt, place: UInt32, maximumTokens: Int) {
      self.prompt = prompt
      self.place = place
      self.maximumTokens = maximumTokens
    }
  }

  private let server: ChatServer
  private let questions: [Asking]
  private let samples: Int
  private let seed: UInt64
  private let concurrency: Int

  /// A responder that asks for a greedy response and `samples` at temperature 1, with up to `concurrency` requests under way.
  public init(_ server: ChatServer, _ questions: [Asking], samples: Int, seed: UInt64, concurrency: Int) {
    precondition(samples >= 0 && concurrency > 0)
    self.server = server
    self.questions = questions
    self.samples = samples
    self.seed = seed
    self.concurrency = concurrency
  }

  /// The responses to the questions at these places, as they are done.
  public func responses(to places: Range<Int>) -> AsyncThrowingStream<AnsweredPlace, any Error> {
    let (stream, continuation) = AsyncThrowingStream<AnsweredPlace, any Error>.makeStream()
    let task = Task {
      do {
        try await answer(places) { continuation.yield($0) }
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  /// Asks question by question, response by response, and delivers a question's responses when it has all of them.
  private func answer(_ places: Range<Int>, deliver: (AnsweredPlace) -> Void) async throws {
    let count = 1 + samples
    var open: [Int: [Int: ModelResponse]] = [:]
    try await withThrowingTaskGroup(of: (place: Int, index: Int, response: ModelResponse).self) { group in
      var next = 0
      func ask() {
        guard next < places.count * count else { return }
        let (offset, index) = next.quotientAndRemainder(dividingBy: count)
        let place = places.lowerBound + offset
        next += 1
        group.addTask { (place, index, try await response(index, to: questions[place])) }
      }
      for _ in 0..<concurrency { ask() }
      while let done = try await group.next() {
        ask()
        open[done.place, default: [:]][done.index] = done.response
        guard let found = open[done.place], found.count == count else { continue }
        open[done.place] = nil
        deliver(AnsweredPlace(place: done.place, responses: (0..<count).compactMap { found[$0] }))
      }
    }
  }

  private func response(_ index: Int, to question: Asking) async throws -> ModelResponse {
    let words = Philox(seed: seed, stream: Philox.Stream(step: .max, slot: question.place, sample: UInt32(index))).block(at: 0)
    return try await server.response(
      to: question.prompt, maximumTokens: question.maximumTokens, temperature: index == 0 ? 0 : 1, seed: Int(words.x >> 1))
  }
}
