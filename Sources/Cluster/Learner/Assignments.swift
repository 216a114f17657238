import EMPO
import Wire

/// Who works on what: the open steps and evaluations, the checks, the workers, and the leases that join them.
///
/// A lease is in the table exactly as long as its worker's record and what it is for name it. So all of these change here, together, and
/// nowhere else.
struct Assignments: Sendable {
  /// A worker that is gone.
  struct Departure {
    let peer: Peer
    let record: WorkerRoster.Record

    /// Its leases whose work waits again.
    let vacated: [Lease]
  }

  /// What a heartbeat brought.
  struct News {
    /// Whether the worker hung until now.
    let hasRecovered: Bool

    /// The growth of what the worker counts.
    let busySeconds: Double
    let waitingSeconds: Double

    /// Leases that the worker has no more, and whose work waits again.
    let vacated: [Lease]
  }

  private(set) var plan: LearnerPlan
  let seals: LeaseSeals
  private(set) var workers: WorkerRoster
  private(set) var leases: LeaseTable

  /// How long groups took from their leases on.
  private(set) var groupTimes = GroupTimes()

  /// How long parts of gradients took.
  private(set) var partTimes = GroupTimes()

  /// What is open. Only what is here changes it.
  private(set) var work: OpenWork

  /// Results that are to be checked.
  private(set) var checks = Checks()

  /// - Parameter stored: The ledger's groups of steps that are not trained.
  init(plan: LearnerPlan, seals: LeaseSeals, questions: QuestionSchedule, stored: [StoredGroup]) {
    self.plan = plan
    self.seals = seals
    work = OpenWork(plan: plan, questions: questions, stored: stored)
    workers = WorkerRoster(silence: plan.lease, awaitsReadiness: plan.hasBaseWeights)
    leases = LeaseTable(period: plan.lease)
  }

  // MARK: Steps and evaluations

  /// Opens the steps whose policy version exists, and fills in what the ledger has of them.
  ///
  /// - Returns: What was filled in.
  mutating func openSteps(at version: UInt32) -> [(item: WorkItem, filling: StepSlots.Filling)] { work.openSteps(at: version) }

  /// Opens no step from a version on, with which the run ends.
  mutating func shorten(to end: UInt32) {
    plan.steps = end
    work.shorten(to: end)
  }

  /// Forgets groups of the ledger that were sampled from later versions than one.
  mutating func forgetStored(sampledAfter version: UInt32) { work.forgetStored(sampledAfter: version) }

  /// Closes a step, which was trained on all of its slots. Its groups decide on the questions of a step to come.
  mutating func close(_ step: UInt32) {
    work.close(step)
    endChecks(.sample, step: step)
  }

  /// Opens the evaluation of a version.
  mutating func openEvaluation(of version: UInt32, answered: [UInt32: StepSlots.Filling]) {
    work.openEvaluation(of: version, answered: answered)
  }

  /// Closes an evaluation, which is over.
  mutating func closeEvaluation(of version: UInt32) {
    work.closeEvaluation(of: version)
    endChecks(.evaluation, step: version)
  }

  /// Opens the parts of a step's update.
  ///
  /// - Parameter empty: What stands for the parts that nobody needs to compute.
  mutating func openParts(of step: UInt32, count: UInt32, empty: [UInt32: StepSlots.Filling]) {
    work.openParts(of: step, count: count, empty: empty)
  }

  /// Closes the parts of an update, which is done, begun anew or given up. Their leases mean nothing any more.
  mutating func closeParts() {
    guard let parts = work.parts else { return }
    endChecks(.gradient, step: parts.step)
    for (_, held) in parts.leasedSlots { for number in held { _ = end(number) } }
    work.closeParts()
  }

  /// A result is scored, and fills its slot if nothing is found.
  mutating func begin(_ item: WorkItem, from worker: Peer) {
    let candidate = StepSlots.Candidate(worker: worker, fingerprint: workers[worker]?.fingerprint)
    work.change(item) { $0.begin(item.slot, candidate) }
  }

  /// The result that was scored will not do.
  mutating func drop(_ item: WorkItem) { work.change(item) { _ = $0.drop(item.slot) } }

  /// Fills a slot, which ends its leases.
  mutating func fill(_ item: WorkItem, with filling: StepSlots.Filling, from peer: Peer) {
    var ended: [UInt64] = []
    work.change(item) { ended = $0.fill(item.slot, with: filling) }
    for number in ended {
      guard let other = end(number)?.worker, other != peer else { continue }
      workers.update(other) { $0.isOvertaken = true }
    }
  }

