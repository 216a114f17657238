import Wire

/// Audits: a share of the tasks goes to two workers. The first answer is held in memory, neither accepted nor in the ledger, until a
/// second worker has confirmed it; so nothing that is audited is trained on unconfirmed, and a run that stops over a mismatch
/// has kept neither answer. Where no second worker can be had the audit is waived.
extension LearnerMachine {
  /// Leases audited slots of a step to the second of their two workers.
  mutating func handOutAudits(step: UInt32, allowance: Int, now: Milliseconds, _ grants: inout Grants) {
    var unserved: [UInt32] = []
    // A bounded number at a time: each passes over a worker or two before it finds its own.
    while unserved.count < 16, let slot = steps[step]?.takeConfirmable() {
      let (peers, kind) = auditors(step: step, slot: slot)
      guard
        let peer = workers.nextTaker(
          allowance: allowance, where: { peer, record in !peers.contains(peer) && (kind == nil || record.fingerprint == kind) })
      else {
        unserved.append(slot)
        continue
      }
      grant(step: step, slot: slot, to: peer, now: now, &grants)
    }
    steps[step]?.putBack(confirmable: unserved)
  }

  /// The workers that have or had a part in an audit, and the kind of arithmetic that another one must have.
  func auditors(step: UInt32, slot: UInt32) -> (peers: [Peer], kind: String?) {
    var peers = steps[step]?.leases(of: slot).compactMap { leases[$0]?.worker } ?? []
    var kind = peers.first.flatMap { workers[$0]?.fingerprint }
    if let held = steps[step]?.held(slot) {
      peers.append(held.peer)
      kind = held.fingerprint
    }
    return (peers, kind)
  }

  /// Takes an answer to an audited task: the first is held, the second compared with it.
  mutating func audit(_ result: GroupResult, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    let (step, slot) = (result.step, result.slot)
    let fingerprint = workers[peer]?.fingerprint ?? ""
    guard let held = steps[step]?.held(slot) else {
      // A lease of an earlier incarnation may have the number of one that another worker has now.
      let isLeased = leases[result.lease].map { $0.worker == peer && $0.step == step && $0.slot == slot } ?? false
      let held = StepSlots.Held(result: result, peer: peer, fingerprint: fingerprint)
      steps[step]?.hold(held, of: slot, lease: isLeased ? result.lease : nil)
      if isLeased { drop(result.lease) }
      // The worker need not keep it: whatever becomes of it is decided here.
      actions.append(.send(.acknowledge(step: step, slot: slot, disposition: .duplicate), to: peer))
      actions.append(.notify(.auditHeld(step: step, slot: slot, worker: peer.description)))
      waiveIfUnconfirmable(step: step, slot: slot, now: now, &actions)
      return
    }
    // The same worker's word twice confirms nothing, and another kind of arithmetic may differ.
    guard held.peer != peer, held.fingerprint == fingerprint else {
      settle(result, from: peer, reason: .unconfirming, &actions)
      actions.append(.send(.acknowledge(step: step, slot: slot, disposition: .duplicate), to: peer))
      return
    }
    guard let difference = GroupDifference(held.result.group, result.group) else {
      actions.append(.notify(.auditPassed(step: step, slot: slot, first: held.peer.description, second: peer.description)))
      accept(result, from: peer, now: now, &actions)
      return
    }
    let mismatch = AuditMismatch(
      step: step, slot: slot, first: held.peer.description, second: peer.description, difference: difference,
      action: plan.audit.action)
    actions.append(.notify(.auditFailed(mismatch)))
    switch plan.audit.action {
    case .stop:
      phase = .ended
      actions.append(.end(.failed(reason: mismatch.description)))
    case .log:
      // First, so that the slot is not told to wait for somebody again.
      accept(held.result, from: held.peer, now: now, &actions)
      settle(result, from: peer, &actions)
      actions.append(.send(.acknowledge(step: step, slot: slot, disposition: .duplicate), to: peer))
    }
  }

  /// Accepts held answers that nobody can confirm any more.
  mutating func waiveUnconfirmable(now: Milliseconds, _ actions: inout [Action]) {
    for step in plan.openSteps(at: version) {
      for slot in (steps[step]?.unconfirmed ?? []).sorted() { waiveIfUnconfirmable(step: step, slot: slot, now: now, &actions) }
    }
  }

  private mutating func waiveIfUnconfirmable(step: UInt32, slot: UInt32, now: Milliseconds, _ actions: inout [Action]) {
    guard let open = steps[step], let held = open.held(slot), open.leases(of: slot).isEmpty else { return }
    let canConfirm = workers.hasTaker { peer, record in peer != held.peer && record.fingerprint == held.fingerprint }
    guard !canConfirm else { return }
    actions.append(.notify(.auditWaived(step: step, slot: slot, worker: held.peer.description, isFirst: !wasAuditWaived)))
    wasAuditWaived = true
    accept(held.result, from: held.peer, now: now, &actions)
  }
}

/// That two workers answered one task differently.
public struct AuditMismatch: Sendable, Equatable, CustomStringConvertible {
  /// The task's step.
  public var step: UInt32

  /// The task's slot.
  public var slot: UInt32

  /// The worker whose answer came first.
  public var first: String

  /// The other worker.
  public var second: String

  /// Where they differ; what the first worker said stands first.
  public var difference: GroupDifference

  /// What follows.
  public var action: AuditAction

  /// Creates a mismatch.
  public init(step: UInt32, slot: UInt32, first: String, second: String, difference: GroupDifference, action: AuditAction) {
    self.step = step
    self.slot = slot
    self.first = first
    self.second = second
    self.difference = difference
    self.action = action
  }

  /// One line.
  public var description: String {
    let found = "audit of step \(step) slot \(slot): \(first) and \(second) differ at \(difference)"
    return switch action {
    case .stop:
      found + "; neither counts: find out which host computes wrongly, leave it out, and go on with --resume (audit_action: log only tells)"
    case .log: found + "; the first counts, and the run is no longer a function of its configuration"
    }
  }
}
