import Wire

/// The leases that one event hands out, by worker.
struct Grants {
  /// So many tasks fit one message, however large each of them is: question, answer, prompt and names. What holds groups, a check or a part of a
  /// gradient, has a message of its own.
  private static let perMessage = Limits.learnerMessageBytes / (2 * Limits.textBytes + 4 * Limits.tokens + 4 * Limits.nameBytes)

  private var takers: [Peer] = []
  private var grants: [Peer: [LeaseGrant]] = [:]

  mutating func add(_ grant: LeaseGrant, to peer: Peer) {
    if grants[peer] == nil { takers.append(peer) }
    grants[peer, default: []].append(grant)
  }

  /// Actions that send them, in as many messages as they need.
  var actions: [LearnerMachine.Action] {
    var actions: [LearnerMachine.Action] = []
    for peer in takers {
      let all = grants[peer] ?? []
      for large in all where large.holdsGroups { actions.append(.lease([large], to: peer)) }
      let others = all.filter { !$0.holdsGroups }
      for start in stride(from: 0, to: others.count, by: Self.perMessage) {
        actions.append(.lease(Array(others[start..<min(others.count, start + Self.perMessage)]), to: peer))
      }
    }
    return actions
  }
}

extension LeaseGrant {
  fileprivate var holdsGroups: Bool { item.kind.isCheck || item.kind == .gradient }
}
