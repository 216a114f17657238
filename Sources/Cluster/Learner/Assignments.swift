import EMPO
import Wire

/// Who works on what: the open steps, the workers, and the leases that join them.
///
/// A lease is in the table exactly as long as its worker's record and its slot name it. So all three change here, together, and nowhere
/// else.
struct Assignments: Sendable {
  /// A worker that is gone.
  struct Departure {
    let peer: Peer
    let record: WorkerRoster.Record

    /// Its leases whose slots wait again.
    let vacated: [Lease]
  }

  /// What a heartbeat brought.
  struct News {
    /// Whether the worker hung until now.
    let hasRecovered: Bool

    /// The growth of what the worker counts.
    let busySeconds: Double
    let waitingSeconds: Double

    /// Leases that the worker has no more, and whose slots wait again.
    let vacated: [Lease]
  }

  /// What an answer to an audited task is beside the one that is held.
  enum Confirmation {
    /// There is none yet.
    case first
    /// Says nothing: the same worker's word twice, or that of another kind of arithmetic, which may differ.
    case nothing
    case agreement(with: StepSlots.Held)
    case contradiction(of: StepSlots.Held, GroupDifference)
  }

  /// Audited slots that are looked at in vain in one go: each costs a pass over a worker or two.
  private static let unservedAudits = 16

  private let plan: LearnerPlan
  private(set) var workers: WorkerRoster
  private var leases: LeaseTable

  /// How long groups took from their leases on.
  private(set) var groupTimes = GroupTimes()

  private var steps: [UInt32: StepSlots] = [:]

  /// What the slots of the open steps ask.
  private(set) var questions: QuestionSchedule

  /// Groups of the ledger that belong to steps which are not open yet.
  private var stored: [UInt32: [GroupResult]]

  /// - Parameter stored: The ledger's groups of steps that are not trained.
  init(plan: LearnerPlan, questions: QuestionSchedule, stored: [GroupResult]) {
    self.plan = plan
    self.questions = questions
    self.stored = Dictionary(grouping: stored, by: \.step)
    workers = WorkerRoster(silence: plan.lease)
    leases = LeaseTable(period: plan.lease)
  }

  // MARK: Steps

  /// The slots of a step; nil while it is not open.
  subscript(step: UInt32) -> StepSlots? { steps[step] }

  /// Opens the steps whose policy version exists, and fills in what the ledger has of them.
  mutating func openSteps(at version: UInt32) {
    for step in plan.openSteps(at: version) where steps[step] == nil {
      var slots = StepSlots(step: step, count: plan.questionsPerStep) { plan.audit.covers(step: step, slot: $0) }
      for result in stored.removeValue(forKey: step) ?? [] where !slots.isFilled(result.slot) {
        _ = slots.fill(result.slot, with: result)
      }
      steps[step] = slots
    }
  }

  /// Closes a step, which was trained on all of its slots. Its groups decide on the questions of a step to come.
  mutating func close(_ step: UInt32) {
    questions.finish(steps[step]?.groups?.map(\.group) ?? [])
    steps[step] = nil
  }

  /// What the slots of an open step ask, in their order.
  func questions(of step: UInt32) -> [Int] { questions[Int(step)]?.questions ?? [] }

  /// Fills a slot, which ends its leases.
  mutating func fill(with result: GroupResult, from peer: Peer) {
    for number in steps[result.step]?.fill(result.slot, with: result) ?? [] {
      guard let other = end(number)?.worker, other != peer else { continue }
      workers.update(other) { $0.isOvertaken = true }
    }
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
    let hasRecovered = (heartbeat.leases.isEmpty || news.hasBegun) && workers.noteProgress(of: peer, now: now)
    return News(
      hasRecovered: hasRecovered, busySeconds: news.busySeconds, waitingSeconds: news.waitingSeconds, vacated: release(news.forgotten))
  }

