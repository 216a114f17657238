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

  /// Answers a hello that cannot be welcomed. The peer always hears why; the user at most once an interval, however often it asks.
  mutating func refuse(_ peer: Peer, _ refusal: Refusal, now: Milliseconds, _ actions: inout [LearnerMachine.Action]) {
    actions.append(.send(.refuse(refusal), to: peer))
    noteDenial(of: peer, reason: refusal.reason, now: now, &actions)
  }

  /// Notes a peer that was turned away and has its answer.
  mutating func noteDenial(of peer: Peer, reason: String, now: Milliseconds, _ actions: inout [LearnerMachine.Action]) {
    guard note(peer, isHostile: true, now: now) != nil else { return }
    notify(.refused(peer: peer.description, reason: reason), now: now, &actions)
  }

  /// Answers a message that makes no sense from its peer.
  mutating func answer(_ peer: Peer, _ refusal: Refusal, now: Milliseconds, _ actions: inout [LearnerMachine.Action]) {
    // After a restart every worker is unknown once, and hurries to say hello.
    let isKnown = refusal.code != .unknownWorker
    guard let count = note(peer, isHostile: isKnown, now: now) else { return }
    actions.append(.send(.refuse(refusal), to: peer))
    if refusal.code == .malformed {
      notify(.misbehaved(peer: peer.description, reason: refusal.reason, count: count), now: now, &actions)
    } else if isKnown {
      notify(.refused(peer: peer.description, reason: refusal.reason), now: now, &actions)
    }
  }

  /// Notifies of a peer's misconduct, at a bounded rate however many peers there are.
  private mutating func notify(_ notice: LearnerNotice, now: Milliseconds, _ actions: inout [LearnerMachine.Action]) {
    guard let left = takeLine(now: now) else { return }
    if left > 0 { actions.append(.notify(.untold(count: left))) }
    actions.append(.notify(notice))
  }

  /// Whether one more line may be told.
  ///
  /// - Returns: How many were not, since the last one that was; nil if this one isn't.
  mutating func takeLine(now: Milliseconds) -> Int? {
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
