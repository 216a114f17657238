import Foundation

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
