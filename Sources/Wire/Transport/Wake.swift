import CZeroMQ
import Glibc
import Synchronization

/// A bell that any thread rings and that one thread hears while it polls sockets.
///
/// Rings before the bell is heard count as one: it says "look at your mailboxes", not how often.
public final class Wake: Sendable {
  /// An eventfd, readable while the bell has been rung and not heard.
  let descriptor: Int32

  private let isRung = Atomic<Bool>(false)

  /// Creates a silent bell.
  ///
  /// - Throws: ``WireError`` when the process has no file descriptor left.
  public init() throws(WireError) {
    descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    guard descriptor >= 0 else {
      throw WireError(.system, "cannot create an eventfd: \(systemMessage(errno)); the limit on open files may be too low")
    }
  }

  deinit {
    _ = Glibc.close(descriptor)
  }

  /// Rings. From any thread; never blocks.
  public func signal() {
    guard !isRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
    _ = eventfd_write(descriptor, 1)
  }

  /// Silences the bell and says whether it had been rung. Whoever hears it drains its mailboxes afterwards, so that what was
  /// posted before a ring is never missed.
  func hear() -> Bool {
    guard isRung.load(ordering: .acquiring) else { return false }
    var count: eventfd_t = 0
    _ = unsafe eventfd_read(descriptor, &count)
    return isRung.exchange(false, ordering: .acquiringAndReleasing)
  }
}

/// The operating system's words for an error number.
func systemMessage(_ number: Int32) -> String {
  guard let text = unsafe strerror(number) else { return "error \(number)" }
  return unsafe String(cString: text)
}
