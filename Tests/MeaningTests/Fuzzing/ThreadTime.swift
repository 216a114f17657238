import Foundation

/// The processor time of the calling thread: what a call takes of it is the same on a busy host.
enum ThreadTime {
  /// What the thread has taken so far.
  static var now: Duration {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { preconditionFailure("no clock of the thread's time") }
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// What `body` takes of it.
  static func measure(_ body: () -> Void) -> Duration {
    let start = now
    body()
    return now - start
  }
}
