import Foundation

/// Whole milliseconds on a clock that only moves forward. Where it begins is of no meaning; state machines are handed it.
public typealias Milliseconds = Int64

/// The clock that the services hand to their state machines.
struct MonotonicClock {
  private let start = ContinuousClock.now

  /// Milliseconds since the clock was made.
  var now: Milliseconds { time(of: .now) }

  /// Milliseconds from the clock's making to an instant.
  func time(of instant: ContinuousClock.Instant) -> Milliseconds {
    let (seconds, attoseconds) = (instant - start).components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}

/// The clock of a worker or a relay, which stands while its host sleeps: who wakes up was not left alone by its learner for a night.
struct WakingClock {
  private let start = SuspendingClock.now

  /// Milliseconds since the clock was made, without those in which the host slept.
  var now: Milliseconds {
    let (seconds, attoseconds) = (SuspendingClock.now - start).components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}

/// The time of day, for people: nothing that a run computes or decides depends on it.
enum WallClock {
  /// Milliseconds since 1970 in UTC.
  static var milliseconds: UInt64 { UInt64(max(0, Date.now.timeIntervalSince1970) * 1000) }
}
