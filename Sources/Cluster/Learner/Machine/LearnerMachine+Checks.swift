import EMPO
import Wire

// What is checked, and what follows from a lie.
extension LearnerMachine {
  /// Draws whether a result is checked that was just accepted.
  mutating func drawCheck(
    of item: WorkItem, by worker: String, fingerprint: String?, isSuspect: Bool, _ actions: inout [Action]
  ) {
    let isDrawn = draw.next()
    guard isDrawn || isSuspect && plan.audit.share > 0 || parties.doubts(worker) else { return }
    if let fingerprint, let own = plan.fingerprint, fingerprint != own {
      uncheckable += 1
      actions.append(.notify(.uncheckable(item: item, worker: worker, count: uncheckable)))
    } else {
      beginCheck(of: item, by: worker, fingerprint: fingerprint)
    }
  }

  mutating func beginCheck(of item: WorkItem, by worker: String, fingerprint: String?) {
    assignments.check(item, party: parties.party(of: worker), fingerprint: fingerprint)
  }

  /// A second copy of a result is evidence: where it differs from the one that counts, one of their senders is wrong.
  mutating func compare(_ result: WorkResult, _ actions: inout [Action]) {
    guard !progress.isInTraining(result.item), let filling = assignments.work.filling(of: result.item), filling.checker == nil,
      filling.result.policyVersion == result.policyVersion,
      plan.requiresSameBits || plan.fingerprint == nil, plan.fault(in: result) == nil,
      isOther(result, than: filling.result)
    else { return }
    beginCheck(of: result.item, by: filling.worker, fingerprint: nil)
  }

  private func isOther(_ copy: WorkResult, than result: WorkResult) -> Bool {
    if let gradient = result.gradient { return gradient.digest != copy.gradient?.digest }
    return result.group.responses.map(\.tokens) != copy.group.responses.map(\.tokens)
  }

  /// The learner makes the checks itself that no worker can make.
  mutating func takeOverChecks(_ actions: inout [Action]) {
    for item in assignments.checks.waiting where !assignments.hasExaminer(of: item, parties: parties) { takeOver(item, &actions) }
  }

  /// The learner makes the checks itself that a worker is late with.
  mutating func takeOverLateChecks(now: Milliseconds, _ actions: inout [Action]) {
    let times = assignments.work.parts == nil ? assignments.groupTimes : assignments.partTimes
    let late = times.threshold(factor: plan.stragglerFactor, least: plan.lease, otherwise: plan.lease) ?? plan.lease
    for item in assignments.checks.late(after: late, now: now) { takeOver(item, &actions) }
  }

  private mutating func takeOver(_ item: WorkItem, _ actions: inout [Action]) {
    assignments.takeOver(item)
    followItself(item, &actions)
  }

  /// Has the learner do the work again that fills a slot.
  private func followItself(_ item: WorkItem, _ actions: inout [Action]) {
    guard let filling = assignments.work.filling(of: item) else { return }
    if item.kind == .gradient {
      actions.append(.recompute(part: item.slot, step: item.step))
    } else {
      actions.append(.check(filling.result, question: assignments.work.question(of: item)))
    }
  }

  /// Takes over what a worker says that a result should be.
  mutating func takeCheck(_ result: WorkResult, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    let item = result.item.checked
    guard assignments.leases[result.lease]?.covers(result, from: peer) == true, let filling = assignments.work.filling(of: item) else {
      return answer(result, from: peer, .duplicate, &actions)
    }
    guard result.group.responses.count == plan.groupSize(of: item) else {
      return reject(result, from: peer, fault: "a check of \(result.group.responses.count) responses", now: now, &actions)
    }
    actions.append(.send(.acknowledge(result.item, disposition: .accepted), to: peer))
    if ResultDifference(filling.result.outcome, result.outcome) == nil {
      confirm(item, by: peer.description, now: now, &actions)
    } else {
      // One of the two is wrong; the learner looks itself.
      assignments.object(item, result.outcome, by: peer.description)
      followItself(item, &actions)
    }
  }

  /// Takes over what the learner itself says that a result should be.
  mutating func settle(_ item: WorkItem, own: WorkResult.Outcome, now: Milliseconds, _ actions: inout [Action]) {
    guard let check = assignments.checks[item], check.examiner == .learner, let filling = assignments.work.filling(of: item) else { return }
    let difference = ResultDifference(filling.result.outcome, own)
    if let difference {
      convict(filling.worker, of: item, difference, now: now, &actions)
    } else {
      confirm(item, by: LearnerMachine.learnerName, now: now, &actions)
    }
    guard !progress.hasEnded, let objection = check.objection, let wrong = ResultDifference(objection.outcome, own) else { return }
    convict(objection.worker, of: item.check, wrong, now: now, &actions)
  }

