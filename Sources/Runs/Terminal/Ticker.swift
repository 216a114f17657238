import Foundation

/// Calls for attention again and again, on a thread of its own, until it is stopped.
package final class Ticker: @unchecked Sendable {
  // Guarded by `condition`.
  private var isStopped = false
  private let condition = NSCondition()

  /// Begins.
  ///
  /// - Parameters:
  ///   - seconds: The time between two calls.
  ///   - tick: Called on the ticker's thread; must not stop the ticker.
  package init(every seconds: Double, _ tick: @escaping @Sendable () -> Void) {
    let thread = Thread { [self] in
      while wait(seconds) { tick() }
    }
    thread.name = "ticker"
    thread.start()
  }

  /// Ends; there is no call after this returns, but for one that has begun.
  package func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    condition.unlock()
  }

  /// Whether the time passed before the ticker was stopped.
  private func wait(_ seconds: Double) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    condition.lock()
    defer { condition.unlock() }
    while !isStopped {
      if !condition.wait(until: end) { return !isStopped }
    }
    return false
  }
}
