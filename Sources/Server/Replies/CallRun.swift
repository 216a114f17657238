import Rollouts

/// A call on its way through the source: the events of all its prompts in one sequence.
///
/// Who stops iterating, or cancels, gives back what every prompt holds.
struct CallRun: Sendable {
  /// What happened to one of the prompts.
  struct Event: Sendable {
    var prompt: Int
    var event: CompletionEvent
  }

  let events: AsyncThrowingStream<Event, any Error>
  private let continuation: AsyncThrowingStream<Event, any Error>.Continuation

  /// Submits every prompt; where the source refuses one, none stays.
  init(_ requests: [CompletionRequest], source: any CompletionSource) throws {
    let streams = try requests.map { try source.submit($0) }
    (events, continuation) = AsyncThrowingStream.makeStream()
    let forwarding = Task { [continuation] in
      do {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for (prompt, stream) in streams.enumerated() {
            group.addTask {
              for try await event in stream { continuation.yield(Event(prompt: prompt, event: event)) }
            }
          }
          try await group.waitForAll()
        }
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    continuation.onTermination = { _ in forwarding.cancel() }
  }

  /// Gives back what the prompts hold; iterating ends with an error.
  func cancel() {
    continuation.finish(throwing: CancellationError())
  }
}
