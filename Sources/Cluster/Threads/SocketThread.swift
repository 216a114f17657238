import Foundation
import ServiceLifecycle
import Synchronization
import Wire

/// The socket thread of a service: how it is begun, asked to end, and how it ended.
final class SocketThread<Outcome: Sendable>: Sendable {
  private struct State {
    var isStopping = false
    var wake: Wake?
    var outcome: Outcome?
  }

  private let name: String
  private let state = Mutex(State())

  init(named name: String) { self.name = name }

  /// What the thread returned; nil before, and after an error.
  var outcome: Outcome? { state.withLock { $0.outcome } }

  /// Whether the thread is asked to end.
  var isStopping: Bool { state.withLock { $0.isStopping } }

  /// Runs the thread until it returns; a graceful shutdown and a cancelled task ask it to end.
  func run(_ body: @escaping @Sendable () throws -> Outcome) async throws {
    let outcome = try await withTaskCancellationHandler {
      try await withGracefulShutdownHandler {
        try await runOnThread(named: name, body)
      } onGracefulShutdown: {
        self.stop()
      }
    } onCancel: {
      self.stop()
    }
    state.withLock { $0.outcome = outcome }
  }

  /// Asks the thread to end. From any thread.
  func stop() {
    let wake = state.withLock {
      $0.isStopping = true
      return $0.wake
    }
    wake?.signal()
  }

  /// Says which bell the thread hears while it waits.
  func attach(_ wake: Wake) { state.withLock { $0.wake = wake } }
}

/// Runs blocking work on a thread of its own, so that the cooperative pool never waits for it.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
  let thread = Thread(block: body)
  thread.name = name
  // Deep enough for numeric code that keeps small tiles on the stack.
  thread.stackSize = 8 << 20
  thread.start()
}

/// Runs blocking work on a thread of its own and waits for it without blocking.
func runOnThread<Result: Sendable>(named name: String, _ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    startThread(named: name) {
      continuation.resume(with: Swift.Result { try body() })
    }
  }
}
