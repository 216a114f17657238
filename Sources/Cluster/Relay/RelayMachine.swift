import Wire

/// A relay's side of two conversations: to the learner it is a worker that wants no tasks, to workers it is where weights come from.
/// Tasks and groups don't pass through it. Pure: events and the time go in, actions come out.
///
/// Invariants:
/// - a published chunk goes on as it came, at once; one that is gathered here and damaged does not go on;
/// - what workers ask for is asked of the learner once at a time, however many ask;
/// - while the learner is silent, workers that belong to the run hear nothing but weights, so that they turn to the learner themselves.
public struct RelayMachine: Sendable {
  /// How many versions may be wanted at once, and by one worker, so that none keeps all others waiting.
  static let maximumWanted = (all: 8, byOne: 2)

  /// How many workers are known by name, so that strangers' names don't fill the memory: as many as a run takes.
  static let maximumKnown = LearnerPlan.defaultMaximumWorkers

  /// A version that workers wait for.
  struct Wish: Sendable {
    var workers: Set<Peer> = []
    let first: Milliseconds
    var last: Milliseconds
  }

  /// What is asked of the learner.
  struct Pursuit: Sendable {
    var target: UInt32

    /// The version whose delta was asked for last; nil for a key frame.
    var base: UInt32?
    var requested: Set<UInt32> = []
    var isAsked = false
    /// How often what was asked for did not come in time: a slow link is not filled with repetitions.
    var timeouts = 0
    var lastActivity: Milliseconds
  }

  let plan: RelayPlan
  var welcome: Welcome?
  var stock: RelayStock?
  var hasEnded = false

  var greeting: Greeting
  var lastHeard: Milliseconds = 0
  var lastHeartbeat: Milliseconds = 0
  var lastNotice: Milliseconds = 0

  /// The newest version that the learner is known to have.
  var announced: UInt32?
  var wanted: [UInt32: Wish] = [:]
  var pursuit: Pursuit?
  var known: Set<Peer> = []

  /// Creates the machine of a relay that starts.
  public init(plan: RelayPlan) {
    self.plan = plan
    greeting = Greeting(shortest: plan.helloRetry, longest: plan.patience)
  }

  /// Takes an event and says what to do.
  public mutating func handle(_ event: Event, now: Milliseconds) -> [Action] {
    var actions: [Action] = []
    guard !hasEnded else { return actions }
    switch event {
    case .start:
      lastHeard = now
      lastNotice = now
      greeting.begin(now: now)
    case .learner(let message):
      lastHeard = now
      receive(message, now: now, &actions)
    case .broadcast(let chunk): take(chunk, isAnswer: false, now: now, &actions)
    case .worker(let message, let peer): answer(message, from: peer, now: now, &actions)
    case .tick: break
    case .stop: end(.stopped, &actions)
    }
    if !hasEnded { advance(now: now, &actions) }
    return actions
  }

  mutating func advance(now: Milliseconds, _ actions: inout [Action]) {
    if let limit = plan.giveUpAfter, now - lastHeard >= limit {
      return end(.gaveUp(afterSeconds: Int((now - lastHeard) / 1000)), &actions)
    }
    if greeting.isDue(now: now) {
      // No tasks, and so no arithmetic.
      actions.append(.tellLearner(.hello(Hello(worker: plan.name, software: plan.software, fingerprint: "", credits: 0))))
    }
    if let welcome, !greeting.isOpen, now - lastHeartbeat >= Milliseconds(max(1, welcome.heartbeatMilliseconds)) {
      lastHeartbeat = now
      actions.append(
        .tellLearner(
          .heartbeat(
            Heartbeat(
              incarnation: welcome.incarnation, leases: [], policyVersion: held, busySeconds: 0, waitingSeconds: 0, sampledTokens: 0))))
    }
    repair(now: now, &actions)
    if isLearnerSilent(now: now), now - lastNotice >= plan.patience {
      lastNotice = now
      actions.append(.notify(.waiting(milliseconds: now - lastHeard)))
    }
  }

  /// What the learner is told as the newest version, which says that all up to there are done with: nothing while an older one is fetched.
  private var held: UInt32? {
    guard let newest = stock?.newest else { return nil }
    return pursuit.map { $0.target <= newest } == true ? nil : newest
  }

  // MARK: The learner

  mutating func greetAgain(_ reason: String, now: Milliseconds, _ actions: inout [Action]) {
    guard !greeting.isOpen else { return }
    actions.append(.notify(.greetingAgain(reason: reason)))
    greeting.begin(now: now)
  }

  func isLearnerSilent(now: Milliseconds) -> Bool {
    guard let welcome, !greeting.isOpen else { return true }
    return now - lastHeard > 3 * Milliseconds(max(1, welcome.heartbeatMilliseconds))
  }

  mutating func receive(_ message: LearnerMessage, now: Milliseconds, _ actions: inout [Action]) {
    switch message {
    case .welcome(let welcome): join(welcome, now: now, &actions)
    case .heartbeatReply(let incarnation):
      guard let welcome, welcome.incarnation != incarnation else { return }
      greetAgain("the learner was restarted", now: now, &actions)
    case .weights(let chunk): take(chunk, isAnswer: true, now: now, &actions)
    case .refuse(let refusal): obey(refusal, now: now, &actions)
    case .finish: end(.finished, &actions)
    case .weightsGone(let version, let newest): forgo(version, newest: newest, &actions)
    case .tasks(let tasks): actions.append(.tellLearner(.decline(leases: tasks.map(\.lease))))
    case .acknowledge: break
    }
  }

  mutating func join(_ next: Welcome, now: Milliseconds, _ actions: inout [Action]) {
    guard next.manifest.chunkBytes > 0, next.manifest.totalBytes > 0, next.manifest.totalBytes <= Limits.weightBytes else { return }
    let previous = welcome
    welcome = next
    if let previous, previous.run == next.run, previous.manifest == next.manifest, previous.files == next.files {
      // Versions beyond its own the learner will make anew.
      if previous.incarnation != next.incarnation {
        stock?.forget(above: next.policyVersion)
        pursuit = nil
      }
      if previous.publisher != next.publisher { actions.append(.subscribe(to: next.publisher)) }
    } else {
      stock = RelayStock(manifest: next.manifest, fetchedFor: Milliseconds(next.leaseMilliseconds))
      pursuit = nil
      wanted = [:]
      actions.append(.subscribe(to: next.publisher))
    }
    announced = next.policyVersion
    if greeting.isOpen {
      actions.append(
        .notify(
          .joined(run: next.run, incarnation: next.incarnation, policyVersion: next.policyVersion, holding: stock?.newest)))
    }
    greeting.end()
    lastHeartbeat = now - Milliseconds(next.heartbeatMilliseconds)
  }

  mutating func obey(_ refusal: Refusal, now: Milliseconds, _ actions: inout [Action]) {
    switch refusal.code {
    case .unknownWorker: greetAgain("the learner does not know this relay", now: now, &actions)
    case .protocolVersion, .fingerprint, .unauthorized: end(.refused(reason: refusal.reason), &actions)
    case .full:
      actions.append(.notify(.refused(reason: refusal.reason)))
      greeting.put(off: now + plan.patience)
    case .malformed, .other: actions.append(.notify(.refused(reason: refusal.reason)))
    }
  }

  mutating func end(_ outcome: RelayOutcome, _ actions: inout [Action]) {
    hasEnded = true
    if welcome != nil { actions.append(.tellLearner(.goodbye)) }
    actions.append(.end(outcome))
  }
}
