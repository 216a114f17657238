import Wire

/// A relay's side of two conversations: to the learner it is a worker that wants no tasks, to workers it is where weights come from.
/// Tasks and groups don't pass through it. Pure: events and the time go in, actions come out.
///
/// Invariants:
/// - a published chunk goes on as it came, at once; one that is gathered here and damaged does not go on;
/// - base weights are handed on only whole, as their digest says;
/// - what workers ask for is asked of the learner once at a time, however many ask;
/// - while the learner is silent, workers that belong to the run hear nothing but weights, so that they turn to the learner themselves.
public struct RelayMachine: Sendable {
  /// How many workers are known by name, so that strangers' names don't fill the memory: as many as a run takes.
  private static let maximumKnown = LearnerPlan.defaultMaximumWorkers

  private let plan: RelayPlan
  private var welcome: Welcome?
  private var stock: RelayStock?

  /// How the relay comes by the run's base weights; nil where it has none.
  private var base: BaseGathering?
  private var hasEnded = false

  private var greeting: Greeting
  private var lastHeard: Milliseconds = 0
  private var lastHeartbeat: Milliseconds = 0
  private var lastNotice: Milliseconds = 0

  /// The newest version that the learner is known to have.
  private var announced: UInt32?
  private var wishes = RelayWishes()
  private var pursuit: RelayPursuit?
  private var known: Set<Peer> = []

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
    case .base(let event): follow(base?.hear(event) ?? [], &actions)
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
    askForBase(now: now, &actions)
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

  private mutating func greetAgain(_ reason: String, now: Milliseconds, _ actions: inout [Action]) {
    guard !greeting.isOpen else { return }
    actions.append(.notify(.greetingAgain(reason: reason)))
    greeting.begin(now: now)
  }

