import Files
import Foundation
import Runs

/// A supervisor's reports to the user, a line each.
package enum SupervisionNotice: Sendable, Equatable {
  /// A child died and is started again.
  case restarting(Child, ChildEnding, restart: Int, budget: Int)
  /// A child died once too often.
  case gaveUp(Child, ChildEnding, budget: Int)
  /// The learner reported an error, or died where it is not started again.
  case learnerFailed(ChildEnding)
  /// Somebody else asked the learner to end.
  case learnerStopped
  /// Every worker of this host has used up its restarts.
  case noWorkerLeft
  /// The run is asked to end.
  case stopping
  /// Children that did not end in time, or at once, are killed.
  case killing([Child])
  /// A child that was killed does not end, and is left behind.
  case leaving(Child)
  /// The run can be resumed.
  case resumable
}

/// The parts of a notice about a child that its name does not give.
package struct ChildReports: Sendable {
  /// Where to look for more.
  package var place: @Sendable (Child) -> String
  /// The error that the child reported last, if it ended with one.
  package var lastError: @Sendable (Child) -> String?
  /// What kept the child from reporting an error, if the system says so.
  package var obstacle: @Sendable (Child, ChildEnding) -> String?
  /// The command that resumes the run.
  package var resumption: String

  /// Creates a source of reports.
  package init(
    resumption: String, place: @escaping @Sendable (Child) -> String, lastError: @escaping @Sendable (Child) -> String?,
    obstacle: @escaping @Sendable (Child, ChildEnding) -> String? = { _, _ in nil }
  ) {
    self.resumption = resumption
    self.place = place
    self.lastError = lastError
    self.obstacle = obstacle
  }

  /// Reports from the logs of children on this host.
  ///
  /// - Parameters:
  ///   - run: The run folder's path.
  ///   - access: Who is let in, which a resumed run must be told again.
  ///   - limit: The time that the run may take, which is as much again when it is resumed.
  ///   - logs: The children's logs.
  package init(run: String, access: LearnerAccess, limit: TimeLimit?, logs: ChildLogs) {
    let words = ["empo", "train", "--resume", run] + (limit?.arguments ?? []) + access.arguments
    self.init(
      resumption: words.map(ShellWord.quoted).joined(separator: " "), place: logs.path(of:), lastError: logs.lastError(of:),
      obstacle: logs.obstacle(to:_:))
  }
}

extension SupervisionNotice {
  /// The line that a user reads.
  package func line(_ reports: ChildReports) -> String {
    switch self {
    case .restarting(let child, let ending, let restart, let budget):
      "\(child) \(Self.died(child, ending, reports)): restart \(restart) of \(budget)"
    case .gaveUp(let child, let ending, let budget):
      "\(child) \(Self.died(child, ending, reports)): all \(budget) restarts are used up; see \(reports.place(child))"
    case .learnerFailed(let ending):
      ErrorLine.prefix
        + (Self.reported(.learner, ending, reports) ?? "the learner ended with \(ending); see \(reports.place(.learner))")
    case .learnerStopped: "somebody else asked the learner to end: stopping"
    case .noWorkerLeft: ErrorLine.prefix + "none of the workers started here is left: stopping"
    case .stopping: "stopping: the learner writes a checkpoint (Ctrl-C again ends at once)"
    case .killing(let children): "killing \(children.map(\.description).joined(separator: ", "))"
    case .leaving(let child): "\(child) does not end although it was killed: it is left behind"
    case .resumable: "to resume: \(reports.resumption)"
    }
  }

  private static func died(_ child: Child, _ ending: ChildEnding, _ reports: ChildReports) -> String {
    switch ending {
    case .signaled: "died of \(ending)" + (reported(child, ending, reports).map { " (\($0))" } ?? "")
    case .exited: "ended with \(ending)" + (reported(child, ending, reports).map { " (\($0))" } ?? "")
    case .notStarted: "could not be started: \(ending)"
    case .mute: "gave \(ending) and was killed"
    case .disconnected(let reason): "is cut off: \(reason)"
    }
  }

  /// The last message of a child, if it was an error, or what kept it from one.
  private static func reported(_ child: Child, _ ending: ChildEnding, _ reports: ChildReports) -> String? {
    switch ending {
    case .exited, .signaled: reports.lastError(child) ?? reports.obstacle(child, ending)
    case .notStarted, .disconnected: ending.description
    case .mute:
      "\(child == .learner ? "the learner" : "\(child)") gave \(ending) after it was started and was killed: see "
        + "\(reports.place(child)), and whether a limit keeps it from memory (ulimit -a)"
    }
  }
}
