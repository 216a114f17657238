import Foundation

/// The part of a child in its supervision: it leaves the terminal's signals to the supervisor, and does not outlive it.
enum SupervisedLife {
  /// Begins it. Call once, first thing in the process.
  ///
  /// The supervisor holds the other end of the standard input and never writes to it. When it closes, the supervisor is gone,
  /// perhaps by a signal that nothing can catch, and whatever takes its place needs the run folder's lock and the port: so the
  /// process ends at once, as it could at any other moment.
  static func begin() {
    for terminalSignal in [SIGINT, SIGHUP] { _ = signal(terminalSignal, SIG_IGN) }
    Thread.detachNewThread {
      while !FileHandle.standardInput.availableData.isEmpty {}
      _exit(ExitStatus.failure)
    }
  }
}
