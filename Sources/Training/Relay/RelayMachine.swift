import Wire

/// A relay's side of two conversations: to the learner it is a worker that wants no tasks, to workers it is where weights come from.
/// Tasks and groups don't pass through it. Pure: events and the time go in, actions come out.
///
/// Invariants:
/// - a published chunk goes on as it came, at once; what is damaged does not go on;
/// - what workers ask for is asked of the learner at most once, however many ask;
/// - while the learner is silent, workers hear nothing but weights, so that they turn to the learner themselves.
public struct RelayMachine: Sendable {
  /// How many versions may be wanted at once.
  private static let maximumWanted = 8

  /// How long a version that was asked for counts as wanted: a worker that waits asks again sooner.
  private static let wantedFor: Milliseconds = 5_000

  /// How many workers are told by name in the log, so that strangers' names don't fill the memory.
  private static let maximumKnown = 4_096

  /// What is asked of the learner.
  struct Pursuit: Sendable {
    var target: UInt32
    var requested: Set<UInt32> = []
    var isAsked = false
    var lastActivity: Milliseconds
  }

  let plan: RelayPlan
  private(set) var welcome: Welcome?
  private var stock: RelayStock?
  private var hasEnded = false

  // Greeting.
  private var isGreeting = false
  private var nextHello: Milliseconds = 0
  private var helloWait: Milliseconds
  private var lastHeard: Milliseconds = 0
  private var lastHeartbeat: Milliseconds = 0
  private var lastNotice: Milliseconds = 0

  /// The newest version that the learner is known to have.
  private var announced: UInt32 = 0
  private var wanted: [UInt32: (workers: Set<Peer>, last: Milliseconds)] = [:]
  private var pursuit: Pursuit?
  private var known: Set<Peer> = []

  /// Creates the machine of a relay that starts.
  public init(plan: RelayPlan) {
    self.plan = plan
    helloWait = plan.helloRetry
  }

