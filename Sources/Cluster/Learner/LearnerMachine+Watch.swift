import Wire

/// What takes a look at every worker or slot, and is therefore done every so often and not at every event.
extension LearnerMachine {
  /// How often.
  static let watchInterval: Milliseconds = 100

  mutating func watch(now: Milliseconds, _ actions: inout [Action]) {
    guard phase == .running, now >= nextWatch else { return }
    nextWatch = now + Self.watchInterval
    endQuarantines(now: now, &actions)
    endDrains(now: now)
    reclaimFromHung(now: now, &actions)
    leaseLateSlotsAgain(now: now, &actions)
    waiveUnconfirmable(now: now, &actions)
  }

  private mutating func endQuarantines(now: Milliseconds, _ actions: inout [Action]) {
    for (peer, dropped) in quarantine.release(now: now) {
      workers.update(peer) { $0.isQuarantined = false }
      actions.append(.notify(.quarantineEnded(worker: peer.description, dropped: dropped)))
    }
  }

  /// A worker that gave tasks back and is still there after a lease's time is not about to leave: what it said was of an earlier life,
  /// and came late. One that leaves slowly gives back again what it gets.
  private mutating func endDrains(now: Milliseconds) {
    for peer in workers.peers {
      guard let since = workers[peer]?.drainingSince, now - since > plan.lease else { continue }
      workers.update(peer) { $0.drainingSince = nil }
    }
  }

  /// Takes the tasks of workers that show that they live and yet answer nothing. Such a worker gets no more until it shows progress.
  private mutating func reclaimFromHung(now: Milliseconds, _ actions: inout [Action]) {
    guard let limit = groupTimes.threshold(factor: plan.hangFactor, least: plan.lease, otherwise: plan.lease) else { return }
    for peer in workers.peers {
      guard let record = workers[peer], !record.leases.isEmpty, !record.isHung, now - record.lastProgress > limit else { continue }
      workers.update(peer) { $0.isHung = true }
      actions.append(
        .notify(
          .workerHung(worker: peer.description, milliseconds: now - record.lastProgress, median: groupTimes.median)))
      for lease in record.leases.sorted() { release(lease, reason: .hung, &actions) }
    }
  }

  /// A worker answered a task or has none, or its first weights came: it works.
  mutating func noteProgress(of peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    let wasHung = workers.update(peer) { record in
      defer { record.isHung = false }
      record.lastProgress = now
      record.isOvertaken = false
      return record.isHung
    }
    if wasHung == true { actions.append(.notify(.workerRecovered(worker: peer.description))) }
  }

  /// Where the update waits on few slots and workers have nothing to do, slots that take long are leased a second time. The first
  /// answer counts, the second is a duplicate: both are the same bytes.
  private mutating func leaseLateSlotsAgain(now: Milliseconds, _ actions: inout [Action]) {
    guard let late = groupTimes.threshold(factor: plan.stragglerFactor, least: 2 * plan.heartbeat, otherwise: plan.lease),
      stepInTraining == nil, let slots = steps[version], slots.missing > 0, slots.missing <= max(1, Int(plan.questionsPerStep) / 4)
    else { return }
    var grants = Grants()
    for (slot, held) in slots.leasedSlots {
      guard held.count == 1, let lease = leases[held[0]], now - lease.granted > late else { continue }
      let (busy, kind) = auditors(step: version, slot: slot)
      // One that has nothing to do: any other is the later with its own tasks for it.
      guard
        let peer = workers.nextTaker(
          allowance: 1, where: { peer, record in !busy.contains(peer) && (kind == nil || record.fingerprint == kind) })
      else { continue }
      grant(step: version, slot: slot, to: peer, now: now, &grants)
      actions.append(
        .notify(
          .leaseDoubled(
            step: version, slot: slot, worker: lease.worker.description, second: peer.description, milliseconds: now - lease.granted)))
    }
    send(grants, &actions)
  }
}
