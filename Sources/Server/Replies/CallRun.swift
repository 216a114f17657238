import Rollouts

/// A call on its way through the source: the events of all its prompts in one sequence.
///
/// Ending the iteration, or cancelling, frees the resources of every prompt.
struct CallRun: Sendable {
  /// An event of one of the prompts.
  struct Event: Sendable {
    var prompt: Int
    var event: CompletionEvent
  }

  let events: AsyncThrowingStream<Event, any Error>
  private let continuation: AsyncThrowingStream<Event, any Error>.Continuation

  /// Submits every prompt; if the source refuses one, all are withdrawn.
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

  /// Frees the resources of the prompts; iterating ends with an error.
  func cancel() {
    continuation.finish(throwing: CancellationError())
  }
}