  /// The learner's name among those who check.
  public static let learnerName = "(learner)"

  private mutating func confirm(_ item: WorkItem, by checker: String, now: Milliseconds, _ actions: inout [Action]) {
    guard let filling = assignments.work.filling(of: item) else { return }
    assignments.confirm(item, by: checker)
    if item.kind == .sample { actions.append(.confirm(step: item.step, slot: item.slot, checker: checker)) }
    actions.append(.notify(.checkPassed(item: item, worker: filling.worker, checker: checker)))
    goOn(item, now: now, &actions)
  }

  // MARK: Lies

  /// A worker said what is not so: of its work, or of another's. What it said is taken back, and whatever else rests on its word is checked.
  mutating func convict(
    _ worker: String, of item: WorkItem, _ difference: ResultDifference, now: Milliseconds, _ actions: inout [Action]
  ) {
    let party = parties.party(of: worker)
    let lie = Lie(item: item, worker: worker, party: party, difference: difference, action: plan.audit.action)
    actions.append(.notify(.lieFound(lie)))
    let isExpelled = plan.audit.action == .expel && parties.expelled[party] == nil
    if isExpelled {
      // First: who dies before the rest is durable finds the lie again, as the word of one that lied.
      let found = "\(worker) was wrong about \(item) at \(difference)"
      parties.expel(party, because: found)
      actions.append(.expel(party, reason: found))
    }
    if !item.kind.isCheck { void(item, because: lie.description, &actions) }
    guard plan.audit.action == .expel else { return progress.end(.failed(reason: lie.description), &actions) }
    guard isExpelled else { return }
    dismiss(party, now: now, &actions)
    checkWhatIsDoubted(&actions)
    goBackIfNeeded(&actions)
  }

  /// Takes back what fills a slot. What was sampled from policies that followed from it, a learner that went back to an earlier checkpoint
  /// has in its ledger: it goes as well.
  private mutating func void(_ item: WorkItem, because reason: String, _ actions: inout [Action]) {
    assignments.empty(item)
    if item.kind == .gradient { update?.drop(item.slot) }
    guard item.kind == .sample else { return }
    assignments.forgetStored(sampledAfter: item.step)
    actions.append(.voidLater(sampledAfter: item.step, reason: "its policy followed from \(item): \(reason)"))
    actions.append(.void(step: item.step, slot: item.slot, reason: reason))
  }

  /// Sends a party's workers away.
  private mutating func dismiss(_ party: String, now: Milliseconds, _ actions: inout [Action]) {
    for peer in assignments.workers.peers where parties.party(of: peer.description) == party {
      guard let refusal = parties.refusal(of: peer.description), let departure = assignments.remove(peer) else { continue }
      actions.append(.send(.refuse(refusal), to: peer))
      report(departure, .workerGone, because: "expelled", &actions)
    }
  }

  /// Has everything checked that is open and rests on a word that counts for nothing. Of what is just trained on, the update's end decides.
  private mutating func checkWhatIsDoubted(_ actions: inout [Action]) {
    for (item, filling) in assignments.work.fillings where isOpen(item) && parties.doubts(filling.checker ?? filling.worker) {
      if filling.checker != nil {
        assignments.unconfirm(item)
        if item.kind == .sample { actions.append(.confirm(step: item.step, slot: item.slot, checker: nil)) }
      }
      beginCheck(of: item, by: filling.worker, fingerprint: nil)
    }
  }

  /// Whether what fills a slot is not built on yet.
  private func isOpen(_ item: WorkItem) -> Bool {
    item.kind == .gradient ? update?.isOnTheWay(item.slot) == false : !progress.isInTraining(item)
  }

  /// Where trained steps rest on a word that counts for nothing, the run goes back to the last checkpoint before them. What they are trained on
  /// is then checked, step by step, and what is true is trained on again.
  mutating func goBackIfNeeded(_ actions: inout [Action]) {
    let doubted = reliance.names.filter(parties.doubts).compactMap { name in reliance[name].map { (step: $0, name: name) } }
    guard let first = doubted.min(by: { ($0.step, $0.name) < ($1.step, $1.name) }), first.step < version,
      progress.goBack(before: first.step)
    else { return }
    abandonUpdate(&actions)
    actions.append(.notify(.goingBack(party: parties.party(of: first.name), step: first.step)))
  }
}
