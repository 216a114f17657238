import EMPO
import Wire

// An update whose gradient is spread over the workers, see `SpreadUpdate`.
extension LearnerMachine {
  /// Begins the update of the next step on its groups.
  mutating func beginUpdate(_ groups: [WorkResult], now: Milliseconds, _ actions: inout [Action]) {
    progress.beginUpdate()
    meter.beginUpdate(now: now)
    actions.append(.notify(.stepReady(step: version)))
    let questions = assignments.work.questions(of: version)
    guard let gradients = plan.gradients else { return actions.append(.train(step: version, groups: groups, questions: questions)) }
    update = SpreadUpdate(step: version, bytes: gradients.totalBytes)
    actions.append(.prepare(step: version, groups: groups, questions: questions))
  }

  /// The update is cut into parts, of which those given are not empty.
  mutating func notePrepared(step: UInt32, parts: [UInt32], now: Milliseconds) {
    guard let gradients = plan.gradients, update?.step == step, update?.phase == .preparing else { return }
    update?.run(parts)
    partsAwaited = now
    meter.noteGradientsBegun(now: now)
    let empty = (0..<gradients.parts).filter { !parts.contains($0) }
    assignments.openParts(
      of: step, count: gradients.parts, empty: Dictionary(uniqueKeysWithValues: empty.map { ($0, ownFilling(of: $0, step: step)) }))
  }

  /// What stands for a part that the learner itself computed.
  private func ownFilling(of part: UInt32, step: UInt32) -> StepSlots.Filling {
    let summary = GradientSummary(
      digest: Array(repeating: 0, count: GradientSummary.digestBytes), totalBytes: plan.gradients?.totalBytes ?? 0,
      statistics: GradientStatistics())
    let result = WorkResult(
      lease: 0, seal: LeaseSeal(incarnation: incarnation, code: []), item: WorkItem(.gradient, step: step, slot: part),
      policyVersion: step, outcome: .gradient(summary), seconds: 0)
    return StepSlots.Filling(result: result, worker: Self.learnerName, checker: Self.learnerName)
  }

  // MARK: What workers say

  /// Takes over that a worker has computed a part.
  mutating func takePart(_ result: WorkResult, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    let item = result.item
    // What was computed for an earlier life of the learner may be of other groups. The worker keeps it: if it is given the same part of the same
    // groups again, it is done.
    guard let update, update.step == item.step, update.phase == .running, result.seal.incarnation == incarnation else {
      guard item.step == version, update?.phase != .finishing else { return answer(result, from: peer, .stale, &actions) }
      return actions.append(.send(.gradientRequest(item, chunks: []), to: peer))
    }
    if let filling = assignments.work.filling(of: item) {
      if filling.worker == peer.description, filling.result.gradient?.digest == result.gradient?.digest {
        let isDone = update.added.contains(item.slot)
        let answer: LearnerMessage = isDone ? .acknowledge(item, disposition: .accepted) : .gradientRequest(item, chunks: [])
        return actions.append(.send(answer, to: peer))
      }
      return dropDuplicate(result, from: peer, &actions)
    }
    guard assignments.work.slots(of: item)?.candidate(of: item.slot) == nil else { return dropDuplicate(result, from: peer, &actions) }
    if let fault = plan.fault(in: result) { return reject(result, from: peer, fault: fault, now: now, &actions) }
    if assignments.noteUse(of: peer, now: now) { actions.append(.notify(.workerRecovered(worker: peer.description))) }
    assignments.fill(item, with: StepSlots.Filling(result: result, worker: peer.description, peer: peer), from: peer)
    actions.append(.send(.gradientRequest(item, chunks: []), to: peer))
    partsAwaited = now
    if assignments.work.parts?.missing == 0 { meter.noteGradientsComputed(now: now) }
    actions.append(.notify(.accepted(item: item, worker: peer.description, missing: assignments.work.parts?.missing ?? 0)))
    drawCheck(
      of: item, by: peer.description, fingerprint: assignments.workers[peer]?.fingerprint, isSuspect: false, &actions)
  }

  /// Takes over bytes of a part.
  mutating func take(_ chunk: GradientChunk, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    switch update?.take(chunk, from: peer, now: now) {
    case .kept(let next)?:
      actions.append(.keep(chunk))
      if !next.isEmpty { actions.append(.send(.gradientRequest(chunk.item, chunks: next), to: peer)) }
    case .last(let result)?:
      actions.append(.keep(chunk))
      actions.append(.add(result))
    case .unknown?, nil: break
    }
  }

