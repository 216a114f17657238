import CZeroMQ
import Files
import Glibc

/// A bell that any thread rings and that one thread hears while it polls sockets.
///
/// Rings before the bell is heard count as one: it says "look at your mailboxes", not how often.
public final class Wake: Sendable {
  /// An eventfd, readable while the bell has been rung and not heard.
  let descriptor: Int32

  /// Creates a silent bell.
  ///
  /// - Throws: ``WireError`` when the process has no file descriptor left.
  public init() throws(WireError) {
    descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    guard descriptor >= 0 else {
      throw WireError(.system, "cannot create an eventfd: \(systemMessage(errno)); \(DescriptorLimit.remedy)")
    }
  }

  deinit {
    _ = Glibc.close(descriptor)
  }

  /// Rings. From any thread; never blocks.
  public func signal() {
    _ = eventfd_write(descriptor, 1)
  }

  /// Silences the bell, and returns whether it had been rung. The caller drains its mailboxes afterwards, so that no element posted before
  /// a ring is missed.
  public func hear() -> Bool {
    var count: eventfd_t = 0
    return unsafe eventfd_read(descriptor, &count) == 0
  }

  /// Waits until this bell or another is rung, without silencing either.
  ///
  /// - Parameter timeoutMilliseconds: How long to wait at most; 0 looks once, negative waits for ever.
  public func wait(or other: Wake? = nil, timeoutMilliseconds: Int) {
    var items = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
    if let other { items.append(pollfd(fd: other.descriptor, events: Int16(POLLIN), revents: 0)) }
    _ = unsafe poll(&items, nfds_t(items.count), Int32(clamping: timeoutMilliseconds))
  }
}
