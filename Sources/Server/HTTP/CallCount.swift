import Synchronization

/// The calls that are being answered, counted so that they never take all connections: others, such as those that ask for the server's
/// health, always find one.
final class CallCount: Sendable {
  private let limit: Int
  private let count = Mutex(0)

  init(limit: Int) {
    self.limit = limit
  }

  /// Counts a call in until its place is left or forgotten, or throws where there are too many.
  func enter() throws(ServerError) -> CallPlace {
    let isAdmitted = count.withLock { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
    guard isAdmitted else {
      throw ServerError(.busy, "Too many requests are waiting: \(limit) are being answered, and at most so many may be. Try again later.")
    }
    return CallPlace { [self] in count.withLock { $0 -= 1 } }
  }
}

/// One call's place among those that are being answered. It is left once, at the latest when nobody holds it any more.
final class CallPlace: Sendable {
  private let isLeft = Mutex(false)
  private let onLeaving: @Sendable () -> Void

  init(onLeaving: @escaping @Sendable () -> Void) {
    self.onLeaving = onLeaving
  }

  deinit {
    leave()
  }

  func leave() {
    let isFirst = isLeft.withLock { isLeft in
      defer { isLeft = true }
      return !isLeft
    }
    if isFirst { onLeaving() }
  }
}