  /// Takes back what fills a slot.
  mutating func empty(_ item: WorkItem) {
    work.change(item) { $0.empty(item.slot) }
    endCheck(of: item)
  }

  // MARK: Checks

  /// What fills a slot is to be checked.
  mutating func check(_ item: WorkItem, party: String, fingerprint: String?) { checks.add(item, party: party, fingerprint: fingerprint) }

  /// The learner checks an item itself.
  mutating func takeOver(_ item: WorkItem) {
    endLease(ofCheckOf: item)
    checks.takeOver(item)
  }

  /// A worker objects to an item, and the learner looks itself.
  mutating func object(_ item: WorkItem, _ outcome: WorkResult.Outcome, by worker: String) {
    endLease(ofCheckOf: item)
    checks.object(item, outcome, by: worker)
  }

  /// What fills a slot was checked.
  mutating func confirm(_ item: WorkItem, by checker: String) {
    work.change(item) { $0.confirm(item.slot, by: checker) }
    endCheck(of: item)
  }

  /// A check counts no more, because its checker does not.
  mutating func unconfirm(_ item: WorkItem) { work.change(item) { $0.confirm(item.slot, by: nil) } }

  private mutating func endChecks(_ kind: WorkKind, step: UInt32) {
    for item in checks.open.keys where item.kind == kind && item.step == step { endCheck(of: item) }
  }

  private mutating func endCheck(of item: WorkItem) {
    endLease(ofCheckOf: item)
    checks.end(item)
  }

  private mutating func endLease(ofCheckOf item: WorkItem) {
    if case .worker(let lease, _)? = checks[item]?.examiner { _ = end(lease) }
  }

  // MARK: Workers

  /// Notes a sign of life.
  ///
  /// - Returns: Whether the worker is known.
  mutating func touch(_ peer: Peer, now: Milliseconds) -> Bool { workers.touch(peer, now: now) }

  /// Takes a worker in, or in again.
  mutating func welcome(_ hello: Hello, from peer: Peer, isQuarantined: Bool, now: Milliseconds) {
    workers.welcome(hello, from: peer, isQuarantined: isQuarantined, now: now)
  }

  /// Notes something about a worker.
  mutating func update(_ peer: Peer, _ change: (inout WorkerRoster.Record) -> Void) { workers.update(peer, change) }

  /// Takes over what a worker says of itself.
  mutating func hear(_ heartbeat: Heartbeat, from peer: Peer, now: Milliseconds) -> News {
    for number in heartbeat.leases { leases.extend(number, of: peer, now: now) }
    let news = workers.hear(heartbeat, from: peer)
    // A worker whose first weights came begins only now, and one without tasks has nothing to make progress on.
    // What it says of itself counts only where nothing is leased to it that it does not name.
    let isIdle = heartbeat.leases.isEmpty && workers[peer]?.leases.isEmpty == true
    let hasRecovered = (isIdle || news.hasBegun) && workers.noteProgress(of: peer, now: now)
    return News(
      hasRecovered: hasRecovered, busySeconds: news.busySeconds, waitingSeconds: news.waitingSeconds, vacated: release(news.forgotten))
  }

  /// A worker answered a task that it has a lease of. Nothing else that it sends counts as work: it may send the same again and again.
  ///
  /// - Returns: Whether the worker hung until now.
  mutating func noteAnswer(_ result: WorkResult, from peer: Peer, now: Milliseconds) -> Bool {
    guard let lease = leases[result.lease], lease.covers(result, from: peer) else { return false }
    if lease.item.kind == .sample { groupTimes.add(now - lease.granted) }
    if lease.item.kind == .gradient { partTimes.add(now - lease.granted) }
    return workers.noteProgress(of: peer, now: now)
  }

  /// A worker's result is of use.
  ///
  /// - Returns: Whether the worker hung until now.
  mutating func noteUse(of peer: Peer, now: Milliseconds) -> Bool { workers.noteProgress(of: peer, now: now) }

  /// Takes a worker off the roster; nil where it is not on it.
  mutating func remove(_ peer: Peer) -> Departure? {
    workers.remove(peer).map { Departure(peer: peer, record: $0, vacated: release($0.leases)) }
  }

