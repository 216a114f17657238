import Cluster
import Wire

/// What leases a learner may have, told only by what it hears and does. Says where it goes beyond.
struct LeaseWatch {
  /// How many workers may have a slot at once: a second one where the first is late, or for an audit.
  static let holdersOfASlot = 2

  private struct Held {
    var grant: LeaseGrant
    var worker: Peer
    var deadline: Milliseconds

    /// Whether the slot had another holder meanwhile: then this lease may end without a word.
    var isShared = false

    func isOf(_ item: WorkItem) -> Bool { grant.item == item }
  }

  private let plan: LearnerPlan
  private let incarnation: UInt64
  private var held: [Held] = []

  /// Workers that said hello and have not said since which leases they still have.
  private var returned: Set<Peer> = []

  /// Workers that said that they have the base weights, since they were last welcomed.
  private var ready: Set<Peer> = []

  init(plan: LearnerPlan, incarnation: UInt64) {
    self.plan = plan
    self.incarnation = incarnation
  }

  /// The first deadline.
  var firstDeadline: Milliseconds? { held.lazy.map(\.deadline).min() }

  /// Notes what the learner is about to hear: heartbeats extend leases that have not run out; other words end them.
  mutating func hear(_ event: LearnerMachine.Event, now: Milliseconds) {
    guard case .message(let message, let peer) = event else { return }
    switch message {
    case .hello: returned.insert(peer)
    case .heartbeat(let heartbeat):
      guard heartbeat.incarnation == incarnation else { return }
      if heartbeat.isReady { ready.insert(peer) } else { ready.remove(peer) }
      if returned.remove(peer) != nil { held.removeAll { $0.worker == peer && !heartbeat.leases.contains($0.grant.lease) } }
      for index in held.indices where held[index].worker == peer && held[index].deadline >= now {
        // Where a clock stepped back, what was promised stays.
        if heartbeat.leases.contains(held[index].grant.lease) { held[index].deadline = max(held[index].deadline, now + plan.lease) }
      }
    case .result(let result): held.removeAll { $0.worker == peer && $0.grant.lease == result.lease && $0.isOf(result.item) }
    case .decline(let leases): held.removeAll { $0.worker == peer && leases.contains($0.grant.lease) }
    case .goodbye: held.removeAll { $0.worker == peer }
    case .weightsRequest, .gradient: break
    }
  }

  /// What is being scored: whoever had a lease of it may keep it until that is over.
  private var scored: Set<WorkItem> = []

  private func isScored(_ item: WorkItem) -> Bool { scored.contains(item) }

  /// Notes what the learner does.
  ///
  /// - Returns: What it should not do, in one line.
  mutating func observe(_ actions: [LearnerMachine.Action], now: Milliseconds) -> String? {
    for action in actions {
      switch action {
      case .score(let result, _, _): scored.insert(result.item)
      case .welcome(let peer, _): ready.remove(peer)
      case .lease(let grants, let peer):
        if plan.hasBaseWeights, !ready.contains(peer) { return "\(peer) is given tasks and has no base weights" }
        for grant in grants {
          scored.remove(grant.item)
          if let fault = take(grant, worker: peer, now: now) { return fault }
        }
      case .notify(.accepted(let item, _, _)): held.removeAll { $0.isOf(item) }
      // The parts of the update that was begun are of no use any more.
      case .prepare, .finishUpdate, .publish, .notify(.stopping), .notify(.outOfTime), .notify(.goingBack):
        held.removeAll { $0.grant.item.kind.checked == .gradient }
      // The work waits: nobody has it any more.
      case .notify(.leaseReassigned(let item, _, _)): held.removeAll { $0.isOf(item) }
      case .notify(.workerHung(let worker, _, _)), .notify(.workerLost(let worker, _, _)), .notify(.quarantined(let worker, _, _)):
        held.removeAll { $0.worker.description == worker }
      default: break
      }
    }
    // The second lease of a slot is told of before it is given.
    for case .notify(.leaseDoubled(let item, _, _, _)) in actions {
      for index in held.indices where held[index].isOf(item) { held[index].isShared = true }
    }
    // The lease of a check may end without a word, too, where the learner looks itself; so may one whose result is being scored.
    for late in held where late.deadline < now && !late.isShared && !late.grant.item.kind.isCheck && !isScored(late.grant.item) {
      return "lease \(late.grant.lease) of \(late.worker) outlives its deadline by \(now - late.deadline) ms"
    }
    held.removeAll { $0.deadline < now }
    return nil
  }

  private mutating func take(_ grant: LeaseGrant, worker: Peer, now: Milliseconds) -> String? {
    let item = grant.item
    let version = item.kind.checked == .sample ? plan.policyVersion(of: item.step) : item.step
    guard grant.policyVersion == version else { return "\(item) is leased on version \(grant.policyVersion)" }
    let holders = held.filter { $0.isOf(item) && $0.deadline >= now }
    guard holders.count < Self.holdersOfASlot, item.kind.isCheck || !holders.contains(where: { $0.worker == worker }) else {
      return "\(item) is leased to \(worker) while \(holders.map(\.worker)) have it"
    }
    for index in held.indices where held[index].isOf(item) { held[index].isShared = true }
    held.append(Held(grant: grant, worker: worker, deadline: now + plan.lease, isShared: !holders.isEmpty))
    return nil
  }
}
