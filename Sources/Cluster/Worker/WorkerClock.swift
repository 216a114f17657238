/// How a worker spent its time, and what it waits for at present.
struct WorkerClock: Sendable {
  private var last: Milliseconds?
  private var busy: Milliseconds = 0
  private var idle: Milliseconds = 0
  private var wait: WorkerWait?
  private var waitingSince: Milliseconds = 0
  private var lastNotice: Milliseconds = 0

  var busySeconds: Double { Double(busy) / 1000 }
  var waitingSeconds: Double { Double(idle) / 1000 }
  private(set) var sampledTokens: UInt64 = 0

  /// Counts the time since the last event for what the worker did meanwhile.
  mutating func advance(to now: Milliseconds, isBusy: Bool, isCounting: Bool) {
    if let last, isCounting {
      if isBusy { busy += now - last } else { idle += now - last }
    }
    last = now
  }

  mutating func noteSampled(_ tokens: Int) { sampledTokens += UInt64(tokens) }

  mutating func beginWait(now: Milliseconds) {
    waitingSince = now
    lastNotice = now
  }

  /// Notes what the worker waits for.
  ///
  /// - Returns: How long it has waited for that, when it is time to say so.
  mutating func note(_ current: WorkerWait?, patience: Milliseconds, now: Milliseconds) -> Milliseconds? {
    guard let current else {
      wait = nil
      return nil
    }
    guard let wait, wait.isLike(current) else {
      self.wait = current
      beginWait(now: now)
      return nil
    }
    guard now - lastNotice >= patience else { return nil }
    lastNotice = now
    return now - waitingSince
  }
}

extension WorkerWait {
  /// Whether both wait for the same thing, however much of it is missing.
  fileprivate func isLike(_ other: WorkerWait) -> Bool {
    if case .weights(let version, _) = self, case .weights(let otherVersion, _) = other { return version == otherVersion }
    if case .baseWeights = self, case .baseWeights = other { return true }
    return self == other
  }
}
