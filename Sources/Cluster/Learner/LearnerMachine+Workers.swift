import Wire

extension LearnerMachine {
  /// The shortest time between two welcomes to one worker: hellos that piled up while the learner was away count as one.
  static let welcomeInterval: Milliseconds = 1_000

  mutating func welcome(_ hello: Hello, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    if case .complete = phase {
      actions.append(.send(.finish, to: peer))
      return
    }
    guard hello.protocolVersion == protocolVersion else {
      refuse(
        peer, .protocolVersion,
        "worker \(peer) speaks protocol version \(hello.protocolVersion), the learner \(protocolVersion): install the same release on both",
        now: now, &actions)
      return
    }
    guard peer == Peer(hello.worker), !hello.worker.isEmpty else {
      refuse(peer, .malformed, "the worker's name \(hello.worker) is not its socket identity \(peer)", now: now, &actions)
      return
    }
    // A relay samples nothing, and says so.
    let isRelay = hello.credits == 0 && hello.fingerprint.isEmpty
    if plan.requiresSameBits, !isRelay, let expected = plan.fingerprint, expected != hello.fingerprint {
      refuse(
        peer, .fingerprint,
        "worker \(hello.worker) computes with \(hello.fingerprint), the run with \(expected): its groups would differ in their last bits. "
          + "Use hosts of one kind, or set require_same_bits: false and give up that the run is a function of its configuration",
        now: now, &actions)
      return
    }
    let known = workers[peer]
    if let known, now - known.lastWelcome < Self.welcomeInterval { return }
    guard known != nil || workers.count < plan.maximumWorkers || yieldPlace(to: peer, &actions) else {
      refuse(peer, .full, "the run takes \(plan.maximumWorkers) workers and has them", now: now, &actions)
      return
    }
    let inherited = known?.leases ?? []
    var record = WorkerRoster.Record(credits: Int(hello.credits), lastSeen: now, lastWelcome: now)
    record.leases = inherited
    record.inherited = inherited
    record.fingerprint = hello.fingerprint
    record.isQuarantined = quarantine.holds(peer)
    // A hello is no progress: a process that was started anew shows with its first heartbeat that it has nothing in hand.
    let wasDismissed = dismissed.remove(peer) != nil
    record.isHung = known?.isHung ?? wasDismissed
    workers.put(record, for: peer, lease: plan.lease)
    actions.append(.welcome(peer, policyVersion: version))
    actions.append(
      .notify(
        .workerJoined(
          worker: hello.worker, software: hello.software, fingerprint: hello.fingerprint, workers: workers.count,
          isReturn: known != nil)))
    if known == nil, let software = plan.software, software != hello.software {
      // Results are not refused for it: the protocol's version and the fingerprint are what they depend on.
      actions.append(.notify(.otherBuild(worker: hello.worker, software: hello.software, learner: software)))
    }
    if !plan.requiresSameBits, !isRelay, known == nil { compare(hello, &actions) }
  }

  /// Makes room for a worker where there is one that hangs: the run must not wait for it while others could work.
  private mutating func yieldPlace(to peer: Peer, _ actions: inout [Action]) -> Bool {
    guard let hung = workers.peers.first(where: { workers[$0]?.isHung == true }), let record = workers.remove(hung) else { return false }
    if dismissed.count >= plan.maximumWorkers { dismissed = [] }
    dismissed.insert(hung)
    for lease in record.leases.sorted() { release(lease, reason: .hung, &actions) }
    actions.append(
      .notify(.workerLost(worker: hung.description, reason: "hangs, and \(peer) takes its place", leases: record.leases.count)))
    return true
  }

  /// Where workers may compute differently, the first one's arithmetic is what others are compared with.
  private mutating func compare(_ hello: Hello, _ actions: inout [Action]) {
    guard let reference = referenceFingerprint else {
      referenceFingerprint = hello.fingerprint
      return
    }
    guard hello.fingerprint != reference else { return }
    actions.append(.notify(.mixedArithmetic(worker: hello.worker, fingerprint: hello.fingerprint, reference: reference)))
  }