  // MARK: What the training thread says

  mutating func noteComputed(part: UInt32, step: UInt32, tokens: Int, now: Milliseconds, _ actions: inout [Action]) {
    guard update?.step == step, update?.end(own: part) == true else { return }
    let item = WorkItem(.gradient, step: step, slot: part)
    assignments.drop(item)
    assignments.fill(item, with: ownFilling(of: part, step: step), from: Peer(Self.learnerName))
    tellAdded(item, by: Self.learnerName, tokens: tokens, now: now, &actions)
  }

  /// A part is in the sum.
  private mutating func tellAdded(_ item: WorkItem, by worker: String, tokens: Int, now: Milliseconds, _ actions: inout [Action]) {
    guard let update else { return }
    partsAwaited = now
    if assignments.work.parts?.missing == 0 { meter.noteGradientsComputed(now: now) }
    actions.append(.notify(.partAdded(item: item, worker: worker, tokens: tokens, missing: update.parts.count - update.added.count)))
  }

  mutating func noteAdded(_ item: WorkItem, now: Milliseconds, _ actions: inout [Action]) {
    guard update?.step == item.step, let filling = assignments.work.filling(of: item), update?.end(adding: item.slot) == true else {
      return
    }
    if let peer = filling.peer { actions.append(.send(.acknowledge(item, disposition: .accepted), to: peer)) }
    let tokens = filling.result.gradient?.statistics.processedTokens ?? 0
    tellAdded(item, by: filling.worker, tokens: tokens, now: now, &actions)
  }

  /// A part's bytes are not what their worker said, or could not be what it said: `own` is what the learner computed then.
  mutating func noteRefuted(_ item: WorkItem, own: GradientSummary?, now: Milliseconds, _ actions: inout [Action]) {
    guard update?.step == item.step, update?.adding.contains(item.slot) == true, let filling = assignments.work.filling(of: item),
      let peer = filling.peer
    else { return }
    update?.refuse(item.slot)
    if let own, let difference = ResultDifference(filling.result.outcome, .gradient(own)) {
      convict(filling.worker, of: item, difference, now: now, &actions)
    } else {
      reject(filling.result, from: peer, fault: "its bytes are not those of its digest", now: now, &actions)
      lose(item.slot, because: "its bytes are not those of its digest", &actions)
    }
  }

  // MARK: Going on

  /// Whether samples wait for the parts of the update, which are about to be there.
  var holdsSamples: Bool { update?.phase == .preparing }

  /// How many parts each worker has that are not in the sum: it keeps their bytes.
  var unfetchedParts: [Peer: Int] {
    guard let update else { return [:] }
    var counts: [Peer: Int] = [:]
    for part in update.parts where !update.added.contains(part) {
      if let peer = assignments.work.filling(of: update.item(part))?.peer { counts[peer, default: 0] += 1 }
    }
    return counts
  }

  /// Does what is due: parts that are lost are leased again, the bytes of those that are there are fetched, the learner computes one itself, and
  /// when all are in the sum the update ends.
  mutating func advanceUpdate(now: Milliseconds, _ actions: inout [Action]) {
    guard let gradients = plan.gradients, update?.phase == .running, progress.isRunning else { return }
    loseParts(now: now, &actions)
    if update?.isSpoiled == true { return beginAgain(&actions) }
    fetchParts(now: now, &actions)
    computeItself(gradients, &actions)
    if let update, update.isWhole, !assignments.checks.hold(.gradient, step: update.step) {
      self.update?.finish()
      meter.noteGradientsAdded(now: now)
      actions.append(.finishUpdate(step: update.step))
    }
  }

  /// Takes back what cannot be had, or rests on a word that counts for nothing.
  private mutating func loseParts(now: Milliseconds, _ actions: inout [Action]) {
    guard let update else { return }
    for part in update.parts {
      guard let filling = assignments.work.filling(of: update.item(part)), filling.worker != Self.learnerName else { continue }
      let isThere = update.added.contains(part) || update.adding.contains(part)
      if parties.doubts(filling.checker ?? filling.worker), update.isOnTheWay(part) {
        self.update?.drop(part)
        assignments.empty(update.item(part))
      } else if !isThere, filling.peer.flatMap({ assignments.workers[$0] }) == nil {
        lose(part, because: "\(filling.worker) is gone", &actions)
      }
    }
    for (part, chunks) in self.update?.late(after: plan.lease, now: now) ?? [] {
      guard let worker = self.update?.gatherings[part]?.worker else { continue }
      if let chunks {
        actions.append(.send(.gradientRequest(update.item(part), chunks: chunks), to: worker))
      } else {
        noteFault("it announced \(update.item(part)) and does not send it", of: worker, now: now, &actions)
        lose(part, because: "\(worker) does not send it", &actions)
      }
    }
  }

