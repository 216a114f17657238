import Foundation
import Synchronization

/// The part of a child in its supervision: it leaves the terminal's signals to the supervisor, and does not outlive it.
///
/// The supervisor holds the other end of the standard input, through ssh if it is on another host. A line `end` there stands for SIGTERM,
/// since ssh passes no signals on; any other line is a sign of life. When the input closes, the supervisor is gone, perhaps by a signal
/// that nothing can catch. Its successor needs the run folder's lock and the port, so the process ends at once, as it could at any other
/// moment.
package enum SupervisedLife {
  /// The exit status of a process whose supervisor is gone, as of one whose terminal hung up.
  package static let orphaned = ExitStatus.stopped(by: SIGHUP)

  /// The line that asks the process to end in good order.
  package static let endRequest = "end\n"

  /// A line that shows that the supervisor lives.
  package static let signOfLife = "\n"

  /// Begins it. Call once, before anything else in the process.
  ///
  /// - Parameter patience: After so many seconds without a line the supervisor counts as gone, since a broken network closes nothing. Nil
  ///   on the supervisor's own host, where the kernel closes the input.
  package static func begin(patience: Int? = nil) {
    for terminalSignal in [SIGINT, SIGHUP] { _ = signal(terminalSignal, SIG_IGN) }
    let silence = Silence()
    Thread.detachNewThread {
      var line = Data()
      var piece = [UInt8](repeating: 0, count: 256)
      while true {
        // Not FileHandle's reading, which traps where a signal interrupts it.
        let count = unsafe read(STDIN_FILENO, &piece, piece.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { _exit(orphaned) }
        silence.end()
        for byte in piece[..<count] {
          // No line of a supervisor is longer.
          if line.count < 16 { line.append(byte) }
          guard byte == UInt8(ascii: "\n") else { continue }
          if line == Data(endRequest.utf8) { kill(getpid(), SIGTERM) }
          line.removeAll()
        }
      }
    }
    guard let patience else { return }
    Thread.detachNewThread {
      // Counted, not measured: a process that was stopped for a while finds the lines of that time waiting.
      while silence.grow() <= patience { Thread.sleep(forTimeInterval: 1) }
      _exit(orphaned)
    }
  }
}

/// How long a supervisor has been silent, in seconds during which this process ran.
private final class Silence: Sendable {
  private let seconds = Mutex(0)

  package func end() { seconds.withLock { $0 = 0 } }

  package func grow() -> Int {
    seconds.withLock {
      $0 += 1
      return $0
    }
  }
}