  mutating func note(_ heartbeat: Heartbeat, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    actions.append(.send(.heartbeatReply(incarnation: incarnation), to: peer))
    // Leases are numbered anew by every incarnation: those of another one mean nothing here.
    guard heartbeat.incarnation == incarnation else { return }
    noteWeights(heartbeat.policyVersion, of: peer)
    let held = Set(heartbeat.leases)
    // A lease that ran out while nothing was heard is over, even where nobody has noticed yet.
    for lease in held {
      guard let record = leases[lease], record.worker == peer, record.deadline >= now else { continue }
      leases[lease]?.deadline = now + plan.lease
    }
    var forgotten: Set<UInt64> = []
    workers.update(peer) { record in
      forgotten = record.inherited.subtracting(held)
      record.inherited = []
      meter.workerBusySeconds += Self.advance(&record.busySeconds, to: heartbeat.busySeconds)
      meter.workerWaitSeconds += Self.advance(&record.waitingSeconds, to: heartbeat.waitingSeconds)
    }
    // A worker whose first weights came begins only now, and one without tasks has nothing to make progress on.
    let begins = workers.update(peer) { record in
      defer { record.hasWeights = heartbeat.policyVersion != nil }
      return !record.isHung && !record.hasWeights && heartbeat.policyVersion != nil
    }
    if held.isEmpty || begins == true { noteProgress(of: peer, now: now, &actions) }
    for lease in forgotten.sorted() { release(lease, reason: .forgotten, &actions) }
  }

  /// Takes over a counter that a worker reports; a worker that was restarted counts from 0 again.
  private static func advance(_ counter: inout Double, to reported: Double) -> Double {
    guard reported.isFinite, reported >= 0 else { return 0 }
    let growth = reported >= counter ? reported - counter : reported
    counter = reported
    return growth
  }

  mutating func bid(_ peer: Peer, _ actions: inout [Action]) {
    guard let record = workers.remove(peer) else { return }
    for lease in record.leases.sorted() { release(lease, reason: .workerGone, &actions) }
    actions.append(.notify(.workerLeft(worker: peer.description, workers: workers.count)))
  }

  /// Gives up workers that were silent for as long as a lease holds, and leases that nobody extended.
  mutating func expire(now: Milliseconds, _ actions: inout [Action]) {
    for (peer, record) in workers.removeSilent(lease: plan.lease, now: now) {
      for lease in record.leases.sorted() { release(lease, reason: .workerGone, &actions) }
      actions.append(
        .notify(
          .workerLost(
            worker: peer.description, reason: "silent for \((now - record.lastSeen) / 1000) s", leases: record.leases.count)))
    }
    while let lease = leaseDeadlines.takePassed(now: now) {
      guard let deadline = leases[lease]?.deadline else { continue }
      if deadline < now {
        release(lease, reason: .expired, &actions)
      } else {
        leaseDeadlines.add(lease, at: deadline)
      }
    }
  }

  /// Answers a hello that cannot be welcomed. The peer always hears why; the user at most once an interval, however often it asks.
  mutating func refuse(_ peer: Peer, _ code: Refusal.Code, _ reason: String, now: Milliseconds, _ actions: inout [Action]) {
    actions.append(.send(.refuse(Refusal(code: code, reason: reason)), to: peer))
    guard conduct.note(peer, isHostile: true, now: now) != nil else { return }
    tell(.refused(peer: peer.description, reason: reason), now: now, &actions)
  }

  mutating func answerMisconduct(
    of peer: Peer, code: Refusal.Code, reason: String, now: Milliseconds, _ actions: inout [Action]
  ) {
    if case .complete = phase, code == .unknownWorker {
      actions.append(.send(.finish, to: peer))
      return
    }
    // After a restart every worker is unknown once, and hurries to say hello.
    guard let count = conduct.note(peer, isHostile: code != .unknownWorker, now: now) else { return }
    actions.append(.send(.refuse(Refusal(code: code, reason: reason)), to: peer))
    if code == .malformed {
      tell(.misbehaved(peer: peer.description, reason: reason, count: count), now: now, &actions)
    } else if code != .unknownWorker {
      tell(.refused(peer: peer.description, reason: reason), now: now, &actions)
    }
  }
}
