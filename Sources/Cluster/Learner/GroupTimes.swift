/// How long the last groups took from their lease to their answer.
struct GroupTimes: Sendable {
  /// How many groups are remembered.
  static let capacity = 63

  /// How many groups must have come before their median says anything.
  static let least = 3

  private var latest: [Milliseconds] = []
  private var next = 0

  /// The median of the remembered times; nil before there are enough.
  private(set) var median: Milliseconds?

  /// Takes a time over, in place of the oldest.
  mutating func add(_ time: Milliseconds) {
    if latest.count < Self.capacity {
      latest.append(time)
    } else {
      latest[next] = time
      next = (next + 1) % Self.capacity
    }
    if latest.count >= Self.least { median = latest.sorted()[latest.count / 2] }
  }

  /// So many times the median, but no less than a bound; nil where the factor is 0.
  ///
  /// - Parameter otherwise: What stands for the median before there is one. A learner that was restarted may wait for fewer groups
  ///   than make one, and who has them may hang.
  func threshold(factor: Double, least: Milliseconds, otherwise: Milliseconds) -> Milliseconds? {
    guard factor > 0 else { return nil }
    // A clock may have jumped: whatever it said, the product is a whole number.
    return max(least, Milliseconds(min(max(0, Double(median ?? otherwise) * factor), 1e15)))
  }
}
