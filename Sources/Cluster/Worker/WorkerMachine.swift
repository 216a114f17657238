import Wire

/// The worker's side of the conversation: greets, gathers weights, hands tasks to a sampler and groups to the learner. Pure:
/// events and the time go in, actions come out.
///
/// Invariants:
/// - a task reaches the sampler only while exactly its policy version is loaded, and a version is loaded only while the sampler
///   has no task in hand;
/// - a group is kept until the learner says what became of it, and sent again meanwhile;
/// - of an earlier incarnation of the learner only what the present one must agree on survives: nothing of a newer version.
public struct WorkerMachine: Sendable {
  /// What a welcome said, and what follows from it.
  struct Session {
    var welcome: Welcome
    var heartbeat: Milliseconds { Milliseconds(max(1, welcome.heartbeatMilliseconds)) }
  }

  struct TaskKey: Hashable, Comparable {
    var step: UInt32
    var slot: UInt32

    static func < (left: TaskKey, right: TaskKey) -> Bool { (left.step, left.slot) < (right.step, right.slot) }
  }

  /// A task that the sampler has.
  struct Running {
    var task: Task
    var ticket: UInt64
    var incarnation: UInt64
    var hasBegun = false
  }

  /// A group that the learner has not answered.
  struct Unanswered {
    var result: GroupResult
    var incarnation: UInt64
    var lastSent: Milliseconds
    var sends = 1
  }

  let plan: WorkerPlan
  var session: Session?
  var hasEnded = false

  var greeting: Greeting
  var lastHeard: Milliseconds = 0
  var lastHeartbeat: Milliseconds = 0

  // Tasks in hand, from waiting over running to unanswered.
  var waiting: [TaskKey: Task] = [:]
  var running: [TaskKey: Running] = [:]
  var unanswered: [TaskKey: Unanswered] = [:]
  var tickets: [UInt64: TaskKey] = [:]
  var nextTicket: UInt64 = 1
  var drainUntil: Milliseconds?

  var weights = ResidentWeights()
  var clock = WorkerClock()

  /// Creates the machine of a worker that starts.
  public init(plan: WorkerPlan) {
    self.plan = plan
    greeting = Greeting(shortest: plan.helloRetry, longest: plan.patience)
  }

  /// Takes an event and says what to do.
  public mutating func handle(_ event: Event, now: Milliseconds) -> [Action] {
    var actions: [Action] = []
    guard !hasEnded else { return actions }
    clock.advance(to: now, isBusy: !running.isEmpty, isCounting: session != nil)
    switch event {
    case .start:
      lastHeard = now
      clock.beginWait(now: now)
      greeting.begin(now: now)
    case .message(let message):
      lastHeard = now
      receive(message, now: now, &actions)
    case .broadcast(let chunk): take(chunk, isAnswer: false, now: now, &actions)
    case .relayed(let message): receive(message, now: now, &actions)
    case .malformed(let reason): actions.append(.notify(.misbehaved(reason: reason)))
    case .began(let ticket):
      if let key = tickets[ticket] { running[key]?.hasBegun = true }
    case .sampled(let ticket, let group, let seconds): finish(ticket, group: group, seconds: seconds, now: now, &actions)
    case .failed(let reason): end(.failed(reason: reason), &actions)
    case .tick: break
    case .drain: drain(now: now, &actions)
    }
    if !hasEnded { advance(now: now, &actions) }
    return actions
  }

  private mutating func receive(_ message: LearnerMessage, now: Milliseconds, _ actions: inout [Action]) {
    switch message {
    case .welcome(let welcome): join(welcome, now: now, &actions)
    case .tasks(let tasks): take(tasks, now: now, &actions)
    case .acknowledge(let step, let slot, let disposition):
      if unanswered.removeValue(forKey: TaskKey(step: step, slot: slot)) != nil {
        actions.append(.notify(.acknowledged(step: step, slot: slot, disposition)))
      }
    case .heartbeatReply(let incarnation):
      guard let session, session.welcome.incarnation != incarnation else { return }
      greetAgain("the learner was restarted", now: now, &actions)
    case .weights(let chunk): take(chunk, isAnswer: true, now: now, &actions)
    case .refuse(let refusal): obey(refusal, now: now, &actions)
    case .finish: end(.finished, &actions)
    case .weightsGone(let version, let newest): forgo(version, newest: newest, &actions)
    }
  }

  /// Does whatever has become due.
  private mutating func advance(now: Milliseconds, _ actions: inout [Action]) {
    if let patience = plan.giveUpAfter, now - lastHeard >= patience {
      end(.gaveUp(afterSeconds: Int((now - lastHeard) / 1000)), &actions)
      return
    }
    sayHelloIfDue(now: now, &actions)
    sample(now: now, &actions)
    repair(now: now, &actions)
    sendAgain(now: now, &actions)
    beatIfDue(now: now, &actions)
    notifyWaiting(now: now, &actions)
    leaveIfDrained(now: now, &actions)
  }

  /// Whether the learner was silent for so long that what is sent to it would only pile up.
  func isLearnerSilent(now: Milliseconds) -> Bool {
    guard let session else { return true }
    return now - lastHeard > 3 * session.heartbeat
  }
}
