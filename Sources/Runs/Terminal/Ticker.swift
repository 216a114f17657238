import Foundation

/// Calls for attention again and again, on a thread of its own, until it is stopped. The time of day, which may be set, does not matter to it.
package final class Ticker: Sendable {
  private let stopping = DispatchSemaphore(value: 0)

  /// Begins.
  ///
  /// - Parameters:
  ///   - seconds: The time between two calls.
  ///   - tick: Called on the ticker's thread; must not stop the ticker.
  package init(every seconds: Double, _ tick: @escaping @Sendable () -> Void) {
    let thread = Thread { [stopping] in
      while stopping.wait(timeout: .now() + seconds) == .timedOut { tick() }
    }
    thread.name = "ticker"
    thread.start()
  }

  /// Ends; there is no call after this returns, but for one that has begun.
  package func stop() { stopping.signal() }
}