  /// A worker answered a task.
  ///
  /// - Returns: Whether the worker hung until now.
  mutating func noteAnswer(_ result: GroupResult, from peer: Peer, now: Milliseconds) -> Bool {
    if let lease = leases[result.lease], lease.worker == peer { groupTimes.add(now - lease.granted) }
    return workers.noteProgress(of: peer, now: now)
  }

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
    guard let limit = groupTimes.threshold(factor: plan.hangFactor, least: plan.lease, otherwise: plan.lease) else { return [] }
    var reclaimed: [(peer: Peer, milliseconds: Milliseconds, vacated: [Lease])] = []
    for peer in workers.peers {
      guard let record = workers[peer], !record.leases.isEmpty, !record.isHung, now - record.lastProgress > limit else { continue }
      workers.update(peer) { $0.isHung = true }
      reclaimed.append((peer, now - record.lastProgress, release(record.leases)))
    }
    return reclaimed
  }

  // MARK: Ending leases

  /// Ends leases; the slots of those returned wait for a worker again: they are not filled, and nobody else works on them.
  mutating func release(_ numbers: Set<UInt64>) -> [Lease] { numbers.sorted().compactMap { release($0) } }

  private mutating func release(_ number: UInt64) -> Lease? {
    guard let lease = end(number), steps[lease.step]?.release(lease.slot, from: number) == true else { return nil }
    return lease
  }

  /// Ends the lease that a worker answered, if it is for the answer's task.
  mutating func settle(_ result: GroupResult, from peer: Peer) -> Lease? {
    leases[result.lease]?.covers(result, from: peer) == true ? release(result.lease) : nil
  }

  /// Takes tasks back from a worker that is about to leave: it gets no more until it says hello again.
  mutating func takeBack(_ declined: [UInt64], from peer: Peer, now: Milliseconds) -> [Lease] {
    workers.update(peer) { $0.drainingSince = now }
    return declined.compactMap { leases[$0]?.worker == peer ? release($0) : nil }
  }

  /// Ends the leases that nobody extended.
  mutating func releasePassed(now: Milliseconds) -> [Lease] { leases.takePassed(now: now).compactMap { release($0) } }

  /// Ends a lease that has nothing to do with its slot any more.
  private mutating func end(_ number: UInt64) -> Lease? {
    guard let lease = leases.end(number) else { return nil }
    workers.end(lease)
    return lease
  }

  // MARK: Granting leases

  /// Leases waiting slots, oldest step and lowest slot first, to the workers with the fewest leases.
  mutating func handOut(at version: UInt32, now: Milliseconds) -> Grants {
    var grants = Grants()
    guard workers.takers > 0 else { return grants }
    let allowance = min(plan.tasksInHand, workers.allowance(questionsPerStep: plan.questionsPerStep))
    for step in plan.openSteps(at: version) {
      while let slot = steps[step]?.nextWaiting(), let peer = workers.nextTaker(allowance: allowance) {
        grant(step: step, slot: slot, to: peer, now: now, &grants)
      }
      handOutAudits(step: step, allowance: allowance, now: now, &grants)
    }
    return grants
  }

  /// Leases audited slots of a step to the second of their two workers.
  private mutating func handOutAudits(step: UInt32, allowance: Int, now: Milliseconds, _ grants: inout Grants) {
    var unserved: [UInt32] = []
    while unserved.count < Self.unservedAudits, let slot = steps[step]?.takeConfirmable() {
      guard let peer = secondTaker(step: step, slot: slot, allowance: allowance) else {
        unserved.append(slot)
        continue
      }
      grant(step: step, slot: slot, to: peer, now: now, &grants)
    }
    steps[step]?.putBack(confirmable: unserved)
  }

  /// Leases slots of a step that take long a second time. The first answer counts, the second is a duplicate: both are the same bytes.
  ///
  /// - Returns: The leases that are late, and who else has their slots now.
  mutating func doubleLate(
    step: UInt32, after late: Milliseconds, now: Milliseconds, _ grants: inout Grants
  ) -> [(lease: Lease, second: Peer)] {
    var doubled: [(lease: Lease, second: Peer)] = []
    for (slot, held) in steps[step]?.leasedSlots ?? [] {
      guard held.count == 1, let lease = leases[held[0]], now - lease.granted > late else { continue }
      // One that has nothing to do: any other is the later with its own tasks for it.
      guard let peer = secondTaker(step: step, slot: slot, allowance: 1) else { continue }
      grant(step: step, slot: slot, to: peer, now: now, &grants)
      doubled.append((lease, peer))
    }
    return doubled
  }

  /// A worker for a slot beside those that have or had a part in it, and of their kind of arithmetic.
  private mutating func secondTaker(step: UInt32, slot: UInt32, allowance: Int) -> Peer? {
    guard let slots = steps[step] else { return nil }
    var peers = slots.leases(of: slot).compactMap { leases[$0]?.worker }
    var kind = peers.first.flatMap { workers[$0]?.fingerprint }
    if let held = slots.held(slot) {
      peers.append(held.peer)
      kind = held.fingerprint
    }
    return workers.nextTaker(allowance: allowance) { peer, record in
      !peers.contains(peer) && (kind == nil || record.fingerprint == kind)
    }
  }

  private mutating func grant(step: UInt32, slot: UInt32, to peer: Peer, now: Milliseconds, _ grants: inout Grants) {
    let lease = leases.grant(step: step, slot: slot, to: peer, now: now)
    steps[step]?.lease(slot, as: lease.number)
    workers.add(lease)
    let version = plan.policyVersion(of: step)
    guard let question = questions[Int(step)]?.questions[Int(slot)] else { preconditionFailure("an open step is planned") }
    grants.add(LeaseGrant(lease: lease.number, step: step, slot: slot, policyVersion: version, question: question), to: peer)
  }

  // MARK: Audits

  /// Compares an answer to an audited task with the one that is held.
  func confirmation(by result: GroupResult, from peer: Peer) -> Confirmation {
    guard let held = steps[result.step]?.held(result.slot) else { return .first }
    guard held.peer != peer, held.fingerprint == workers[peer]?.fingerprint ?? "" else { return .nothing }
    guard let difference = GroupDifference(held.result.group, result.group) else { return .agreement(with: held) }
    return .contradiction(of: held, difference)
  }

  /// Holds the first answer to an audited task, which ends the lease that it answers.
  mutating func hold(_ result: GroupResult, from peer: Peer) {
    // A lease of an earlier incarnation may have the number of one that another worker has now.
    let lease = leases[result.lease]?.covers(result, from: peer) == true ? result.lease : nil
    let held = StepSlots.Held(result: result, peer: peer, fingerprint: workers[peer]?.fingerprint ?? "")
    steps[result.step]?.hold(held, of: result.slot, lease: lease)
    if let lease { _ = end(lease) }
  }

  /// The answer held of an audited task that nobody else works on or could confirm.
  func unconfirmable(step: UInt32, slot: UInt32) -> StepSlots.Held? {
    guard let slots = steps[step], let held = slots.held(slot), slots.leases(of: slot).isEmpty else { return nil }
    let canConfirm = workers.hasTaker { peer, record in peer != held.peer && record.fingerprint == held.fingerprint }
    return canConfirm ? nil : held
  }
}

/// The leases that one event hands out, by worker.
struct Grants {
  /// So many tasks fit one message, however large each of them is: question, answer, prompt and names.
  private static let perMessage = Limits.learnerMessageBytes / (2 * Limits.textBytes + 4 * Limits.tokens + 4 * Limits.nameBytes)

  private var takers: [Peer] = []
  private var grants: [Peer: [LeaseGrant]] = [:]

  mutating func add(_ grant: LeaseGrant, to peer: Peer) {
    if grants[peer] == nil { takers.append(peer) }
    grants[peer, default: []].append(grant)
  }

  /// Actions that send them, in as many messages as they need.
  var actions: [LearnerMachine.Action] {
    var actions: [LearnerMachine.Action] = []
    for peer in takers {
      let all = grants[peer] ?? []
      for start in stride(from: 0, to: all.count, by: Self.perMessage) {
        actions.append(.lease(Array(all[start..<min(all.count, start + Self.perMessage)]), to: peer))
      }
    }
    return actions
  }
}
