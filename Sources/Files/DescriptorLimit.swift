internal import Foundation

/// The limit on the descriptors of this process: its open files and connections.
package enum DescriptorLimit {
  /// What to do about too low a limit, or too many connections.
  package static let remedy = "raise `ulimit -n`, or put a firewall in front of the ports"

  /// How many must be free, with room to spare: opening a publisher anew takes five.
  private static let needed = 8

  /// How long somebody waits for a descriptor, in units of `pause` microseconds. Connections that are too many are closed sooner.
  private static let patience = 200
  private static let pause: UInt32 = 10_000

  /// The limit that holds now.
  package static var current: Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
    return Int(clamping: limit.rlim_cur)
  }

  /// Throws unless the limit allows so many descriptors.
  ///
  /// - Parameter subject: Who needs them, in words that begin a sentence.
  package static func require(_ count: Int, for subject: String) throws(FileError) {
    guard current < count else { return }
    throw FileError(
      .unreadable,
      "\(subject) needs \(count) descriptors, and this process may have \(current) (ulimit -n): raise the limit to \(count) or more")
  }

  /// Waits for a moment if all descriptors are in use, as they may be while a flood of connections is closed.
  ///
  /// - Parameter path: The file that is to be opened, for the message.
  package static func awaitRoom(for path: String) throws(FileError) {
    for _ in 0..<patience {
      if hasRoom() { return }
      usleep(pause)
    }
    throw FileError(
      .unreadable, "\(path): cannot be opened: all of this process's \(current) descriptors are in use; \(remedy)")
  }

  private static func hasRoom() -> Bool {
    var opened: [Int32] = []
    defer { for descriptor in opened { _ = close(descriptor) } }
    for _ in 0..<needed {
      let descriptor = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return errno != EMFILE && errno != ENFILE }
      opened.append(descriptor)
    }
    return true
  }
}
