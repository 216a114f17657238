public import Cluster

/// Whether a process makes progress: its loop turned lately. One that stands for as long as ``patience`` is better started again.
///
/// Loops wait for nothing but their sockets, so neither a long update nor a learner that is away makes one stand.
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
    // What remains is written down, which may take its time.
    case .ended: .good("\(loop) has ended, and the process is about to")
    }
  }
}
