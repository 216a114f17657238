import Foundation
import Synchronization
import SystemPackage

/// The line that this process ends with, in place of a trap, when memory is refused that it asks for.
enum LastWords {
  /// Taken by the handlers, which allocate nothing.
  private static let words = Mutex<[UInt8]>([])

  /// Keeps the line ready: Swift's runtime traps and C libraries abort when memory is refused, and then it is too late to make one.
  static func prepare(_ line: String) {
    words.withLock { $0 = Array((line + "\n").utf8) }
    for number in [SIGILL, SIGTRAP, SIGABRT] {
      _ = signal(number) { number in
        // The allocation that failed on this thread has left its reason. Any other trap ends the process as ever.
        if errno == ENOMEM {
          LastWords.words.withLock { _ = try? FileDescriptor.standardError.writeAll($0) }
          _exit(ExitStatus.failure)
        }
        _ = signal(number, SIG_DFL)
        raise(number)
      }
    }
  }
}
