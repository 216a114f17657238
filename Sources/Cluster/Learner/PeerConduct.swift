import Wire

/// Counts how often peers misbehaved, and bounds how often they are answered and told of. Bounded in memory, whatever peers do.
///
/// A peer that goes on is met with silence: each answer doubles the time to the next. What is told of all peers together is
/// bounded, too, because names cost a flood nothing.
struct PeerConduct: Sendable {
  /// How many peers are remembered.
  static let capacity = 1_024

  /// The shortest time between two answers to one peer's misconduct.
  static let answerInterval: Milliseconds = 1_000

  /// The longest time between two answers to a peer that is hostile.
  static let longestInterval: Milliseconds = 64_000

  /// In so long a time, so many lines are told.
  static let tellPeriod: Milliseconds = 10_000
  static let linesPerPeriod = 20

  private struct Record {
    var count = 1
    var lastAnswer: Milliseconds
    var interval = PeerConduct.answerInterval
  }

  private var records: [Peer: Record] = [:]
  private var periodStart: Milliseconds?
  private var lines = 0
  private var untold = 0

  /// Notes one more misconduct.
  ///
  /// - Parameter isHostile: Whether it is none that a worker in good order ever shows.
  /// - Returns: How often the peer misbehaved so far if it is to be answered now, else nil.
  mutating func note(_ peer: Peer, isHostile: Bool, now: Milliseconds) -> Int? {
    if var record = records[peer] {
      record.count += 1
      let isDue = now - record.lastAnswer >= record.interval
      if isDue {
        // Who was quiet for long is met like a stranger.
        let wasQuiet = now - record.lastAnswer >= 2 * Self.longestInterval
        record.interval = isHostile && !wasQuiet ? min(2 * record.interval, Self.longestInterval) : Self.answerInterval
        record.lastAnswer = now
      }
      records[peer] = record
      return isDue ? record.count : nil
    }
    if records.count >= Self.capacity {
      // Forgetting the peers that have been quiet makes room; a crowd of new ones within an interval goes unanswered.
      records = records.filter { now - $0.value.lastAnswer < Self.answerInterval }
      guard records.count < Self.capacity else { return nil }
    }
    records[peer] = Record(lastAnswer: now)
    return 1
  }

  /// Whether one more line may be told.
  ///
  /// - Returns: How many were not, since the last one that was; nil if this one isn't.
  mutating func tell(now: Milliseconds) -> Int? {
    if let start = periodStart, now - start < Self.tellPeriod {
      guard lines < Self.linesPerPeriod else {
        untold += 1
        return nil
      }
    } else {
      periodStart = now
      lines = 0
    }
    lines += 1
    defer { untold = 0 }
    return untold
  }
}
