import Runs

/// The hours that a run may take this time, from the moment at which they were asked for.
package struct TimeLimit: Sendable, Equatable {
  /// The most hours: ten years.
  private static let most = 87_600.0

  /// The hours that may be asked for, in words fit for a message.
  package static let expectation = "a number above 0 and at most \(plainNumber(most))"

  private let hours: Double

  /// When the hours are over. Those in which the host sleeps count.
  package let end: ContinuousClock.Instant

  /// Whether so many hours may be asked for.
  package static func allows(_ hours: Double) -> Bool { hours > 0 && hours <= most }

  /// Hours that begin now.
  package init(hours: Double) {
    precondition(Self.allows(hours), "the command line has checked the hours")
    self.hours = hours
    end = .now + .seconds(3600 * hours)
  }

  /// The flags that ask for as many hours again.
  package var arguments: [String] { Self.arguments(hours) }

  /// The flags for a process that begins now and ends with these hours. Where nothing is left, it has the time to say so.
  package var remainder: [String] { Self.arguments(max(1e-6, (end - .now) / .seconds(3600))) }

  private static func arguments(_ hours: Double) -> [String] { ["--hours", plainNumber(hours)] }
}
