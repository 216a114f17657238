import EMPO
import Wire

// What becomes of results.
extension LearnerMachine {
  /// Decides on a result: of use, a second copy, stale, or none. Every one is answered, so that the worker forgets it.
  mutating func take(_ result: WorkResult, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    let worker = peer.description
    guard !quarantine.holds(peer) else {
      quarantine.drop(from: peer)
      return answer(result, from: peer, .stale, &actions)
    }
    switch assignments.seals.origin(of: result, from: peer) {
    case .genuine: break
    case .forgotten: return dropStale(result, from: peer, &actions)
    case .forged:
      return reject(result, from: peer, fault: "it belongs to no lease that this run gave to \(worker)", now: now, &actions)
    }
    guard plan.contains(result.item) else {
      return reject(result, from: peer, fault: plan.fault(in: result) ?? "out of range", now: now, &actions)
    }
    if assignments.noteAnswer(result, from: peer, now: now) { actions.append(.notify(.workerRecovered(worker: worker))) }
    if result.item.kind == .gradient {
      takePart(result, from: peer, now: now, &actions)
    } else if result.item.kind.isCheck {
      takeCheck(result, from: peer, now: now, &actions)
    } else {
      takeWork(result, from: peer, now: now, &actions)
    }
  }

  private mutating func takeWork(_ result: WorkResult, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    let (item, slots) = (result.item, assignments.work.slots(of: result.item))
    // What is trained was filled before, by this or an earlier incarnation.
    let isPast = item.kind == .sample && item.step < version
    if isPast || slots?.isFilled(item.slot) == true || slots?.candidate(of: item.slot) != nil {
      return dropDuplicate(result, from: peer, &actions)
    }
    // A step that is not open can only come from the leases of an earlier incarnation that had got further.
    guard slots != nil, result.policyVersion == plan.policyVersion(of: item) else { return dropStale(result, from: peer, &actions) }
    if let fault = plan.fault(in: result) { return reject(result, from: peer, fault: fault, now: now, &actions) }
    if assignments.noteUse(of: peer, now: now) { actions.append(.notify(.workerRecovered(worker: peer.description))) }
    assignments.begin(item, from: peer)
    _ = assignments.settle(result, from: peer)
    if item.kind == .sample {
      actions.append(.score(result, from: peer, question: assignments.work.question(of: item)))
    } else {
      accept(result, from: peer, now: now, &actions)
    }
  }

  /// Takes over a result that the learner has scored itself.
  ///
  /// - Parameter own: The group with the learner's scores; nil where these take a model, which is part of checks.
  mutating func settle(_ result: WorkResult, from peer: Peer, own: ScoredGroup?, now: Milliseconds, _ actions: inout [Action]) {
    let item = result.item
    guard assignments.work.slots(of: item)?.candidate(of: item.slot) != nil else { return }
    guard !parties.hasExpelled(peer.description) else {
      assignments.drop(item)
      return
    }
    var result = result
    var isSuspect = false
    if let own, let difference = ResultDifference(result.group, own) {
      result.group = own
      isSuspect = true
      actions.append(.notify(.scoresReplaced(item: item, worker: peer.description, difference: difference)))
      noteFault("its scores are not those of its tokens", of: peer, now: now, &actions)
    }
    accept(result, from: peer, isSuspect: isSuspect, now: now, &actions)
  }

  /// Keeps a result, which fills its slot, and draws whether it is checked.
  ///
  /// - Parameter isSuspect: Whether something about it was false, so that it is checked in any case.
  private mutating func accept(
    _ result: WorkResult, from peer: Peer, isSuspect: Bool = false, now: Milliseconds, _ actions: inout [Action]
  ) {
    let (item, worker) = (result.item, peer.description)
    switch item.kind {
    case .sample: actions.append(.persist(result, worker: worker, question: assignments.work.question(of: item)))
    case .evaluation: actions.append(.noteAnswer(result))
    default: break
    }
    let fingerprint = assignments.work.slots(of: item)?.candidate(of: item.slot)?.fingerprint
    assignments.fill(item, with: StepSlots.Filling(result: result, worker: worker), from: peer)
    actions.append(.send(.acknowledge(item, disposition: .accepted), to: peer))
    progress.noteGroup(now: now)
    actions.append(.notify(.accepted(item: item, worker: worker, missing: assignments.work.slots(of: item)?.missing ?? 0)))
    if item.kind == .sample {
      meter.accept(step: item.step, responseTokens: result.group.responses.reduce(0) { $0 + $1.tokens.count }, now: now)
    }
    drawCheck(of: item, by: worker, fingerprint: fingerprint, isSuspect: isSuspect, &actions)
    goOn(item, now: now, &actions)
  }

  /// Does what may have waited for an item.
  mutating func goOn(_ item: WorkItem, now: Milliseconds, _ actions: inout [Action]) {
    if item.kind == .sample { trainIfReady(now: now, &actions) } else { evaluateIfReady(item.step, &actions) }
  }

  mutating func dropDuplicate(_ result: WorkResult, from peer: Peer, _ actions: inout [Action]) {
    meter.noteDuplicate()
    answer(result, from: peer, .duplicate, &actions)
    actions.append(.notify(.duplicateDropped(item: result.item, worker: peer.description)))
    compare(result, &actions)
  }

  private mutating func dropStale(_ result: WorkResult, from peer: Peer, _ actions: inout [Action]) {
    meter.noteStale()
    answer(result, from: peer, .stale, &actions)
    actions.append(.notify(.staleDropped(item: result.item, policyVersion: result.policyVersion, worker: peer.description)))
  }

  /// The worker may forget a result that is of no use, and has no more to say on the lease that it answered: what that was for waits again
  /// unless it is done.
  mutating func answer(_ result: WorkResult, from peer: Peer, _ disposition: Disposition, _ actions: inout [Action]) {
    if let vacated = assignments.settle(result, from: peer) { report([vacated], .rejected, &actions) }
    actions.append(.send(.acknowledge(result.item, disposition: disposition), to: peer))
  }

  mutating func reject(_ result: WorkResult, from peer: Peer, fault: String, now: Milliseconds, _ actions: inout [Action]) {
    answer(result, from: peer, .stale, &actions)
    actions.append(.notify(.groupRejected(item: result.item, worker: peer.description, reason: fault)))
    noteFault(fault, of: peer, now: now, &actions)
  }

  /// Counts a fault of a worker, which gets no more tasks for a while after several.
  mutating func noteFault(_ fault: String, of peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    guard quarantine.noteFault(fault, of: peer, now: now, &actions) else { return }
    assignments.update(peer) { $0.isQuarantined = true }
    report(assignments.release(assignments.workers[peer]?.leases ?? []), .quarantined, &actions)
  }
}
