import Training
import Wire

/// What leases a learner should have, told only by what it hears and does. Says where it goes beyond.
struct LeaseWatch {
  /// How many workers may have a slot at once.
  static let holdersOfASlot = 1

  private struct Held {
    var grant: LeaseGrant
    var worker: Peer
    var deadline: Milliseconds
  }

  private let plan: LearnerPlan
  private let incarnation: UInt64
  private var held: [Held] = []

  init(plan: LearnerPlan, incarnation: UInt64) {
    self.plan = plan
    self.incarnation = incarnation
  }

  /// The first deadline.
  var firstDeadline: Milliseconds? { held.lazy.map(\.deadline).min() }

  /// Notes what the learner is about to hear: heartbeats extend leases that have not run out.
  mutating func hear(_ event: LearnerMachine.Event, now: Milliseconds) {
    guard case .message(.heartbeat(let heartbeat), let peer) = event, heartbeat.incarnation == incarnation else { return }
    for index in held.indices where held[index].worker == peer && held[index].deadline >= now {
      if heartbeat.leases.contains(held[index].grant.lease) { held[index].deadline = now + plan.lease }
    }
  }

  /// Notes what the learner does.
  ///
  /// - Returns: What it should not do, in one line.
  mutating func observe(_ actions: [LearnerMachine.Action], now: Milliseconds) -> String? {
    for action in actions {
      switch action {
      case .lease(let grants, let peer):
        for grant in grants {
          if let fault = take(grant, worker: peer, now: now) { return fault }
        }
      case .persist(let result, _): held.removeAll { $0.grant.step == result.step && $0.grant.slot == result.slot }
      case .notify(.leaseReassigned(let step, let slot, let worker, _)):
        held.removeAll { $0.grant.step == step && $0.grant.slot == slot && $0.worker.description == worker }
      default: break
      }
    }
    if let late = held.first(where: { $0.deadline < now }) {
      return "lease \(late.grant.lease) of \(late.worker) outlives its deadline by \(now - late.deadline) ms"
    }
    return nil
  }

  private mutating func take(_ grant: LeaseGrant, worker: Peer, now: Milliseconds) -> String? {
    guard grant.policyVersion == plan.policyVersion(of: grant.step) else {
      return "step \(grant.step) is leased on version \(grant.policyVersion)"
    }
    let holders = held.filter { $0.grant.step == grant.step && $0.grant.slot == grant.slot }
    guard holders.count < Self.holdersOfASlot, !holders.contains(where: { $0.worker == worker }) else {
      return "step \(grant.step) slot \(grant.slot) is leased to \(worker) while \(holders.map(\.worker)) have it"
    }
    held.append(Held(grant: grant, worker: worker, deadline: now + plan.lease))
    guard held.count <= Int(plan.lag + 1) * Int(plan.questionsPerStep) * Self.holdersOfASlot else {
      return "\(held.count) leases are more than there are open slots"
    }
    return nil
  }
}
