import Foundation

extension SupervisionNotice {
  /// The line that a user reads.
  ///
  /// - Parameters:
  ///   - run: The run folder's path.
  ///   - log: The path of a child's log.
  package func line(run: String, log: (Child) -> String) -> String {
    switch self {
    case .restarting(let child, let ending, let restart, let budget):
      "\(child) \(Self.died(ending, log: log(child))): restart \(restart) of \(budget)"
    case .gaveUp(let child, let ending, let budget):
      "\(child) \(Self.died(ending, log: log(child))): its \(budget) restarts are used up; see \(log(child))"
    case .learnerFailed(let ending):
      ErrorLine.prefix + (Self.reported(ending, log: log(.learner)) ?? "the learner ended with \(ending); see \(log(.learner))")
    case .learnerStopped: "the learner was asked to end by somebody else: stopping"
    case .noWorkerLeft: ErrorLine.prefix + "no worker of this host is left: stopping"
    case .stopping: "stopping: the learner writes a checkpoint (Ctrl-C again ends at once)"
    case .killing(let children): "killing \(children.map(\.description).joined(separator: ", "))"
    case .resumable: "to go on: empo train --resume \(Self.shellWord(run))"
    }
  }

  private static func died(_ ending: ChildEnding, log: String) -> String {
    switch ending {
    case .signaled: "died of \(ending)"
    case .exited: "ended with \(ending)" + (reported(ending, log: log).map { " (\($0))" } ?? "")
    case .notStarted: "could not be started: \(ending)"
    }
  }

  /// What a child that ended by itself said last, if it reported an error.
  private static func reported(_ ending: ChildEnding, log: String) -> String? {
    switch ending {
    case .exited: ErrorLine.last(inLog: log)
    case .notStarted: ending.description
    case .signaled: nil
    }
  }

  /// A word that a shell reads as the text.
  private static func shellWord(_ text: String) -> String {
    let plain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._/+:@%,=".contains($0)) }
    return plain && !text.isEmpty ? text : "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
