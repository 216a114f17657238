import Wire

extension LearnerMachine {
  /// Acts on what the transport has seen to at the door.
  mutating func note(_ event: AccessEvent, now: Milliseconds, _ actions: inout [Action]) {
    switch event {
    case .denied(let peer, let reason):
      guard conduct.note(peer, isHostile: true, now: now) != nil else { return }
      tell(.refused(peer: peer.description, reason: reason), now: now, &actions)
    case .revoked(let peer, let reason):
      guard let record = workers.remove(peer) else { return }
      for lease in record.leases.sorted() { release(lease, reason: .workerGone, &actions) }
      actions.append(.notify(.workerLost(worker: peer.description, reason: reason, leases: record.leases.count)))
    case .list(let line): actions.append(.notify(.accessChanged(line)))
    }
  }

  /// Notifies of a peer's misconduct, at a bounded rate however many peers there are.
  mutating func tell(_ notice: LearnerNotice, now: Milliseconds, _ actions: inout [Action]) {
    guard let untold = conduct.tell(now: now) else { return }
    if untold > 0 { actions.append(.notify(.untold(count: untold))) }
    actions.append(.notify(notice))
  }
}
