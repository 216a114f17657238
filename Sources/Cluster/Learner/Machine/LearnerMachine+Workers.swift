import Wire

// Who comes, goes and is given up.
extension LearnerMachine {
  mutating func welcome(_ hello: Hello, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    if progress.isComplete {
      actions.append(.send(.finish, to: peer))
      return
    }
    if let refusal = admission.refusal(of: hello, from: peer) { return conduct.refuse(peer, refusal, now: now, &actions) }
    let known = assignments.workers[peer]
    if let last = assignments.workers.lastWelcome(of: peer), now >= last, now - last < Admission.welcomeInterval { return }
    guard known != nil || assignments.workers.count < plan.maximumWorkers || yieldPlace(to: peer, &actions) else {
      let refusal = Refusal(code: .full, reason: "the run takes \(plan.maximumWorkers) workers and has them")
      return conduct.refuse(peer, refusal, now: now, &actions)
    }
    assignments.welcome(hello, from: peer, isQuarantined: quarantine.holds(peer), now: now)
    actions.append(.welcome(peer, policyVersion: version))
    let joined = LearnerNotice.workerJoined(
      worker: hello.worker, software: hello.software, fingerprint: hello.fingerprint, workers: assignments.workers.count,
      isReturn: known != nil)
    actions.append(.notify(joined))
    if known == nil, let software = plan.software, software != hello.software {
      // Results are not refused for it: the protocol's version and the fingerprint are what they depend on.
      actions.append(.notify(.otherBuild(worker: hello.worker, software: hello.software, learner: software)))
    }
    if known == nil, let notice = admission.compare(hello) { actions.append(.notify(notice)) }
  }

  /// Makes room for a worker where there is one that hangs: the run must not wait for it while others could work.
  private mutating func yieldPlace(to peer: Peer, _ actions: inout [Action]) -> Bool {
    guard let departure = assignments.dismissHung() else { return false }
    report(departure, .hung, because: "hangs, and \(peer) takes its place", &actions)
    return true
  }

  mutating func note(_ heartbeat: Heartbeat, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    actions.append(.send(.heartbeatReply(incarnation: incarnation), to: peer))
    // Leases are numbered anew by every incarnation: those of another one mean nothing here.
    guard heartbeat.incarnation == incarnation else { return }
    let news = assignments.hear(heartbeat, from: peer, now: now)
    meter.note(busySeconds: news.busySeconds, waitingSeconds: news.waitingSeconds)
    if news.hasRecovered { actions.append(.notify(.workerRecovered(worker: peer.description))) }
    report(news.vacated, .forgotten, &actions)
  }

  /// Acts on what the transport has seen to at the door.
  mutating func note(_ event: AccessEvent, now: Milliseconds, _ actions: inout [Action]) {
    switch event {
    case .denied(let peer, let reason): conduct.noteDenial(of: peer, reason: reason, now: now, &actions)
    case .revoked(let peer, let reason):
      if let departure = assignments.remove(peer) { report(departure, .workerGone, because: reason, &actions) }
    case .list(let line): actions.append(.notify(.accessChanged(line)))
    }
  }

  /// Gives up workers that were silent for as long as a lease holds, and leases that nobody extended.
  mutating func expire(now: Milliseconds, _ actions: inout [Action]) {
    for departure in assignments.removeSilent(now: now) {
      report(departure, .workerGone, because: "silent for \((now - departure.record.lastSeen) / 1000) s", &actions)
    }
    report(assignments.releasePassed(now: now), .expired, &actions)
  }

  mutating func report(
    _ departure: Assignments.Departure, _ reason: ReassignmentReason, because words: String, _ actions: inout [Action]
  ) {
    report(departure.vacated, reason, &actions)
    let leases = departure.record.leases.count
    actions.append(.notify(.workerLost(worker: departure.peer.description, reason: words, leases: leases)))
  }

  /// Counts leases whose work is to be handed out again, and says so.
  mutating func report(_ vacated: [Lease], _ reason: ReassignmentReason, _ actions: inout [Action]) {
    meter.noteReassigned(vacated.count)
    for lease in vacated {
      actions.append(
        .notify(.leaseReassigned(item: lease.item, worker: lease.worker.description, reason: reason)))
    }
  }
}
