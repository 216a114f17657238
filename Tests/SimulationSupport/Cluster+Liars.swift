import Cluster
import EMPO
import TestSupport
import Wire

/// The lies that were told, by what they are about.
struct Lies {
  private var groups: [WorkItem: [ScoredGroup]] = [:]

  mutating func add(_ group: ScoredGroup, about item: WorkItem) { groups[item, default: []].append(group) }

  /// A lie with these tokens.
  func lie(about item: WorkItem, tokens: [[Int32]]) -> ScoredGroup? { groups[item]?.last { $0.responses.map(\.tokens) == tokens } }

  /// Whether tokens and log-probabilities are those of a lie.
  func contain(_ group: ScoredGroup, about item: WorkItem) -> Bool {
    groups[item]?.contains { lie in
      lie.responses.map(\.tokens) == group.responses.map(\.tokens)
        && lie.responses.map(\.tokenLogProbabilities) == group.responses.map(\.tokenLogProbabilities)
        && lie.responses.map(\.isTruncated) == group.responses.map(\.isTruncated)
    } ?? false
  }
}

extension Cluster {
  /// Whether a result is not what its seed gives.
  func isLie(_ result: WorkResult) -> Bool {
    let item = result.item
    if item.kind.checked == .gradient { return false }
    if scenario.liars.isLenient { return lies.contain(result.group, about: item) }
    if item.kind == .sample { return result.group != groups[Int(item.step)][Int(item.slot)] }
    let size = result.group.responses.count
    return result.group != SimulatedRun.group(item, question: Int(item.slot), size: size, weights: versions[Int(item.step)])
  }

  func partyOfWorker(_ index: Int) -> String {
    let name = workers[index].peer.description
    return plan.hasKeys ? String(name.prefix { $0 != "/" }) : name
  }

  /// Whether a worker lies, or backs others of its pool that do.
  func maySpeakFalsely(_ index: Int) -> Bool {
    scenario.liars.workers.contains(index) || scenario.liars.arePooled && index > 0
  }

  /// What a worker makes of the group that its task has: the group, or a lie.
  func word(of index: Int, on task: Task, _ group: ScoredGroup) -> ScoredGroup {
    let liars = scenario.liars
    guard maySpeakFalsely(index) else { return group }
    let item = task.item.checked
    if task.item.kind.isCheck {
      // Who has another's key by another name backs its lies.
      if liars.arePooled, let lie = lies.lie(about: item, tokens: task.given) { return lie }
      guard liars.workers.contains(index), liars.attacks.contains(.object), random.happens(liars.share) else { return group }
      return lie(about: task.item, group)
    }
    guard liars.workers.contains(index), bug != .announcesWhatIsChecked else { return group }
    if liars.attacks.contains(.alter), random.happens(liars.share) { return lie(about: item, group) }
    guard liars.attacks.contains(.forgeScores), item.kind == .sample, random.happens(liars.share) else { return group }
    tally.count(.lieSent)
    var forged = group
    forged.responses[0].reward += 7
    forged.responses[1].cluster = 1 - forged.responses[1].cluster
    forged.isKept.toggle()
    return forged
  }

  private func lie(about item: WorkItem, _ group: ScoredGroup) -> ScoredGroup {
    tally.count(.lieSent)
    var lie = group
    if scenario.liars.isLenient || bug == .announcesWhatIsChecked {
      // One that nothing but a check finds.
      Mutation.apply(random.within(32...39), to: &lie)
      lie = SimulatedRun.score(lie)
    } else {
      Mutation.apply(random.below(Mutation.count), to: &lie)
    }
    note(.lieSent, UInt64(item.step) << 16 | UInt64(item.slot)) { "a lie about \(item)" }
    if !item.kind.isCheck { lies.add(lie, about: item) }
    return lie
  }

  /// What a worker makes of a part of a gradient.
  func word(of index: Int, on task: Task, _ gradient: ComputedGradient) -> ComputedGradient {
    let liars = scenario.liars
    guard liars.workers.contains(index), bug == nil, random.happens(liars.share) else { return gradient }
    guard liars.attacks.contains(task.item.kind.isCheck ? .object : .alter) else { return gradient }
    tally.count(.lieSent)
    note(.lieSent, UInt64(task.item.step) << 16 | UInt64(task.item.slot)) { "a lie about \(task.item)" }
    var lie = gradient
    lie.bytes[random.below(lie.bytes.count)] ^= UInt8(1 << random.below(8))
    return lie
  }

  /// A liar sends groups for open slots that it has no lease of, under a seal of another lease or none.
  func invent(_ index: Int, after task: Task) {
    guard scenario.liars.workers.contains(index), scenario.liars.attacks.contains(.invent), random.happens(scenario.liars.share) else {
      return
    }
    for slot in 0..<plan.questionsPerStep where random.happens(0.3) {
      let item = WorkItem(step: min(plan.steps - 1, task.item.step + UInt32(random.below(2))), slot: slot)
      let version = plan.policyVersion(of: item.step)
      let group = SimulatedRun.group(item, question: 0, size: 2, weights: SimulatedRun.base.reversed())
      tally.count(.lieSent)
      let seal = random.happens(0.5) ? task.seal : LeaseSeal(incarnation: task.seal.incarnation, code: Array(repeating: 1, count: 16))
      let result = WorkResult(lease: task.lease, seal: seal, item: item, policyVersion: version, group: group, seconds: 0)
      // One for the slot of its own lease is not invented.
      if item != task.item { transmit(.result(result), over: index) }
    }
  }

  /// Plants a bug in what the learner hears.
  func altering(_ event: LearnerMachine.Event) -> LearnerMachine.Event {
    switch (bug, event) {
    case (.ignoresVersions, .message(.result(var result), let peer)):
      result.policyVersion = version(of: result.item)
      return .message(.result(sealed(result, for: peer)), from: peer)
    case (.acceptsWithoutALease, .message(.result(let result), let peer)): return .message(.result(sealed(result, for: peer)), from: peer)
    case (.announcesWhatIsChecked, .scored(var result, let peer, let own)):
      guard let liar = workers.firstIndex(where: { $0.peer == peer }), scenario.liars.workers.contains(liar),
        scenario.liars.attacks.contains(.alter), let process = learner
      else { return event }
      // The machine is a value: what it would do can be seen beforehand.
      var machine = process.machine
      let actions = machine?.handle(event, now: process.clock.now(at: now)) ?? []
      let isChecked = actions.contains { action in
        switch action {
        case .check(let checked, _): checked.item == result.item
        case .lease(let grants, _): grants.contains { $0.item == result.item.check }
        default: false
        }
      }
      guard !isChecked else { return event }
      result.group = lie(about: result.item, result.group)
      return .scored(result, from: peer, own: own == nil ? nil : SimulatedRun.score(result.group))
    default: return event
    }
  }

  private func version(of item: WorkItem) -> UInt32 { item.kind.checked == .sample ? plan.policyVersion(of: item.step) : item.step }

  private func sealed(_ result: WorkResult, for peer: Peer) -> WorkResult {
    guard let process = learner else { return result }
    var sealed = result
    let seals = LeaseSeals(secrets: secrets(of: process.incarnation, lineage: ledger.lineage), incarnation: process.incarnation)
    sealed.seal = seals.seal(result.item, policyVersion: result.policyVersion, for: peer)
    return sealed
  }
}
