import Wire

/// The leases that one event hands out, by worker.
struct Grants {
  private(set) var takers: [Peer] = []
  private var grants: [Peer: [LeaseGrant]] = [:]

  mutating func add(_ grant: LeaseGrant, to peer: Peer) {
    if grants[peer] == nil { takers.append(peer) }
    grants[peer, default: []].append(grant)
  }

  subscript(peer: Peer) -> [LeaseGrant] { grants[peer] ?? [] }
}

extension LearnerMachine {
  /// So many tasks fit one message, however large each of them is: question, answer, prompt and names.
  static let tasksPerMessage = Limits.learnerMessageBytes / (2 * Limits.textBytes + 4 * Limits.tokens + 4 * Limits.nameBytes)

  /// Leases waiting slots, oldest step and lowest slot first, to the workers with the fewest leases.
  mutating func handOut(now: Milliseconds, _ actions: inout [Action]) {
    guard phase == .running, workers.takers > 0 else { return }
    let allowance = min(plan.tasksInHand, workers.allowance(questionsPerStep: plan.questionsPerStep))
    var grants = Grants()
    for step in plan.openSteps(at: version) {
      while let slot = steps[step]?.nextWaiting(), let peer = workers.nextTaker(allowance: allowance) {
        grant(step: step, slot: slot, to: peer, now: now, &grants)
      }
      handOutAudits(step: step, allowance: allowance, now: now, &grants)
    }
    send(grants, &actions)
  }

  mutating func grant(step: UInt32, slot: UInt32, to peer: Peer, now: Milliseconds, _ grants: inout Grants) {
    let lease = nextLease
    nextLease += 1
    steps[step]?.lease(slot, as: lease)
    leases[lease] = Lease(step: step, slot: slot, worker: peer, granted: now, deadline: now + plan.lease)
    leaseDeadlines.add(lease, at: now + plan.lease)
    workers.update(peer) { record in
      // A worker that hangs is not taken for an idle one because others do its tasks.
      if record.leases.isEmpty, !record.isOvertaken { record.lastProgress = now }
      record.leases.insert(lease)
    }
    grants.add(LeaseGrant(lease: lease, step: step, slot: slot, policyVersion: plan.policyVersion(of: step)), to: peer)
  }

  func send(_ grants: Grants, _ actions: inout [Action]) {
    for peer in grants.takers {
      let all = grants[peer]
      for start in stride(from: 0, to: all.count, by: Self.tasksPerMessage) {
        actions.append(.lease(Array(all[start..<min(all.count, start + Self.tasksPerMessage)]), to: peer))
      }
    }
  }

  /// Forgets a lease; its slot waits for a worker again unless it is filled or somebody else works on it.
  mutating func release(_ lease: UInt64, reason: ReassignmentReason, _ actions: inout [Action]) {
    guard let record = drop(lease), steps[record.step]?.release(record.slot, from: lease) == true else { return }
    meter.reassigned += 1
    actions.append(
      .notify(.leaseReassigned(step: record.step, slot: record.slot, worker: record.worker.description, reason: reason)))
  }

  /// Forgets a lease that has nothing to do with its slot any more.
  @discardableResult
  mutating func drop(_ lease: UInt64) -> Lease? {
    guard let record = leases.removeValue(forKey: lease) else { return nil }
    workers.update(record.worker) {
      $0.leases.remove(lease)
      $0.inherited.remove(lease)
    }
    return record
  }

  /// A worker gives tasks back, which means that it is about to leave: it gets no more until it says hello again.
  mutating func takeBack(_ declined: [UInt64], from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    workers.update(peer) { $0.drainingSince = now }
    for lease in declined where leases[lease]?.worker == peer { release(lease, reason: .declined, &actions) }
  }
}
