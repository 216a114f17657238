import Rollouts
import Synchronization
import Tokenizers

/// A source whose answers are a function of the request: token i of sample s is the prompt's token number seed + s + i, round about.
final class FakeSource: CompletionSource {
  enum Conduct: Sendable {
    case answers
    /// Sends the first token and no more.
    case hangs
    case refuses(RolloutsError)
    /// Fails behind the first token.
    case fails(RolloutsError)
  }

  let maximumLength: Int
  private let conduct: Conduct
  private let tokenizer: Tokenizer
  private let received = Mutex<[CompletionRequest]>([])

  /// Each request that was given up.
  let cancellations: AsyncStream<CompletionRequest>
  private let cancelled: AsyncStream<CompletionRequest>.Continuation

  /// Each request whose first token has been sent.
  let begun: AsyncStream<CompletionRequest>
  private let begins: AsyncStream<CompletionRequest>.Continuation

  init(_ conduct: Conduct = .answers, tokenizer: Tokenizer, maximumLength: Int = 128) {
    self.conduct = conduct
    self.maximumLength = maximumLength
    self.tokenizer = tokenizer
    (cancellations, cancelled) = AsyncStream.makeStream()
    (begun, begins) = AsyncStream.makeStream()
  }

  var requests: [CompletionRequest] { received.withLock { $0 } }

  func submit(_ request: CompletionRequest) throws -> AsyncThrowingStream<CompletionEvent, any Error> {
    if case .refuses(let error) = conduct { throw error }
    received.withLock { $0.append(request) }
    let (stream, continuation) = AsyncThrowingStream<CompletionEvent, any Error>.makeStream()
    let answer = Task {
      do {
        try await send(request, to: continuation)
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    continuation.onTermination = { [cancelled] termination in
      guard case .cancelled = termination else { return }
      answer.cancel()
      cancelled.yield(request)
    }
    return stream
  }

  private func send(
    _ request: CompletionRequest, to continuation: AsyncThrowingStream<CompletionEvent, any Error>.Continuation
  ) async throws {
    if request.scoresPrompt {
      continuation.yield(
        .prompt(request.promptTokens.enumerated().map { Self.scored($1, at: $0, isFirst: $0 == 0, request.alternativeCount) }))
    }
    var isEnded = Array(repeating: request.options.maximumNewTokens == 0, count: request.sampleCount)
    for position in 0..<request.options.maximumNewTokens {
      for sample in 0..<request.sampleCount where !isEnded[sample] {
        let id = Self.token(of: request, sample: sample, position: position)
        let isStop = request.stopTokens.contains(id)
        let scored = Self.scored(id, at: position, isFirst: false, request.alternativeCount)
        continuation.yield(.token(sample: sample, scored, text: isStop ? "" : tokenizer.decode([id])))
        if isStop { continuation.yield(.finished(sample: sample, .stop, text: "")) }
        isEnded[sample] = isStop
      }
      begins.yield(request)
      if case .fails(let error) = conduct { throw error }
      if case .hangs = conduct { try await Task.sleep(for: .seconds(3600)) }
      // Others go on meanwhile, so that answers that were mixed up would show.
      await Task.yield()
    }
    for sample in 0..<request.sampleCount where !isEnded[sample] || request.options.maximumNewTokens == 0 {
      continuation.yield(.finished(sample: sample, .length, text: ""))
    }
  }

  static func token(of request: CompletionRequest, sample: Int, position: Int) -> Int32 {
    request.promptTokens[(Int(request.seed % 1000) + sample + position) % request.promptTokens.count]
  }

  /// Even positions have the token itself as the most probable one, odd ones another. From the tenth on, alternatives are impossible.
  static func scored(_ id: Int32, at position: Int, isFirst: Bool, _ alternatives: Int) -> ScoredToken {
    let logProbability = -Float(position + 1) / 8
    let others = (0..<Int32(alternatives)).map { rank in
      position % 2 == 0 && rank == 0
        ? ScoredToken.Alternative(id: id, logProbability: logProbability)
        : ScoredToken.Alternative(id: 1 + (id + rank) % 90, logProbability: rank < 10 ? logProbability / 2 - Float(rank) : -.infinity)
    }
    return isFirst ? ScoredToken(id: id, logProbability: nil) : ScoredToken(id: id, logProbability: logProbability, alternatives: others)
  }
}