  /// Takes a worker that hangs off the roster, to make room for another; nil where none hangs.
  mutating func dismissHung() -> Departure? {
    workers.dismissHung(remembering: plan.maximumWorkers).map { peer, record in
      Departure(peer: peer, record: record, vacated: release(record.leases))
    }
  }

  /// Takes the workers off the roster that were silent for as long as a lease holds.
  mutating func removeSilent(now: Milliseconds) -> [Departure] {
    workers.removeSilent(now: now).map { peer, record in
      Departure(peer: peer, record: record, vacated: release(record.leases))
    }
  }

  /// A worker that gave tasks back and is still there after a lease's time is not about to leave: what it said was of an earlier life,
  /// and came late. One that leaves slowly gives back again what it gets.
  mutating func endDrains(now: Milliseconds) {
    for peer in workers.peers {
      guard let since = workers[peer]?.drainingSince, now - since > plan.lease else { continue }
      workers.update(peer) { $0.drainingSince = nil }
    }
  }

  /// Takes the tasks of workers that show that they live and yet answer nothing. Such a worker gets no more until it shows progress.
  mutating func reclaimFromHung(now: Milliseconds) -> [(peer: Peer, milliseconds: Milliseconds, vacated: [Lease])] {
    hung(now: now).map { peer, record in
      workers.update(peer) { $0.isHung = true }
      return (peer, now - record.lastProgress, release(record.leases))
    }
  }

  /// Ends leases that are much older than any group takes, though their workers show progress with others.
  mutating func reclaimOld(now: Milliseconds) -> [Lease] { release(old(now: now)) }

  // MARK: Ending leases

  /// Ends leases; the work of those returned waits for a worker again: it is not done, and nobody else is at it.
  mutating func release(_ numbers: Set<UInt64>) -> [Lease] { numbers.sorted().compactMap { release($0) } }

  private mutating func release(_ number: UInt64) -> Lease? {
    guard let lease = end(number) else { return nil }
    if lease.item.kind.isCheck { return checks.release(lease.item.checked, from: number) ? lease : nil }
    var isVacated = false
    work.change(lease.item) { isVacated = $0.release(lease.item.slot, from: number) }
    return isVacated ? lease : nil
  }

  /// Ends the lease that a worker answered, if it is for the answer's task.
  mutating func settle(_ result: WorkResult, from peer: Peer) -> Lease? {
    leases[result.lease]?.covers(result, from: peer) == true ? release(result.lease) : nil
  }

  /// Takes tasks back from a worker that is about to leave: it gets no more until it says hello again.
  mutating func takeBack(_ declined: [UInt64], from peer: Peer, now: Milliseconds) -> [Lease] {
    workers.update(peer) { $0.drainingSince = now }
    return declined.compactMap { leases[$0]?.worker == peer ? release($0) : nil }
  }

  /// Ends the leases that nobody extended.
  mutating func releasePassed(now: Milliseconds) -> [Lease] { leases.takePassed(now: now).compactMap { release($0) } }

  /// Ends a lease that has nothing to do with its work any more.
  private mutating func end(_ number: UInt64) -> Lease? {
    guard let lease = leases.end(number) else { return nil }
    workers.end(lease)
    return lease
  }

  // MARK: Granting leases

  /// So many parts of a gradient a worker has in hand, so that it never waits for the next.
  private static let partsInHand = 2

  /// Leases what waits to the workers with the fewest leases: parts of the update and checks, for which updates wait, then evaluations, then
  /// samples, the oldest step and the lowest slot first.
  ///
  /// - Parameters:
  ///   - holdsSamples: Whether samples wait, because parts come first that are about to be there.
  ///   - unfetched: How many computed parts each worker holds.
  mutating func handOut(
    at version: UInt32, holdsSamples: Bool = false, unfetched: [Peer: Int] = [:], parties: Parties, now: Milliseconds
  ) -> Grants {
    var grants = Grants()
    guard workers.takers > 0 else { return grants }
    while let part = work.nextWaiting(.gradient, step: version),
      let peer = workers.nextPartTaker(
        at: version, allowance: Self.partsInHand, where: { $1.parts + unfetched[$0, default: 0] <= Self.partsInHand })
    {
      grant(part, to: peer, now: now, &grants)
    }
    for item in checks.waiting { handOutCheck(of: item, parties: parties, now: now, &grants) }
    let slots = max(plan.questionsPerStep, work.evaluated.isEmpty ? 0 : plan.heldOut)
    let allowance = min(plan.tasksInHand, workers.allowance(questionsPerStep: slots))
    for version in work.evaluated {
      while let item = work.nextWaiting(.evaluation, step: version), let peer = workers.nextTaker(allowance: allowance) {
        grant(item, to: peer, now: now, &grants)
      }
    }
    for step in plan.openSteps(at: version) where !holdsSamples {
      while let item = work.nextWaiting(.sample, step: step), let peer = workers.nextTaker(allowance: allowance) {
        grant(item, to: peer, now: now, &grants)
      }
    }
    return grants
  }

