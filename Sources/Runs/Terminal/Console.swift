import Files
import Foundation
import Synchronization
import SystemPackage

/// A standard stream that people read. What cannot be written is lost, and does not end a run; why is remembered.
package struct Console: Sendable {
  /// Standard output.
  package static let output = Console(descriptor: STDOUT_FILENO)
  /// Standard error.
  package static let error = Console(descriptor: STDERR_FILENO)

  private let descriptor: Int32
  private let loss = Loss()

  /// Why the first text was lost, of all that wrote to the stream.
  private final class Loss: Sendable {
    let reason = Mutex<String?>(nil)
  }

  /// The stream of a file descriptor, which stays the caller's.
  package init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Whether it is a terminal.
  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The terminal's columns; 80 where it does not say.
  package var width: Int {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes a text as it is.
  package func write(_ text: String) { _ = deliver(text) }

  /// Writes a text as it is; false where it is lost.
  package func deliver(_ text: String) -> Bool {
    do {
      try FileHandle(fileDescriptor: descriptor).write(contentsOf: Data(text.utf8))
      return true
    } catch {
      // A reader that has gone has what it wanted.
      if FailureReason.number(beneath: error) != .brokenPipe {
        loss.reason.withLock { $0 = $0 ?? FailureReason.words(for: error) }
      }
      return false
    }
  }

  /// Why something that was written is lost, but for a reader that has gone; nil where nothing is.
  package var lossReason: String? { loss.reason.withLock(\.self) }

  /// Writes a line, in place of a progress bar that a terminal may show.
  package func line(_ text: String) { write(ended(text)) }

  /// Writes a line in the same way; false where it is lost.
  package func deliver(line text: String) -> Bool { deliver(ended(text)) }

  private func ended(_ text: String) -> String { (isTerminal ? Console.clearLine : "") + text + "\n" }

  /// Takes back what stands on a terminal's last line.
  package static let clearLine = "\r\u{1B}[K"
}
