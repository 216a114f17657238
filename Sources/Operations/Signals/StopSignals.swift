import Foundation
import Glibc
import Synchronization

/// The signals that ask this process to end, heard on a thread of its own, which needs nothing from the rest of the process: no other
/// thread, no memory, no descriptor. So the process ends in time also where it cannot go on.
package final class StopSignals: Sendable {
  /// Where the handler writes the numbers of signals.
  private static let pipe = Atomic<Int32>(-1)

  private let ends: (read: Int32, write: Int32)

  /// Begins to hear signals; at most one such object may live at a time.
  ///
  /// - Parameters:
  ///   - signals: Which ones.
  ///   - patience: How long the process may take to end once it is asked to, and again from a second request on.
  ///   - take: Called with each signal that comes.
  ///   - expire: Called with the first signal when the time is up: it must end the process.
  package init(
    _ signals: [Int32], patience: (first: Duration, second: Duration), take: @escaping @Sendable (Int32) -> Void,
    expire: @escaping @Sendable (Int32) -> Void
  ) throws {
    var ends: [Int32] = [-1, -1]
    guard unsafe Glibc.pipe(&ends) == 0 else {
      throw OperationsError(.process, "cannot listen to signals: \(unsafe String(cString: strerror(errno)))")
    }
    self.ends = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    Self.pipe.store(ends[1], ordering: .releasing)
    for number in signals where !Self.isIgnored(number) {
      _ = signal(number) { number in
        let saved = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = unsafe write(StopSignals.pipe.load(ordering: .acquiring), &byte, 1)
        errno = saved
      }
    }
    let reading = ends[0]
    let thread = Thread { Self.hear(from: reading, patience, take, expire) }
    thread.name = "signals"
    thread.start()
  }

  deinit {
    // The thread ends with the pipe. A signal that comes now finds nobody who would hear it.
    Self.pipe.store(-1, ordering: .releasing)
    _ = close(ends.write)
  }

  /// Whether whoever started this process has it ignore a signal, as `nohup` does with SIGHUP.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private static func hear(
    from pipe: Int32, _ patience: (first: Duration, second: Duration), _ take: (Int32) -> Void, _ expire: (Int32) -> Void
  ) {
    defer { _ = close(pipe) }
    var first: (signal: Int32, end: ContinuousClock.Instant)?
    while true {
      var watched = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
      let left = first.map { max(0, ($0.end - .now) / .milliseconds(1)) }
      let count = unsafe poll(&watched, 1, left.map { Int32(min($0.rounded(.up), 60_000)) } ?? -1)
      if count > 0 {
        var byte: UInt8 = 0
        guard unsafe read(pipe, &byte, 1) == 1 else { return }
        first = (first?.signal ?? Int32(byte), .now + (first == nil ? patience.first : patience.second))
        take(Int32(byte))
      } else if let first, first.end <= .now {
        return expire(first.signal)
      }
    }
  }
}