  /// Whether somebody on the roster may check an item, busy or not.
  func hasExaminer(of item: WorkItem, parties: Parties) -> Bool {
    guard let rule = examinerRule(of: item, parties: parties) else { return false }
    return workers.hasTaker(where: rule.suits)
  }

  private func examinerRule(of item: WorkItem, parties: Parties) -> ExaminerRule? {
    guard plan.hasKeys, let check = checks[item], check.attempts < Checks.maximumAttempts else { return nil }
    return ExaminerRule(party: check.party, fingerprint: check.fingerprint, parties: parties)
  }

  private mutating func handOutCheck(of item: WorkItem, parties: Parties, now: Milliseconds, _ grants: inout Grants) {
    guard let rule = examinerRule(of: item, parties: parties) else { return }
    let own = plan.ownWorkers
    let isOwn: (Peer, WorkerRoster.Record) -> Bool = { own.contains($0.description) && rule.suits($0, $1) }
    let prefersOwn = !own.isEmpty && workers.hasTaker(where: isOwn)
    if item.kind == .gradient {
      let peer = workers.nextPartTaker(at: item.step, allowance: Self.partsInHand + 1, where: prefersOwn ? isOwn : rule.suits)
      if let peer { grant(item.check, to: peer, now: now, &grants) }
      return
    }
    let allowance = workers.allowance(questionsPerStep: plan.questionsPerStep) + 1
    let peer = workers.nextTaker(allowance: allowance, where: prefersOwn ? isOwn : rule.suits)
    if let peer { grant(item.check, to: peer, now: now, &grants) }
  }

  /// Leases slots of a step that take long a second time. The first result counts, the second is a duplicate: both are the same bytes.
  ///
  /// - Returns: The leases that are late, and who else has their slots now.
  mutating func doubleLate(
    _ kind: WorkKind = .sample, step: UInt32, after late: Milliseconds, now: Milliseconds, _ grants: inout Grants
  ) -> [(lease: Lease, second: Peer)] {
    var doubled: [(lease: Lease, second: Peer)] = []
    for (slot, held) in work.slots(of: WorkItem(kind, step: step, slot: 0))?.leasedSlots ?? [] {
      guard held.count == 1, let lease = leases[held[0]], now - lease.granted > late else { continue }
      let arithmetic = workers[lease.worker]?.fingerprint
      // One that has nothing to do: any other is the later with its own tasks for it.
      let isSuitable = { (peer: Peer, record: WorkerRoster.Record) in
        peer != lease.worker && (arithmetic == nil || record.fingerprint == arithmetic)
      }
      let second =
        kind == .gradient
        ? workers.nextPartTaker(at: step, allowance: 1, where: isSuitable) : workers.nextTaker(allowance: 1, where: isSuitable)
      guard let second else { continue }
      grant(WorkItem(kind, step: step, slot: slot), to: second, now: now, &grants)
      doubled.append((lease, second))
    }
    return doubled
  }

  private mutating func grant(_ item: WorkItem, to peer: Peer, now: Milliseconds, _ grants: inout Grants) {
    let lease = leases.grant(item, to: peer, now: now)
    if item.kind.isCheck {
      checks.lease(item.checked, as: lease.number, now: now)
    } else {
      work.change(item) { $0.lease(item.slot, as: lease.number) }
    }
    workers.add(lease)
    let given = item.kind.isCheck && item.kind != .gradientCheck ? work.filling(of: item)?.result.group.responses.map(\.tokens) ?? [] : []
    let version = plan.policyVersion(of: item)
    let grant = LeaseGrant(
      lease: lease.number, seal: seals.seal(item, policyVersion: version, for: peer), item: item, policyVersion: version,
      groupSize: UInt32(plan.groupSize(of: item)), question: work.question(of: item), given: given)
    grants.add(grant, to: peer)
  }
}
