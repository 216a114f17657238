import EMPO
import Wire

extension WorkerMachine {
  /// How often a group is sent before the worker concludes that the learner will not have it.
  static let maximumSends = 6

  mutating func take(_ tasks: [Task], now: Milliseconds, _ actions: inout [Action]) {
    guard let incarnation = session?.welcome.incarnation else { return }
    guard drainUntil == nil else {
      actions.append(.send(.decline(leases: tasks.map(\.lease))))
      return
    }
    for task in tasks {
      let key = TaskKey(step: task.step, slot: task.slot)
      if unanswered[key]?.result.policyVersion == task.policyVersion {
        // It is done: what was sent got lost.
        unanswered[key]?.result.lease = task.lease
        unanswered[key]?.incarnation = incarnation
        sendResult(key, now: now, &actions)
      } else if running[key]?.task.policyVersion == task.policyVersion {
        // It is under way since an earlier lease.
        running[key]?.task.lease = task.lease
        running[key]?.incarnation = incarnation
      } else {
        unanswered[key] = nil
        if running[key] != nil { cancel([key], &actions) }
        waiting[key] = task
      }
    }
  }

  /// Hands waiting tasks of the loaded version to the sampler; between batches, loads the version of the lowest task whose
  /// weights are whole.
  mutating func sample(now: Milliseconds, _ actions: inout [Action]) {
    guard let incarnation = session?.welcome.incarnation else { return }
    if running.isEmpty {
      guard let first = waiting.filter({ weights.isAvailable($0.value.policyVersion) }).min(by: { $0.key < $1.key }) else { return }
      let version = first.value.policyVersion
      if let bytes = weights.load(version) { actions.append(.load(version: version, bytes: bytes)) }
    }
    for (key, task) in waiting.filter({ $0.value.policyVersion == weights.loaded }).sorted(by: { $0.key < $1.key }) {
      waiting[key] = nil
      let ticket = nextTicket
      nextTicket += 1
      running[key] = Running(task: task, ticket: ticket, incarnation: incarnation)
      tickets[ticket] = key
      actions.append(.sample(ticket: ticket, task: task))
    }
  }

  mutating func finish(_ ticket: UInt64, group: ScoredGroup, seconds: Double, now: Milliseconds, _ actions: inout [Action]) {
    // A ticket that was cancelled meanwhile is of no use to anybody.
    guard let key = tickets.removeValue(forKey: ticket), let done = running.removeValue(forKey: key) else { return }
    let tokens = group.responses.reduce(0) { $0 + $1.tokens.count }
    clock.sampledTokens += UInt64(tokens)
    let result = GroupResult(
      lease: done.task.lease, step: key.step, slot: key.slot, policyVersion: done.task.policyVersion, group: group, seconds: seconds)
    unanswered[key] = Unanswered(result: result, incarnation: done.incarnation, lastSent: now, sends: 0)
    actions.append(.notify(.groupSent(step: key.step, slot: key.slot, tokens: tokens, seconds: seconds)))
    if !greeting.isOpen { sendResult(key, now: now, &actions) }
  }

  mutating func sendResult(_ key: TaskKey, now: Milliseconds, _ actions: inout [Action]) {
    guard var entry = unanswered[key] else { return }
    entry.lastSent = now
    entry.sends += 1
    unanswered[key] = entry
    actions.append(.send(.group(entry.result)))
  }

  /// Sends groups again that the learner has not answered, while it answers anything at all.
  mutating func sendAgain(now: Milliseconds, _ actions: inout [Action]) {
    guard !greeting.isOpen, let session, !isLearnerSilent(now: now) else { return }
    let interval = max(2 * session.heartbeat, 2_000)
    for (key, entry) in unanswered.sorted(by: { $0.key < $1.key }) where now - entry.lastSent >= interval {
      if entry.sends < Self.maximumSends {
        sendResult(key, now: now, &actions)
      } else {
        unanswered[key] = nil
        actions.append(.notify(.misbehaved(reason: "no answer to the group of step \(key.step) slot \(key.slot)")))
      }
    }
  }

  mutating func cancel(_ keys: [TaskKey], _ actions: inout [Action]) {
    var cancelled: [UInt64] = []
    for key in keys {
      guard let entry = running.removeValue(forKey: key) else { continue }
      tickets[entry.ticket] = nil
      cancelled.append(entry.ticket)
    }
    if !cancelled.isEmpty { actions.append(.cancel(tickets: cancelled)) }
  }

  /// Gives back what has not begun; what has begun may be finished within the plan's time.
  mutating func drain(now: Milliseconds, _ actions: inout [Action]) {
    guard drainUntil == nil else { return }
    drainUntil = now + plan.drain
    let unbegun = running.filter { !$0.value.hasBegun }
    let declined = waiting.values.map(\.lease) + unbegun.values.map(\.task.lease)
    waiting = [:]
    cancel(unbegun.keys.sorted(), &actions)
    if session != nil { actions.append(.send(.decline(leases: declined.sorted()))) }
    actions.append(.notify(.draining(declined: declined.count, unfinished: running.count)))
  }

  mutating func leaveIfDrained(now: Milliseconds, _ actions: inout [Action]) {
    guard let drainUntil else { return }
    let isDone = running.isEmpty && unanswered.isEmpty
    // Heartbeats extend the leases of what is finished; after as long a silence they have run out, and others do the tasks.
    let isTooLate = session.map { now - lastHeard > Milliseconds($0.welcome.leaseMilliseconds) } ?? true
    guard isDone || greeting.isOpen || isTooLate || now >= drainUntil else { return }
    if !running.isEmpty { actions.append(.send(.decline(leases: running.values.map(\.task.lease).sorted()))) }
    end(.drained, &actions)
  }

  mutating func end(_ outcome: WorkerOutcome, _ actions: inout [Action]) {
    hasEnded = true
    cancel(running.keys.sorted(), &actions)
    if session != nil { actions.append(.send(.goodbye)) }
    actions.append(.end(outcome))
  }
}