  /// Takes an event and says what to do.
  public mutating func handle(_ event: Event, now: Milliseconds) -> [Action] {
    var actions: [Action] = []
    guard !hasEnded else { return actions }
    switch event {
    case .start:
      lastHeard = now
      lastNotice = now
      greet(now: now)
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

  private mutating func advance(now: Milliseconds, _ actions: inout [Action]) {
    if let limit = plan.giveUpAfter, now - lastHeard >= limit {
      return end(.gaveUp(afterSeconds: Int((now - lastHeard) / 1000)), &actions)
    }
    if isGreeting, now >= nextHello {
      nextHello = now + helloWait
      helloWait = min(2 * helloWait, max(plan.patience, plan.helloRetry))
      // No tasks, and so no arithmetic.
      actions.append(.tellLearner(.hello(Hello(worker: plan.name, software: plan.software, fingerprint: "", credits: 0))))
    }
    if let welcome, !isGreeting, now - lastHeartbeat >= Milliseconds(max(1, welcome.heartbeatMilliseconds)) {
      lastHeartbeat = now
      actions.append(
        .tellLearner(
          .heartbeat(
            Heartbeat(
              incarnation: welcome.incarnation, leases: [], policyVersion: stock?.newest, busySeconds: 0, waitingSeconds: 0,
              sampledTokens: 0))))
    }
    repair(now: now, &actions)
    if isLearnerSilent(now: now), now - lastNotice >= plan.patience {
      lastNotice = now
      actions.append(.notify(.waiting(milliseconds: now - lastHeard)))
    }
  }

  // MARK: The learner

  private mutating func greet(now: Milliseconds) {
    isGreeting = true
    helloWait = plan.helloRetry
    nextHello = now
  }

  private mutating func greetAgain(_ reason: String, now: Milliseconds, _ actions: inout [Action]) {
    guard !isGreeting else { return }
    actions.append(.notify(.greetingAgain(reason: reason)))
    greet(now: now)
  }

  private func isLearnerSilent(now: Milliseconds) -> Bool {
    guard let welcome, !isGreeting else { return true }
    return now - lastHeard > 3 * Milliseconds(max(1, welcome.heartbeatMilliseconds))
  }

  private mutating func receive(_ message: LearnerMessage, now: Milliseconds, _ actions: inout [Action]) {
    switch message {
    case .welcome(let welcome): join(welcome, now: now, &actions)
    case .heartbeatReply(let incarnation):
      guard let welcome, welcome.incarnation != incarnation else { return }
      greetAgain("the learner was restarted", now: now, &actions)
    case .weights(let chunk): take(chunk, isAnswer: true, now: now, &actions)
    case .refuse(let refusal): obey(refusal, now: now, &actions)
    case .finish: end(.finished, &actions)
    case .tasks(let tasks): actions.append(.tellLearner(.decline(leases: tasks.map(\.lease))))
    case .acknowledge: break
    }
  }

  private mutating func join(_ next: Welcome, now: Milliseconds, _ actions: inout [Action]) {
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
      stock = RelayStock(manifest: next.manifest)
      pursuit = nil
      wanted = [:]
      actions.append(.subscribe(to: next.publisher))
    }
    announced = next.policyVersion
    if isGreeting {
      actions.append(.notify(.joined(run: next.run, incarnation: next.incarnation, policyVersion: next.policyVersion)))
    }
    isGreeting = false
    lastHeartbeat = now - Milliseconds(next.heartbeatMilliseconds)
  }

  private mutating func obey(_ refusal: Refusal, now: Milliseconds, _ actions: inout [Action]) {
    switch refusal.code {
    case .unknownWorker: greetAgain("the learner does not know this relay", now: now, &actions)
    case .protocolVersion, .fingerprint, .unauthorized: end(.refused(reason: refusal.reason), &actions)
    case .full:
      actions.append(.notify(.refused(reason: refusal.reason)))
      nextHello = now + plan.patience
    case .versionGone:
      guard let pursuit else { return }
      for worker in (wanted.removeValue(forKey: pursuit.target)?.workers ?? []).sorted(by: { $0.description < $1.description }) {
        actions.append(.tell(.refuse(refusal), to: worker))
      }
      if pursuit.target == announced { announced = stock?.newest ?? 0 }
      self.pursuit = nil
    case .malformed, .other: actions.append(.notify(.refused(reason: refusal.reason)))
    }
  }

  private mutating func end(_ outcome: RelayOutcome, _ actions: inout [Action]) {
    hasEnded = true
    if welcome != nil { actions.append(.tellLearner(.goodbye)) }
    actions.append(.end(outcome))
  }

  // MARK: Weights

  private mutating func take(_ chunk: WeightChunk, isAnswer: Bool, now: Milliseconds, _ actions: inout [Action]) {
    guard let newest = stock.map(\.newest) else { return }
    let outcome = stock?.take(chunk)
    if case .rejected(let reason)? = outcome {
      actions.append(.notify(.chunkDropped(version: chunk.policyVersion, index: chunk.index, reason: reason)))
      return
    }
    // A delta that was repaired here is missing behind the relay, too. A key frame is asked for by whom it is for.
    if !isAnswer || chunk.base != nil { actions.append(.publish(chunk)) }
    if !isAnswer { announced = max(announced, chunk.policyVersion) }
    if outcome == .taken { pursuit?.lastActivity = now }
    if isAnswer {
      pursuit?.requested.remove(chunk.index)
      // More were asked for than the frame has.
      if let requested = pursuit?.requested { pursuit?.requested = requested.filter { $0 < chunk.count } }
    }
    if let version = stock?.newest, version != newest { actions.append(.notify(.versionComplete(version))) }
  }

  /// Asks the learner for what is missing: what workers want, and the newest version.
  private mutating func repair(now: Milliseconds, _ actions: inout [Action]) {
    guard !isLearnerSilent(now: now), var stock else { return }
    wanted = wanted.filter { now - $0.value.last <= Self.wantedFor }
    for version in wanted.keys.sorted() where stock.frame(towards: version, from: nil) != nil { wanted[version] = nil }
    self.stock = stock
    let newest = stock.newest
    guard let target = wanted.keys.min() ?? (newest.map { $0 < announced } ?? true ? announced : nil) else {
      pursuit = nil
      return
    }
    var current = pursuit.flatMap { $0.target == target ? $0 : nil } ?? Pursuit(target: target, lastActivity: now)
    defer { pursuit = current }
    // What is being broadcast comes by itself. What was published before this relay listened, or never came, nobody else makes come.
    let isPast = newest == nil || wanted[target] != nil
    guard (current.isAsked ? current.requested.isEmpty : isPast) || now - current.lastActivity >= plan.repairAfter else { return }
    let base = newest.flatMap { $0 < target ? $0 : nil }
    let frame = stock.incoming[.init(version: target, base: nil)] ?? base.flatMap { stock.incoming[.init(version: $0 + 1, base: $0)] }
    let chunks = frame?.missing(limit: plan.chunksPerRequest) ?? (0..<UInt32(plan.chunksPerRequest)).map { $0 }
    current.requested = Set(chunks)
    current.isAsked = true
    current.lastActivity = now
    let isKeyFrame = frame.map { $0.base == nil } ?? (base == nil)
    actions.append(.tellLearner(.weightsRequest(policyVersion: target, base: isKeyFrame ? nil : base, chunks: chunks)))
    actions.append(.notify(.requested(version: target, base: isKeyFrame ? nil : base, chunks: chunks.count)))
  }

  // MARK: Workers

  private mutating func answer(_ message: WorkerMessage, from peer: Peer, now: Milliseconds, _ actions: inout [Action]) {
    switch message {
    case .hello(let hello):
      guard hello.protocolVersion == protocolVersion else {
        let reason =
          "worker \(peer) speaks protocol version \(hello.protocolVersion), the relay \(protocolVersion): install the same release on both"
        actions.append(.tell(.refuse(Refusal(code: .protocolVersion, reason: reason)), to: peer))
        return
      }
      // Until the learner is heard, a worker is better off without this relay.
      guard var welcome, !isLearnerSilent(now: now) else { return }
      welcome.files = []
      welcome.policyVersion = announced
      actions.append(.welcome(welcome, peer))
      if known.count >= Self.maximumKnown { known = [] }
      if known.insert(peer).inserted { actions.append(.notify(.workerJoined(peer.description))) }
    case .heartbeat:
      guard let welcome, !isLearnerSilent(now: now) else { return }
      actions.append(.tell(.heartbeatReply(incarnation: welcome.incarnation), to: peer))
    case .weightsRequest(let version, let base, let chunks):
      if let frame = stock?.frame(towards: version, from: base) {
        actions.append(.send(frame, chunks: chunks, to: peer))
      } else if stock != nil {
        want(version, for: peer, now: now)
      }
    case .goodbye: known.remove(peer)
    case .decline, .group: break
    }
  }

  private mutating func want(_ version: UInt32, for peer: Peer, now: Milliseconds) {
    guard wanted[version] != nil || wanted.count < Self.maximumWanted else { return }
    var entry = wanted[version] ?? (workers: [], last: now)
    if entry.workers.count < Self.maximumKnown { entry.workers.insert(peer) }
    entry.last = now
    wanted[version] = entry
  }
}
