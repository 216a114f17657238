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

  /// How often as old as a worker that hangs a lease may become.
  private static let hangsOfALease: Milliseconds = 3

  private let plan: LearnerPlan
  let seals: LeaseSeals
  private(set) var workers: WorkerRoster
  private(set) var leases: LeaseTable

  /// How long groups took from their leases on.
  private(set) var groupTimes = GroupTimes()

  /// How long parts of gradients took.
  private(set) var partTimes = GroupTimes()

  /// Steps that are not trained, by their numbers.
  private var steps: [UInt32: StepSlots] = [:]

  /// Evaluations that are not over, by their versions.
  private var evaluations: [UInt32: StepSlots] = [:]

  /// The parts of the update that runs, by their indices.
  private(set) var parts: StepSlots?

  /// Results that are to be checked.
  private(set) var checks = Checks()

  /// What the slots of the open steps ask.
  private(set) var questions: QuestionSchedule

  /// Groups of the ledger that belong to steps which are not open yet.
  private var stored: [UInt32: [StoredGroup]]

  /// - Parameter stored: The ledger's groups of steps that are not trained.
  init(plan: LearnerPlan, seals: LeaseSeals, questions: QuestionSchedule, stored: [StoredGroup]) {
    self.plan = plan
    self.seals = seals
    self.questions = questions
    self.stored = Dictionary(grouping: stored, by: \.result.item.step)
    workers = WorkerRoster(silence: plan.lease, awaitsReadiness: plan.hasBaseWeights)
    leases = LeaseTable(period: plan.lease)
  }

  // MARK: Steps and evaluations

  /// The slots of a step; nil while it is not open.
  subscript(step: UInt32) -> StepSlots? { steps[step] }

  /// The slots that an item is one of; nil while its step or evaluation is not open.
  func slots(of item: WorkItem) -> StepSlots? {
    switch item.kind.checked {
    case .evaluation: evaluations[item.step]
    case .gradient: parts?.step == item.step ? parts : nil
    default: steps[item.step]
    }
  }

  /// What fills an item's slot.
  func filling(of item: WorkItem) -> StepSlots.Filling? { slots(of: item)?.filling(of: item.slot) }

  /// The versions whose evaluations are not over, in order.
  var evaluated: [UInt32] { evaluations.isEmpty ? [] : evaluations.keys.sorted() }

  /// Everything that fills a slot of what is open.
  var fillings: [(item: WorkItem, filling: StepSlots.Filling)] {
    let samples = steps.flatMap { step, slots in
      slots.filled.map { (item: WorkItem(.sample, step: step, slot: $0.slot), filling: $0.filling) }
    }
    let measured = evaluations.flatMap { version, slots in
      slots.filled.map { (item: WorkItem(.evaluation, step: version, slot: $0.slot), filling: $0.filling) }
    }
    let computed = (parts?.filled ?? []).map { (item: WorkItem(.gradient, step: parts?.step ?? 0, slot: $0.slot), filling: $0.filling) }
    return (samples + measured + computed).sorted { $0.item < $1.item }
  }

  /// Opens the steps whose policy version exists, and fills in what the ledger has of them.
  ///
  /// - Returns: What was filled in.
  mutating func openSteps(at version: UInt32) -> [(item: WorkItem, filling: StepSlots.Filling)] {
    var restored: [(item: WorkItem, filling: StepSlots.Filling)] = []
    for step in plan.openSteps(at: version) where steps[step] == nil {
      var slots = StepSlots(step: step, count: plan.questionsPerStep)
      for group in stored.removeValue(forKey: step) ?? [] where !slots.isFilled(group.result.item.slot) {
        let filling = StepSlots.Filling(result: group.result, worker: group.worker, checker: group.checker)
        _ = slots.fill(group.result.item.slot, with: filling)
        restored.append((group.result.item, filling))
      }
      steps[step] = slots
    }
    return restored
  }

  /// Forgets groups of the ledger that were sampled from later versions than one.
  mutating func forgetStored(sampledAfter version: UInt32) {
    stored = stored.mapValues { $0.filter { $0.result.policyVersion <= version } }
  }

  /// Closes a step, which was trained on all of its slots. Its groups decide on the questions of a step to come.
  mutating func close(_ step: UInt32) {
    questions.finish(steps[step]?.groups?.map(\.group) ?? [])
    steps[step] = nil
    endChecks(.sample, step: step)
  }

  /// Opens the evaluation of a version.
  mutating func openEvaluation(of version: UInt32) {
    evaluations[version] = StepSlots(step: version, count: plan.heldOut)
  }

  /// Closes an evaluation, which is over.
  mutating func closeEvaluation(of version: UInt32) {
    evaluations[version] = nil
    endChecks(.evaluation, step: version)
  }

  /// Opens the parts of a step's update.
  ///
  /// - Parameter empty: What stands for the parts that nobody needs to compute.
  mutating func openParts(of step: UInt32, count: UInt32, empty: [UInt32: StepSlots.Filling]) {
    var slots = StepSlots(step: step, count: count)
    for (part, filling) in empty { _ = slots.fill(part, with: filling) }
    parts = slots
  }

  /// Closes the parts of an update, which is done, begun anew or given up. Their leases mean nothing any more.
  mutating func closeParts() {
    guard let parts else { return }
    endChecks(.gradient, step: parts.step)
    for (_, held) in parts.leasedSlots { for number in held { _ = end(number) } }
    self.parts = nil
  }

  /// What the slots of an open step ask, in their order.
  func questions(of step: UInt32) -> [Int] { questions[Int(step)]?.questions ?? [] }

  /// The question of an item: its number among the run's, or among those held out.
  func question(of item: WorkItem) -> Int {
    guard item.kind.checked == .sample else { return Int(item.slot) }
    guard let questions = questions[Int(item.step)]?.questions else { preconditionFailure("an open step is planned") }
    return questions[Int(item.slot)]
  }

  /// A result is scored, and fills its slot if nothing is found.
  mutating func begin(_ item: WorkItem, from worker: Peer) {
    let candidate = StepSlots.Candidate(worker: worker, fingerprint: workers[worker]?.fingerprint)
    change(item) { $0.begin(item.slot, candidate) }
  }

  /// The result that was scored will not do.
  mutating func drop(_ item: WorkItem) { change(item) { _ = $0.drop(item.slot) } }

  /// Fills a slot, which ends its leases.
  mutating func fill(_ item: WorkItem, with filling: StepSlots.Filling, from peer: Peer) {
    var ended: [UInt64] = []
    change(item) { ended = $0.fill(item.slot, with: filling) }
    for number in ended {
      guard let other = end(number)?.worker, other != peer else { continue }
      workers.update(other) { $0.isOvertaken = true }
    }
  }

  /// Takes back what fills a slot.
  mutating func empty(_ item: WorkItem) {
    change(item) { $0.empty(item.slot) }
    endCheck(of: item)
  }

  private mutating func change(_ item: WorkItem, _ body: (inout StepSlots) -> Void) {
    switch item.kind.checked {
    case .evaluation: evaluations[item.step]?.apply(body)
    case .gradient: if parts?.step == item.step { parts?.apply(body) }
    default: steps[item.step]?.apply(body)
    }
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
    change(item) { $0.confirm(item.slot, by: checker) }
    endCheck(of: item)
  }

  /// A check counts no more, because its checker does not.
  mutating func unconfirm(_ item: WorkItem) { change(item) { $0.confirm(item.slot, by: nil) } }

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

  /// How long a worker may answer nothing; nil for ever.
  private var hangLimit: Milliseconds? {
    let known = partTimes.median == nil ? [groupTimes] : [groupTimes, partTimes]
    return known.compactMap { $0.threshold(factor: plan.hangFactor, least: plan.lease, otherwise: plan.lease) }.max()
  }

  /// Takes the tasks of workers that show that they live and yet answer nothing. Such a worker gets no more until it shows progress.
  mutating func reclaimFromHung(now: Milliseconds) -> [(peer: Peer, milliseconds: Milliseconds, vacated: [Lease])] {
    guard let limit = hangLimit else { return [] }
    var reclaimed: [(peer: Peer, milliseconds: Milliseconds, vacated: [Lease])] = []
    for peer in workers.peers {
      guard let record = workers[peer], !record.leases.isEmpty, !record.isHung else { continue }
      // How long a part takes is not known before some have come: longer than a group, as a rule.
      let patience = record.parts > 0 && partTimes.median == nil ? Self.hangsOfALease * limit : limit
      guard now - record.lastProgress > patience else { continue }
      workers.update(peer) { $0.isHung = true }
      reclaimed.append((peer, now - record.lastProgress, release(record.leases)))
    }
    return reclaimed
  }

  /// Ends leases that are much older than any group takes, though their workers show progress with others. One whose slot somebody else has
  /// as well holds nobody up.
  mutating func reclaimOld(now: Milliseconds) -> [Lease] {
    guard let limit = hangLimit else { return [] }
    let old = workers.peers.flatMap { workers[$0]?.leases ?? [] }.filter { number in
      guard let lease = leases[number], now - lease.granted > Self.hangsOfALease * limit else { return false }
      guard
        lease.item.kind.checked != .gradient || partTimes.median != nil
          || now - lease.granted > Self.hangsOfALease * Self.hangsOfALease * limit
      else { return false }
      return lease.item.kind.isCheck || slots(of: lease.item)?.leases(of: lease.item.slot).count == 1
    }
    return release(Set(old))
  }

  // MARK: Ending leases

  /// Ends leases; the work of those returned waits for a worker again: it is not done, and nobody else is at it.
  mutating func release(_ numbers: Set<UInt64>) -> [Lease] { numbers.sorted().compactMap { release($0) } }

  private mutating func release(_ number: UInt64) -> Lease? {
    guard let lease = end(number) else { return nil }
    if lease.item.kind.isCheck { return checks.release(lease.item.checked, from: number) ? lease : nil }
    var isVacated = false
    change(lease.item) { isVacated = $0.release(lease.item.slot, from: number) }
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
    while let part = parts?.nextWaiting(),
      let peer = workers.nextPartTaker(
        at: version, allowance: Self.partsInHand, where: { $1.parts + unfetched[$0, default: 0] <= Self.partsInHand })
    {
      grant(WorkItem(.gradient, step: version, slot: part), to: peer, now: now, &grants)
    }
    for item in checks.waiting { handOutCheck(of: item, parties: parties, now: now, &grants) }
    let slots = max(plan.questionsPerStep, evaluations.isEmpty ? 0 : plan.heldOut)
    let allowance = min(plan.tasksInHand, workers.allowance(questionsPerStep: slots))
    for version in evaluated {
      while let slot = evaluations[version]?.nextWaiting(), let peer = workers.nextTaker(allowance: allowance) {
        grant(WorkItem(.evaluation, step: version, slot: slot), to: peer, now: now, &grants)
      }
    }
    for step in plan.openSteps(at: version) where !holdsSamples {
      while let slot = steps[step]?.nextWaiting(), let peer = workers.nextTaker(allowance: allowance) {
        grant(WorkItem(.sample, step: step, slot: slot), to: peer, now: now, &grants)
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
    for (slot, held) in slots(of: WorkItem(kind, step: step, slot: 0))?.leasedSlots ?? [] {
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
      change(item) { $0.lease(item.slot, as: lease.number) }
    }
    workers.add(lease)
    let given = item.kind.isCheck && item.kind != .gradientCheck ? filling(of: item)?.result.group.responses.map(\.tokens) ?? [] : []
    let version = plan.policyVersion(of: item)
    let grant = LeaseGrant(
      lease: lease.number, seal: seals.seal(item, policyVersion: version, for: peer), item: item, policyVersion: version,
      groupSize: UInt32(plan.groupSize(of: item)), question: question(of: item), given: given)
    grants.add(grant, to: peer)
  }
}
