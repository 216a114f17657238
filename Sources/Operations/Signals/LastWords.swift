import Files
import Foundation
package import Runs
import Synchronization
import SystemPackage

/// The line that this process ends with, in place of a trap without a reason, when the system refuses what it asks for.
package enum LastWords {
  // Taken by the handlers, which allocate nothing.
  private static let memory = Mutex<[UInt8]>([])
  private static let descriptors = Mutex<[UInt8]>([])

  /// Keeps lines ready that name this process's limits, for any command. Call once, before anything else in the process.
  package static func prepare(_ bounds: MemoryBounds = .current()) {
    let limit = DescriptorLimit.current
    descriptors.withLock {
      $0 = bytes("all of this process's \(limit) descriptors (ulimit -n) were in use when it asked for one more: \(DescriptorLimit.remedy)")
    }
    if let bound = bounds.refusing.all.first {
      memory.withLock { $0 = bytes("this process asked for more than \(bound.words): raise that limit") }
    }
    hear()
  }

  /// Keeps a line ready for when memory is refused: Swift's runtime traps and C libraries abort then, and it is too late to make one.
  static func prepare(forMemory line: String) {
    memory.withLock { $0 = bytes(line) }
    hear()
  }

  private static func bytes(_ message: String) -> [UInt8] { Array((ErrorLine.prefix + message + "\n").utf8) }

  private static func hear() {
    for number in [SIGILL, SIGTRAP, SIGABRT] {
      _ = signal(number) { number in
        // The call that failed on this thread has left its reason. Any other trap ends the process as ever.
        switch errno {
        case ENOMEM where LastWords.write(LastWords.memory): _exit(ExitStatus.failure)
        // Descriptors come back, as memory below a limit does not: whoever supervises this process may start it again.
        case EMFILE, ENFILE: _ = LastWords.write(LastWords.descriptors)
        default: break
        }
        _ = signal(number, SIG_DFL)
        raise(number)
      }
    }
  }

  /// Writes a line, if there is one.
  private static func write(_ words: borrowing Mutex<[UInt8]>) -> Bool {
    words.withLock { line in
      guard !line.isEmpty else { return false }
      _ = try? FileDescriptor.standardError.writeAll(line)
      return true
    }
  }
}