  private func isLearnerSilent(now: Milliseconds) -> Bool {
    guard let welcome, !greeting.isOpen else { return true }
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
    case .weightsGone(let version, let newest): forgo(version, newest: newest, &actions)
    case .tasks(let tasks): actions.append(.tellLearner(.decline(leases: tasks.map(\.lease))))
    case .acknowledge, .gradientRequest: break
    }
  }

  private mutating func join(_ next: Welcome, now: Milliseconds, _ actions: inout [Action]) {
    guard next.manifest.chunkBytes > 0, next.manifest.totalBytes > 0, next.manifest.totalBytes <= Limits.weightBytes else { return }
    let previous = welcome
    welcome = next
    if let previous, previous.isSameRun(as: next) {
      // Versions beyond its own the learner will make anew.
      if previous.incarnation != next.incarnation {
        stock?.forget(above: next.policyVersion)
        pursuit = nil
      }
      if previous.publisher != next.publisher { actions.append(.subscribe(to: next.publisher)) }
    } else {
      stock = RelayStock(manifest: next.manifest, fetchedFor: Milliseconds(next.leaseMilliseconds))
      pursuit = nil
      wishes = RelayWishes()
      actions.append(.subscribe(to: next.publisher))
    }
    findBase(of: next, &actions)
    announced = next.policyVersion
    if greeting.isOpen {
      actions.append(
        .notify(
          .joined(run: next.run, incarnation: next.incarnation, policyVersion: next.policyVersion, holding: stock?.newest)))
    }
    greeting.end()
    lastHeartbeat = now - Milliseconds(next.heartbeatMilliseconds)
  }

  private mutating func obey(_ refusal: Refusal, now: Milliseconds, _ actions: inout [Action]) {
    switch refusal.code {
    case .unknownWorker: greetAgain("the learner does not know this relay", now: now, &actions)
    case .protocolVersion, .fingerprint, .unauthorized: end(.refused(reason: refusal.reason), &actions)
    case .full:
      actions.append(.notify(.refused(reason: refusal.reason)))
      greeting.put(off: now + plan.patience)
    case .malformed, .other: actions.append(.notify(.refused(reason: refusal.reason)))
    }
  }

  private mutating func end(_ outcome: RelayOutcome, _ actions: inout [Action]) {
    hasEnded = true
    if welcome != nil { actions.append(.tellLearner(.goodbye)) }
    actions.append(.end(outcome))
  }

  // MARK: Base weights

  private mutating func findBase(of welcome: Welcome, _ actions: inout [Action]) {
    guard welcome.baseWeights != base?.base else { return }
    // Where workers have them, nobody need fetch any.
    base = welcome.baseWeights.map { BaseGathering($0, chunksPerRequest: plan.chunksPerRequest, isWanted: false) }
    if base != nil { actions.append(.base(.find(welcome))) }
  }

  private mutating func follow(_ steps: [BaseGathering.Step], _ actions: inout [Action]) {
    for step in steps {
      switch step {
      case .order(let order): actions.append(.base(order))
      case .notify(let notice): actions.append(.notify(.base(notice)))
      case .finish: break
      case .fail(let reason): return end(.failed(reason: reason), &actions)
      }
    }
  }

  private mutating func askForBase(now: Milliseconds, _ actions: inout [Action]) {
    guard !isLearnerSilent(now: now), let chunks = base?.request(wait: plan.repairAfter, now: now), !chunks.isEmpty else { return }
    actions.append(.tellLearner(.weightsRequest(policyVersion: BaseDescription.version, chunks: chunks)))
  }

  /// Hands base weights to a worker, or says that they are not here yet.
  private mutating func answerBase(_ chunks: [UInt32], from peer: Peer, _ actions: inout [Action]) {
    guard base?.place == nil else {
      actions.append(.sendBase(chunks: chunks, to: peer))
      return
    }
    follow(base?.want() ?? [], &actions)
    // So that the worker goes on asking here.
    actions.append(.tell(.weightsGone(policyVersion: BaseDescription.version, newest: announced ?? 0), to: peer))
  }

  // MARK: Weights

  private mutating func take(_ chunk: WeightChunk, isAnswer: Bool, now: Milliseconds, _ actions: inout [Action]) {
    guard let newest = stock.map(\.newest) else { return }
    let version = chunk.policyVersion
    guard version != BaseDescription.version else {
      if isAnswer { follow(base?.take(chunk, now: now) ?? [], &actions) }
      return
    }
    // A request is answered by the version's key frame or by the next delta on the way to it.
    let isPursued = pursuit.map { chunk.base == nil ? version == $0.target : chunk.base == newest && version <= $0.target } ?? false
    let outcome = stock?.take(chunk, pursuing: pursuit?.target, isWanted: wishes.contains(version), now: now)
    if case .rejected(let reason)? = outcome {
      actions.append(.notify(.chunkDropped(version: version, index: chunk.index, reason: reason)))
      return
    }
    // A delta that was repaired here is missing behind the relay, too. A key frame goes to whoever waits for it.
    if !isAnswer || chunk.base != nil {
      actions.append(.publish(chunk))
    } else if outcome == .taken {
      wishes.renew(version, now: now)
      for worker in wishes.workers(waitingFor: version) { actions.append(.tell(.weights(chunk), to: worker)) }
    }
    if !isAnswer { announced = max(announced ?? version, version) }
    if isPursued { pursuit?.note(chunk, isNew: outcome == .taken, isAnswer: isAnswer && outcome != nil, now: now) }
    guard let version = stock?.newest, version != newest else { return }
    actions.append(.notify(.versionComplete(version)))
    if let newest { pursuit?.leave(base: newest) }
  }

  /// The learner has not what was asked for: whoever waits for a version that is gone is told. One that is to come may be asked for again.
  private mutating func forgo(_ version: UInt32, newest: UInt32, _ actions: inout [Action]) {
    if version <= newest {
      for worker in wishes.workers(waitingFor: version) {
        actions.append(.tell(.weightsGone(policyVersion: version, newest: newest), to: worker))
      }
    }
    wishes.remove(version)
    announced = max(stock?.newest ?? newest, newest)
    if version == pursuit?.target { pursuit = nil }
  }

  /// Asks the learner for what is missing: what workers want, and the newest version.
  private mutating func repair(now: Milliseconds, _ actions: inout [Action]) {
    guard !isLearnerSilent(now: now), let stock else { return }
    wishes.settle(within: stock.fetchedFor, now: now) { stock.canMake($0) }
    guard let target = nextTarget(now: now) else {
      pursuit = nil
      return
    }
    var current = pursuit.flatMap { $0.target == target ? $0 : nil } ?? RelayPursuit(target: target, now: now)
    ask(for: &current, now: now, &actions)
    pursuit = current
  }

  /// What to fetch: what was begun, else what somebody has waited for longest, else the newest version.
  private func nextTarget(now: Milliseconds) -> UInt32? {
    guard let stock else { return nil }
    func isAhead(_ version: UInt32) -> Bool { stock.newest.map { $0 < version } ?? true }
    // A slow link would never bring the whole of anything, were each new version begun before the last is there.
    if let begun = pursuit, begun.isAsked, wishes.contains(begun.target) || isAhead(begun.target) { return begun.target }
    let hasRoom = stock.hasRoom(now: now)
    return wishes.eldest { isAhead($0) || hasRoom } ?? announced.flatMap { isAhead($0) ? $0 : nil }
  }

  /// Asks for chunks when half of those asked for have come, and again for those that stay away.
  private func ask(for current: inout RelayPursuit, now: Milliseconds, _ actions: inout [Action]) {
    guard let stock else { return }
    let isLate = current.isLate(after: plan.repairAfter, now: now)
    // What is being broadcast comes by itself. What was published before this relay listened, or never came, nobody else makes come.
    let isArriving = stock.newest.map { newest in newest < current.target && stock.incoming.keys.contains { $0.base == newest } } ?? false
    let isPast = stock.newest == nil || wishes.contains(current.target) && !isArriving
    guard isLate || (current.isAsked ? current.requested.count <= plan.chunksPerRequest / 2 : isPast) else { return }
    if isLate { current.giveUpRequested() }
    let base = stock.newest.flatMap { $0 < current.target ? $0 : nil }
    let frame =
      stock.incoming[.init(version: current.target, base: nil)] ?? base.flatMap { stock.incoming[.init(version: $0 + 1, base: $0)] }
    // How many chunks a delta has, its first chunk says.
    let known = base == nil ? min(plan.chunksPerRequest, stock.manifest.chunkCount) : plan.chunksPerRequest
    let missing = frame?.missing(limit: plan.chunksPerRequest + current.requested.count) ?? (0..<UInt32(known)).map { $0 }
    let chunks = Array(missing.filter { !current.requested.contains($0) }.prefix(plan.chunksPerRequest - current.requested.count))
    guard !chunks.isEmpty else { return }
    let isKeyFrame = frame.map { $0.base == nil } ?? (base == nil)
    current.ask(chunks, base: isKeyFrame ? nil : base, now: now)
    actions.append(.tellLearner(.weightsRequest(policyVersion: current.target, base: current.base, chunks: chunks)))
    actions.append(.notify(.requested(version: current.target, base: current.base, chunks: chunks.count)))
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
      welcome.policyVersion = announced ?? welcome.policyVersion
      actions.append(.welcome(welcome, peer))
      if known.count >= Self.maximumKnown, !known.contains(peer) { (known, wishes) = ([], RelayWishes()) }
      if known.insert(peer).inserted { actions.append(.notify(.workerJoined(peer.description))) }
    // A worker that this relay does not know listens to where it published in an earlier life.
    case .heartbeat, .weightsRequest:
      let isSilent = isLearnerSilent(now: now)
      guard let welcome, known.contains(peer) else {
        if !isSilent { actions.append(.tell(.refuse(Refusal(code: .unknownWorker, reason: "say hello first")), to: peer)) }
        return
      }
      guard case .weightsRequest(let version, let base, let chunks) = message else {
        if !isSilent { actions.append(.tell(.heartbeatReply(incarnation: welcome.incarnation), to: peer)) }
        return
      }
      if self.base != nil, version == BaseDescription.version {
        answerBase(chunks, from: peer, &actions)
      } else if let frame = stock?.frame(towards: version, from: base, now: now) {
        actions.append(.send(frame, chunks: chunks, to: peer))
      } else if stock != nil {
        wishes.add(version, for: peer, now: now)
      }
    case .goodbye:
      known.remove(peer)
      wishes.remove(peer)
    case .decline, .result, .gradient: break
    }
  }
}
