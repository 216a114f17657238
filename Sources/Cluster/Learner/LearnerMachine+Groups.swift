import EMPO
import Wire

extension LearnerMachine {
  /// Decides on a group: accepted, a second copy, stale, or of no use. Every one is answered, so that the worker forgets it.
  mutating func take(_ result: GroupResult, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    let worker = peer.description
    let (step, slot) = (result.step, result.slot)
    guard !quarantine.holds(peer) else {
      quarantine.drop(from: peer)
      settle(result, from: peer, &actions)
      actions.append(.send(.acknowledge(step: step, slot: slot, disposition: .stale), to: peer))
      return
    }
    func acknowledge(_ disposition: Disposition) {
      actions.append(.send(.acknowledge(step: step, slot: slot, disposition: disposition), to: peer))
    }
    guard step < plan.steps, slot < plan.questionsPerStep else {
      reject(result, from: peer, fault: plan.fault(in: result) ?? "out of range", now: now, &actions)
      return
    }
    noteProgress(of: peer, now: now, &actions)
    if let lease = leases[result.lease], lease.worker == peer { groupTimes.add(now - lease.granted) }
    // What is trained was filled before, by this or an earlier incarnation.
    if step < version || steps[step]?.isFilled(slot) == true {
      meter.duplicates += 1
      settle(result, from: peer, &actions)
      acknowledge(.duplicate)
      actions.append(.notify(.duplicateDropped(step: step, slot: slot, worker: worker)))
      return
    }
    // A step that is not open can only come from the leases of an earlier incarnation that had got further.
    guard steps[step] != nil, result.policyVersion == plan.policyVersion(of: step) else {
      meter.stale += 1
      settle(result, from: peer, &actions)
      acknowledge(.stale)
      actions.append(.notify(.staleDropped(step: step, slot: slot, policyVersion: result.policyVersion, worker: worker)))
      return
    }
    if let fault = plan.fault(in: result) {
      reject(result, from: peer, fault: fault, now: now, &actions)
      return
    }
    if steps[step]?.unconfirmed.contains(slot) == true {
      audit(result, from: peer, now: now, &actions)
    } else {
      accept(result, from: peer, now: now, &actions)
    }
  }

  /// Keeps a group, which fills its slot.
  mutating func accept(_ result: GroupResult, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    let (step, slot, worker) = (result.step, result.slot, peer.description)
    actions.append(.persist(result, worker: worker))
    for lease in steps[step]?.fill(slot, with: result) ?? [] {
      guard let other = drop(lease)?.worker, other != peer else { continue }
      workers.update(other) { $0.isOvertaken = true }
    }
    settle(result, from: peer, &actions)
    actions.append(.send(.acknowledge(step: step, slot: slot, disposition: .accepted), to: peer))
    meter.accept(step: step, responseTokens: result.group.responses.reduce(0) { $0 + $1.tokens.count }, now: now)
    lastProgress = now
    actions.append(.notify(.groupAccepted(step: step, slot: slot, worker: worker, missing: steps[step]?.missing ?? 0)))
    trainIfReady(now: now, &actions)
  }

  private mutating func reject(
    _ result: GroupResult, from peer: Peer, fault: String, now: Milliseconds, _ actions: inout [Action]
  ) {
    settle(result, from: peer, &actions)
    actions.append(.send(.acknowledge(step: result.step, slot: result.slot, disposition: .stale), to: peer))
    actions.append(
      .notify(.groupRejected(step: result.step, slot: result.slot, worker: peer.description, reason: fault)))
    if let period = quarantine.noteFault(of: peer, now: now) { isolate(peer, for: period, fault: fault, &actions) }
  }

  /// Takes a peer's tasks and gives it no more until its quarantine is over.
  private mutating func isolate(_ peer: Peer, for period: Milliseconds, fault: String, _ actions: inout [Action]) {
    workers.update(peer) { $0.isQuarantined = true }
    let reason = "\(Quarantine.tolerance) groups contradicted their tasks, the last one: \(fault)"
    actions.append(.notify(.quarantined(worker: peer.description, milliseconds: period, reason: reason)))
    let told = String("no tasks for \(period / 1000) s: \(reason)".prefix(Limits.reasonBytes / 4))
    actions.append(.send(.refuse(Refusal(code: .other, reason: told)), to: peer))
    for lease in (workers[peer]?.leases ?? []).sorted() { release(lease, reason: .quarantined, &actions) }
  }

  /// The worker has no more to say on the lease that it answered: its slot waits again unless it is filled.
  mutating func settle(_ result: GroupResult, from peer: Peer, reason: ReassignmentReason = .rejected, _ actions: inout [Action]) {
    guard let lease = leases[result.lease], lease.worker == peer, lease.step == result.step, lease.slot == result.slot else { return }
    release(result.lease, reason: reason, &actions)
  }
}
