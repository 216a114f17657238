import Cluster
import EMPO
import Wire

/// Drives a learner machine by hand and keeps its clock.
struct LearnerScript {
  var machine: LearnerMachine
  var now: Milliseconds = 0

  init(
    _ plan: LearnerPlan = Fixture.plan(), version: UInt32 = 0, questions: QuestionSchedule.State? = nil, retained: Set<UInt32> = [0],
    stored: [WorkResult] = [], evaluated: Set<UInt32> = [], reliance: [String: UInt32] = [:], expelled: [String: String] = [:],
    ending: UInt32? = nil, end: Milliseconds? = nil
  ) throws {
    let state = LearnerState(
      version: version, questions: questions, retained: retained, evaluated: evaluated,
      groups: stored.map { StoredGroup(result: $0, worker: "z") }, reliance: reliance, expelled: expelled, end: ending)
    machine = try LearnerMachine(plan: plan, order: Fixture.order, incarnation: 1, secrets: Fixture.secrets, state: state, end: end)
  }

  mutating func on(_ event: LearnerMachine.Event) -> [LearnerMachine.Action] {
    machine.handle(event, now: now)
  }

  /// Lets a worker say something. A result without a seal gets the one of its lease, and the learner scores it as the worker did.
  mutating func say(_ message: WorkerMessage, _ worker: String) -> [LearnerMachine.Action] {
    guard case .result(let result) = message else { return on(.message(message, from: Peer(worker))) }
    let sent = result.seal == Fixture.unsealed ? Fixture.sealed(result, for: worker) : result
    var actions = on(.message(.result(sent), from: Peer(worker)))
    for case .score(let scored, let peer, _) in actions { actions += on(.scored(scored, from: peer, own: scored.group)) }
    return actions
  }

  /// Lets a worker answer the held-out questions.
  mutating func measure(version: UInt32, questions: UInt32, responses: Int = 1, _ worker: String) -> [LearnerMachine.Action] {
    (0..<questions).flatMap { say(.result(Fixture.measured(version: version, place: $0, responses: responses)), worker) }
  }

  mutating func join(_ worker: String, credits: UInt32 = 100) -> [LearnerMachine.Action] {
    say(Fixture.hello(worker, credits: credits), worker)
  }

  mutating func send(step: UInt32, slot: UInt32, lag: UInt32 = 1, lease: UInt64 = 0, _ worker: String) -> [LearnerMachine.Action] {
    say(.result(Fixture.result(step: step, slot: slot, lag: lag, lease: lease)), worker)
  }

  mutating func beat(_ worker: String, leases: [UInt64] = [], busy: Double = 0, waiting: Double = 0) -> [LearnerMachine.Action] {
    say(
      .heartbeat(
        Heartbeat(
          incarnation: 1, leases: leases, policyVersion: 0, busySeconds: busy, waitingSeconds: waiting, sampledTokens: 0)), worker)
  }

  mutating func wait(_ milliseconds: Milliseconds) -> [LearnerMachine.Action] {
    now += milliseconds
    return on(.tick)
  }

  /// Lets a worker send every group of a step.
  mutating func fill(step: UInt32, slots: UInt32 = 4, lag: UInt32 = 1, _ worker: String) -> [LearnerMachine.Action] {
    (0..<slots).flatMap { send(step: step, slot: $0, lag: lag, worker) }
  }
}

extension [LearnerMachine.Action] {
  func grants(to worker: String) -> [LeaseGrant] {
    flatMap { action -> [LeaseGrant] in
      guard case .lease(let grants, let peer) = action, peer == Peer(worker) else { return [] }
      return grants
    }
  }

  func slots(to worker: String) -> [[UInt32]] { grants(to: worker).map { [$0.item.step, $0.item.slot] } }

  var trained: [UInt32] {
    compactMap { action in
      if case .train(let step, _, _) = action { step } else { nil }
    }
  }

  var notices: [LearnerNotice] {
    compactMap { action in
      if case .notify(let notice) = action { notice } else { nil }
    }
  }

  var refusals: [Refusal.Code] {
    compactMap { action in
      if case .send(.refuse(let refusal), _) = action { refusal.code } else { nil }
    }
  }

  /// The versions that are told as gone.
  var gone: [UInt32] {
    compactMap { action in
      if case .send(.weightsGone(let version, _), _) = action { version } else { nil }
    }
  }

  var dispositions: [Disposition] {
    compactMap { action in
      if case .send(.acknowledge(_, let disposition), _) = action { disposition } else { nil }
    }
  }

  var persisted: [WorkResult] {
    compactMap { action in
      if case .persist(let result, _, _) = action { result } else { nil }
    }
  }
}
