public import Cluster
import Synchronization

/// A worker's report on itself.
public final class WorkerBoard: Board {
  private let pulse: Pulse
  private let tally = Mutex(WorkerTally())

  /// Creates the board of a worker that has not begun.
  ///
  /// - Parameter pulse: The pulse of its service.
  public init(pulse: Pulse) {
    self.pulse = pulse
  }

  /// Takes a report of the service; from any thread.
  public func note(_ report: WorkerReport) { tally.withLock { $0.note(report) } }

  /// Whether its loop turns.
  public var liveness: Health { Liveness.health(of: pulse.reading, loop: "the worker's loop") }

  /// Whether a learner welcomed it, and it is not about to leave.
  public var readiness: Health {
    switch tally.withLock({ $0.phase }) {
    case .greeting: .bad("no learner has welcomed the worker yet, or the learner was restarted")
    case .joined: .good("the learner has welcomed the worker")
    case .draining: .bad("the worker was asked to leave")
    }
  }

  /// Its figures.
  public var metrics: [MetricFamily] { tally.withLock { $0.families } + pulse.reading.metrics }
}
