public import ChatTemplates
public import Evaluation
internal import Random

/// A server that answers the questions of a measurement: one request a response, so many at a time.
///
/// Seeds are a function of the seed, the question's place in its benchmark and the response, for servers that obey them.
public struct ServerResponder: EvaluationResponder {
  /// A question as a server is asked it.
  public struct Asking: Sendable, Equatable {
    /// What the question is called in an error: its identifier, and of which benchmark it is.
    public var name: String
    /// The prompt, which ends with the question.
    public var prompt: ModelPrompt
    /// The question's place in its benchmark.
    public var place: UInt32
    /// The most tokens of a response.
    public var maximumTokens: Int

    /// Creates one.
    public init(_ name: String, _ prompt: ModelPrompt, place: UInt32, maximumTokens: Int) {
      self.name = name
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
  ///
  /// Where one fails nothing more is asked, and the questions before it are waited for: what was answered before is not lost.
  private func answer(_ places: Range<Int>, deliver: (AnsweredPlace) -> Void) async throws {
    let count = 1 + samples
    var open: [Int: [Int: ModelResponse]] = [:]
    try await withThrowingTaskGroup(of: (place: Int, index: Int, response: Result<ModelResponse, any Error>).self) { group in
      var (next, underWay) = (0, [Int: Int]())
      var failure: (place: Int, error: any Error)?
      func ask() {
        guard failure == nil, next < places.count * count else { return }
        let (offset, index) = next.quotientAndRemainder(dividingBy: count)
        let place = places.lowerBound + offset
        next += 1
        underWay[place, default: 0] += 1
        group.addTask {
          do {
            return (place, index, .success(try await response(index, to: questions[place])))
          } catch {
            return (place, index, .failure(error))
          }
        }
      }
      for _ in 0..<concurrency { ask() }
      while let done = try await group.next() {
        underWay[done.place] = underWay[done.place].flatMap { $0 > 1 ? $0 - 1 : nil }
        switch done.response {
        case .failure(let error):
          if failure.map({ done.place < $0.place }) ?? true { failure = (done.place, error) }
        case .success(let response):
          ask()
          open[done.place, default: [:]][done.index] = response
          if let found = open[done.place], found.count == count {
            open[done.place] = nil
            deliver(AnsweredPlace(place: done.place, responses: (0..<count).compactMap { found[$0] }))
          }
        }
        if let failure, !underWay.keys.contains(where: { $0 < failure.place }) { throw failure.error }
      }
    }
  }

  private func response(_ index: Int, to question: Asking) async throws -> ModelResponse {
    let words = Philox(seed: seed, stream: Philox.Stream(step: .max, slot: question.place, sample: UInt32(index))).block(at: 0)
    do {
      return try await server.response(
        to: question.prompt, maximumTokens: question.maximumTokens, temperature: index == 0 ? 0 : 1, seed: Int(words.x >> 1))
    } catch let error as ChatClientError where error.code == .question {
      throw ChatClientError(
        .question, "\(question.name): \(error.message): leave it out of its file, or ask with fewer --max-tokens", cause: error)
    }
  }
}
