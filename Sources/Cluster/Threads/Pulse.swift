import Synchronization

/// When a service's socket thread turned its loop last, which it does ten times a second even where nothing happens.
///
/// The thread marks its turns; whoever wants to know whether the service makes progress reads them, from any thread. A loop that
/// stands is one that waits where it must not: for a disk that does not answer, or for a lock.
public final class Pulse: Sendable {
  /// What a look at it finds.
  public enum Reading: Sendable, Equatable {
    /// The loop has not begun.
    case notBegun
    /// The loop turned so many milliseconds ago.
    case turned(ago: Milliseconds)
    /// The loop has ended.
    case ended
  }

  private let clock = MonotonicClock()
  private let lastTurn = Atomic<Milliseconds>(Pulse.notBegun)

  private static let notBegun: Milliseconds = -1
  private static let ended: Milliseconds = -2

  /// Creates the pulse of a loop that has not begun.
  public init() {}

  /// Takes a look.
  public var reading: Reading {
    switch lastTurn.load(ordering: .relaxed) {
    case Pulse.notBegun: .notBegun
    case Pulse.ended: .ended
    case let last: .turned(ago: max(0, clock.now - last))
    }
  }

  /// The loop begins another turn.
  func turn() { lastTurn.store(clock.now, ordering: .relaxed) }

  /// The loop has ended, in whatever way.
  func end() { lastTurn.store(Pulse.ended, ordering: .relaxed) }
}