  private mutating func lose(_ part: UInt32, because reason: String, _ actions: inout [Action]) {
    guard let update else { return }
    self.update?.drop(part)
    assignments.empty(update.item(part))
    actions.append(.drop(update.item(part)))
    actions.append(.notify(.partLost(item: update.item(part), reason: reason)))
  }

  private mutating func fetchParts(now: Milliseconds, _ actions: inout [Action]) {
    guard let update, update.room > 0 else { return }
    for part in update.parts where !update.isOnTheWay(part) && assignments.checks[update.item(part)] == nil {
      guard let filling = assignments.work.filling(of: update.item(part)), let worker = filling.peer else { continue }
      guard let chunks = self.update?.gather(filling.result, from: worker, now: now) else { return }
      actions.append(.gather(update.item(part), totalBytes: filling.result.gradient?.totalBytes ?? 0))
      actions.append(.send(.gradientRequest(update.item(part), chunks: chunks), to: worker))
      if self.update?.room == 0 { return }
    }
  }

  private mutating func computeItself(_ gradients: GradientPlan, _ actions: inout [Action]) {
    // Workers take the lowest parts, and the learner the highest.
    guard let update, update.own == nil, gradients.learnerWorks(beside: assignments.workers.takers),
      let part = assignments.work.parts?.lastWaiting
    else { return }
    self.update?.begin(own: part)
    assignments.begin(update.item(part), from: Peer(Self.learnerName))
    actions.append(.compute(part: part, step: update.step))
  }

  /// Something false is in the sum: it is made anew.
  private mutating func beginAgain(_ actions: inout [Action]) {
    guard let gradients = plan.gradients, let step = update?.step, let groups = assignments.work[step]?.groups else { return }
    closeParts(&actions)
    update = SpreadUpdate(step: step, bytes: gradients.totalBytes)
    actions.append(.notify(.updateBegunAgain(step: step)))
    actions.append(.prepare(step: step, groups: groups, questions: assignments.work.questions(of: step)))
  }

  /// Gives up an update that has not moved the parameters, because the learner ends or goes back. Its groups are in the ledger.
  mutating func abandonUpdate(_ actions: inout [Action]) {
    guard let update, update.phase != .finishing else { return }
    closeParts(&actions)
    self.update = nil
    progress.abandonUpdate()
  }

  /// The update is done.
  mutating func endUpdate(_ actions: inout [Action]) {
    closeParts(&actions)
    update = nil
  }

  private mutating func closeParts(_ actions: inout [Action]) {
    guard let update else { return }
    for part in update.gatherings.keys.sorted() { actions.append(.drop(update.item(part))) }
    assignments.closeParts()
  }

  /// Leases parts a second time that take long, where workers have nothing to do.
  mutating func leaseLatePartsAgain(now: Milliseconds, _ actions: inout [Action]) {
    let late = assignments.partTimes.threshold(factor: plan.stragglerFactor, least: 2 * plan.heartbeat, otherwise: plan.lease)
    guard let late, let parts = assignments.work.parts, parts.missing > 0, parts.lastWaiting == nil else { return }
    var grants = Grants()
    for (lease, second) in assignments.doubleLate(.gradient, step: parts.step, after: late, now: now, &grants) {
      let doubled = LearnerNotice.leaseDoubled(
        item: lease.item, worker: lease.worker.description, second: second.description, milliseconds: now - lease.granted)
      actions.append(.notify(doubled))
    }
    actions += grants.actions
  }

  /// Says every so often that parts are waited for, while nothing comes.
  mutating func notifyWaitingForParts(now: Milliseconds, _ actions: inout [Action]) {
    guard let update, update.phase == .running, update.own == nil, let parts = assignments.work.parts, now - partsAwaited >= plan.patience
    else {
      return
    }
    partsAwaited = now
    let missing = update.parts.count - update.added.count
    actions.append(
      .notify(
        .waitingForParts(
          step: update.step, missing: missing, leased: parts.leased, workers: assignments.workers.count, takers: assignments.workers.takers)
      ))
  }
}
