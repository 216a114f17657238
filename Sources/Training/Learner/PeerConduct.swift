import Wire

/// Counts how often peers misbehaved, and bounds how often they are answered. Bounded in memory, whatever peers do.
struct PeerConduct: Sendable {
  /// How many peers are remembered.
  static let capacity = 1_024

  /// The shortest time between two answers to one peer's misconduct.
  static let answerInterval: Milliseconds = 1_000

  private struct Record {
    var count = 0
    var lastAnswer: Milliseconds
  }

  private var records: [Peer: Record] = [:]

  /// Notes one more misconduct.
  ///
  /// - Returns: How often the peer misbehaved so far if it is to be answered now, else nil.
  mutating func note(_ peer: Peer, now: Milliseconds) -> Int? {
    if var record = records[peer] {
      record.count += 1
      let isDue = now - record.lastAnswer >= Self.answerInterval
      if isDue { record.lastAnswer = now }
      records[peer] = record
      return isDue ? record.count : nil
    }
    if records.count >= Self.capacity {
      // Forgetting the peers that have been quiet makes room; a crowd of new ones within an interval goes unanswered.
      records = records.filter { now - $0.value.lastAnswer < Self.answerInterval }
      guard records.count < Self.capacity else { return nil }
    }
    records[peer] = Record(count: 1, lastAnswer: now)
    return 1
  }
}
