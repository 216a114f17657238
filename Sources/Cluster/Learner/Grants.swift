import Wire

/// The leases that one event hands out, by worker.
struct Grants {
  /// So many tasks fit one message, however large each of them is: question, answer, prompt and names. A check, which holds a group, has a
  /// message of its own.
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
      for check in all where check.item.kind.isCheck { actions.append(.lease([check], to: peer)) }
      let others = all.filter { !$0.item.kind.isCheck }
      for start in stride(from: 0, to: others.count, by: Self.perMessage) {
        actions.append(.lease(Array(others[start..<min(others.count, start + Self.perMessage)]), to: peer))
      }
    }
    return actions
  }
}
