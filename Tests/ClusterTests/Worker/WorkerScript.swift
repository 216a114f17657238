import Cluster
import EMPO
import Wire

/// Drives a worker machine by hand and keeps its clock.
struct WorkerScript {
  var machine: WorkerMachine
  var now: Milliseconds = 0

  /// Tickets of tasks that the machine handed to the sampler, by step and slot.
  var tickets: [[UInt32]: UInt64] = [:]

  init(_ plan: WorkerPlan = Fixture.worker()) {
    machine = WorkerMachine(plan: plan)
  }

  mutating func on(_ event: WorkerMachine.Event) -> [WorkerMachine.Action] {
    let actions = machine.handle(event, now: now)
    for case .sample(let ticket, let task) in actions { tickets[[task.item.step, task.item.slot]] = ticket }
    return actions
  }

  mutating func hear(_ message: LearnerMessage) -> [WorkerMachine.Action] { on(.message(message)) }

  /// Starts, and is welcomed at a version.
  mutating func join(version: UInt32 = 0) {
    _ = on(.start)
    _ = hear(Fixture.welcome(version: version))
  }

  mutating func hearTask(step: UInt32, slot: UInt32, version: UInt32, lease: UInt64) -> [WorkerMachine.Action] {
    hear(.tasks([Fixture.task(step: step, slot: slot, version: version, lease: lease)]))
  }

  /// Every chunk of a version arrives over the broadcast.
  mutating func broadcast(_ version: UInt32) -> [WorkerMachine.Action] {
    Fixture.chunks(version).flatMap { on(.broadcast($0)) }
  }

  mutating func begin(step: UInt32, slot: UInt32) -> [WorkerMachine.Action] {
    on(.began(ticket: tickets[[step, slot]] ?? 0))
  }

  mutating func finish(step: UInt32, slot: UInt32) -> [WorkerMachine.Action] {
    on(.sampled(ticket: tickets[[step, slot]] ?? 0, group: Fixture.group(step: step, slot: slot), seconds: 1))
  }

  /// Lets time pass while the learner answers heartbeats.
  mutating func wait(_ milliseconds: Milliseconds) -> [WorkerMachine.Action] {
    now += milliseconds
    return hear(.heartbeatReply(incarnation: 1))
  }

  /// Lets time pass in silence.
  mutating func waitInSilence(_ milliseconds: Milliseconds) -> [WorkerMachine.Action] {
    now += milliseconds
    return on(.tick)
  }
}

extension [WorkerMachine.Action] {
  var sent: [WorkerMessage] {
    compactMap { action in
      if case .send(let message) = action { message } else { nil }
    }
  }

  /// Step and slot of the tasks handed to the sampler.
  var sampled: [[UInt32]] {
    compactMap { action in
      if case .sample(_, let task) = action { [task.item.step, task.item.slot] } else { nil }
    }
  }

  var loaded: [UInt32] {
    compactMap { action in
      if case .load(let version, _) = action { version } else { nil }
    }
  }

  /// Step and slot of the groups that were sent.
  var groups: [[UInt32]] {
    sent.compactMap { message in
      if case .result(let result) = message { [result.item.step, result.item.slot] } else { nil }
    }
  }

  var requests: [[UInt32]] {
    sent.compactMap { message in
      if case .weightsRequest(let version, _, let chunks) = message { [version] + chunks } else { nil }
    }
  }

  /// The leases that heartbeats named.
  var leases: [[UInt64]] {
    sent.compactMap { message in
      if case .heartbeat(let heartbeat) = message { heartbeat.leases } else { nil }
    }
  }

  var hellos: Int {
    sent.count { message in
      if case .hello = message { true } else { false }
    }
  }

  var waits: [WorkerWait] {
    compactMap { action in
      if case .notify(.waiting(let wait, _)) = action { wait } else { nil }
    }
  }

  var outcome: WorkerOutcome? {
    for case .end(let outcome) in self { return outcome }
    return nil
  }
}
