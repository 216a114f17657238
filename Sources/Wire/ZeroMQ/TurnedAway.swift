/// The times of the last answers to keys that are not let in. Bounded in memory.
struct TurnedAway {
  private static let interval = 1_000
  private static let capacity = 1_024

  private var answers: [PublicKey: Int] = [:]

  /// Whether to answer a key now; if so, the answer is noted.
  mutating func isDue(_ key: PublicKey, now: Int) -> Bool {
    if let last = answers[key], now - last < Self.interval { return false }
    if answers.count >= Self.capacity {
      answers = answers.filter { now - $0.value < Self.interval }
      guard answers.count < Self.capacity else { return false }
    }
    answers[key] = now
    return true
  }
}
