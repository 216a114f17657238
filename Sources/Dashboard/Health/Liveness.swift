public import Cluster

/// Whether a process makes progress: its loop turned lately. A process whose loop has stood for ``patience`` should be restarted.
///
/// Loops wait only for their sockets, so neither a long update nor an absent learner makes one stand.
public enum Liveness {
  /// How long a loop may take to turn.
  public static let patience: Milliseconds = 30_000

  /// The answer to a probe.
  ///
  /// - Parameter loop: Whose loop it is, such as `the learner's loop`.
  public static func health(of reading: Pulse.Reading, loop: String) -> Health {
    switch reading {
    case .notBegun: .bad("\(loop) has not begun yet: model and run are being read")
    case .turned(let ago) where ago < patience: .good("\(loop) turned \(ago) ms ago")
    case .turned(let ago): .bad("\(loop) stands: it turned \(ago / 1000) s ago, and should ten times a second; is the disk stuck?")
    // The process still writes its last results, which may take some time.
    case .ended: .good("\(loop) has ended, and the process is about to")
    }
  }
}

/// The answer to a probe.
public struct Health: Sendable, Equatable {
  /// Whether all is well.
  public let isGood: Bool

  /// One line.
  public let line: String

  /// All is well.
  public static func good(_ line: String) -> Health { Health(isGood: true, line: line) }

  /// It is not.
  public static func bad(_ line: String) -> Health { Health(isGood: false, line: line) }
}
