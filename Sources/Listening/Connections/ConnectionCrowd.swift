import NIOCore
import Synchronization

/// The open connections of a listener, and the decision which of them makes room. A connection whose request is being answered stays. All
/// others can go: those that are between requests, and those whose request is not complete.
final class ConnectionCrowd: Sendable {
  private struct Member {
    var channel: any Channel
    var source: String
    /// Grows with every member that has nothing to answer, from when it last had.
    var number: Int
    var isAnswered = false
  }

  private struct State {
    var members: [ObjectIdentifier: Member] = [:]
    var lastNumber = 0

    mutating func nextNumber() -> Int {
      lastNumber += 1
      return lastNumber
    }
  }

  private let capacity: Int
  private let state = Mutex(State())

  /// Creates a crowd of so many connections.
  init(capacity: Int) {
    self.capacity = capacity
  }

  /// Takes a connection in. If there are too many, the one goes that has been without a request for the longest, of the source that has the
  /// most of these. If all others are being answered, none goes.
  func enter(_ channel: any Channel) {
    let source = channel.remoteAddress?.ipAddress ?? ""
    let leaving: (any Channel)? = state.withLock { state in
      state.members[ObjectIdentifier(channel)] = Member(channel: channel, source: source, number: state.nextNumber())
      guard state.members.count > capacity else { return nil }
      var sources: [String: (count: Int, oldest: Int, member: ObjectIdentifier)] = [:]
      for (identifier, member) in state.members where !member.isAnswered && member.channel !== channel {
        var known = sources[member.source] ?? (0, member.number, identifier)
        known.count += 1
        if member.number < known.oldest { (known.oldest, known.member) = (member.number, identifier) }
        sources[member.source] = known
      }
      guard let most = sources.values.max(by: { ($0.count, $1.oldest) < ($1.count, $0.oldest) }) else { return nil }
      return state.members.removeValue(forKey: most.member)?.channel
    }
    leaving?.close(promise: nil)
  }

  /// Notes that a connection closed.
  func leave(_ channel: any Channel) {
    state.withLock { _ = $0.members.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  /// Notes that a request is complete, or that its answer is.
  func note(_ channel: any Channel, isAnswered: Bool) {
    state.withLock { state in
      let number = state.nextNumber()
      state.members[ObjectIdentifier(channel)]?.isAnswered = isAnswered
      state.members[ObjectIdentifier(channel)]?.number = number
    }
  }
}
