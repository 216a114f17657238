import Foundation

/// Threads for reading calls. Rendering and tokenising a long prompt keeps a core busy for a while, which would hold up the threads that
/// all connections share.
final class CallReaders: Sendable {
  private let queue = OperationQueue()

  /// Readers for so many calls at a time; more wait in the order they come.
  init(count: Int = 2) {
    queue.maxConcurrentOperationCount = count
    queue.name = "calls"
  }

  /// Reads a call, or throws a `CancellationError` where its client has gone before its turn comes.
  func read<Value: Sendable>(
    for watch: ConnectionWatch, _ read: @escaping @Sendable () throws(ServerError) -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.addOperation {
        continuation.resume(
          with: Result {
            guard !watch.isClosed else { throw CancellationError() }
            return try read()
          })
      }
    }
  }
}
