public import Cluster
import Synchronization

/// A learner's report on itself.
public final class LearnerBoard: Board {
  private let pulse: Pulse
  private let tally: Mutex<LearnerTally>

  /// Creates the board of a learner that has not begun.
  ///
  /// - Parameters:
  ///   - steps: The run's steps.
  ///   - pulse: The pulse of its service.
  public init(steps: Int, pulse: Pulse) {
    self.pulse = pulse
    tally = Mutex(LearnerTally(steps: steps))
  }

  /// Takes a report of the service; from any thread.
  public func note(_ report: LearnerReport) { tally.withLock { $0.note(report) } }

  /// Whether its loop turns.
  public var liveness: Health { Liveness.health(of: pulse.reading, loop: "the learner's loop") }

  /// Whether it listens, with its trainer loaded, and is not about to stop.
  public var readiness: Health {
    switch tally.withLock({ $0.phase }) {
    case .starting: .bad("the learner does not listen yet: its trainer is being loaded")
    case .listening: .good("the learner listens")
    case .stopping: .bad("the learner is stopping")
    case .complete: .bad("every step is trained")
    }
  }

  /// Its figures.
  public var metrics: [MetricFamily] { tally.withLock { $0.families } + pulse.reading.metrics }
}
