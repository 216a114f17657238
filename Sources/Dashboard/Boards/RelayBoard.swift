public import Cluster
import Synchronization

/// A relay's report on itself.
public final class RelayBoard: Board {
  private let pulse: Pulse
  private let tally = Mutex(RelayTally())

  /// Creates the board of a relay that has not begun.
  ///
  /// - Parameter pulse: The pulse of its service.
  public init(pulse: Pulse) {
    self.pulse = pulse
  }

  /// Takes a report of the service; from any thread.
  public func note(_ report: RelayReport) { tally.withLock { $0.note(report) } }

  /// Whether its loop turns.
  public var liveness: Health { Liveness.health(of: pulse.reading, loop: "the relay's loop") }

  /// Whether it has a version of the weights to hand on, from the learner that welcomed it last.
  public var readiness: Health {
    switch tally.withLock({ $0.phase }) {
    case .greeting: .bad("no learner has welcomed the relay yet, or the learner was restarted")
    case .fetching: .bad("the relay has no version of the weights yet")
    case .stocked: .good("the relay has weights to hand on")
    }
  }

  /// Its figures.
  public var metrics: [MetricFamily] { tally.withLock { $0.families } + pulse.reading.metrics }
}
