import EMPO
import Wire

/// The worker's side of the conversation: greets, gathers weights, hands tasks to a sampler and groups to the learner. Pure:
/// events and the time go in, actions come out.
///
/// Invariants:
/// - a task reaches the sampler only while exactly its policy version is loaded, and a version is loaded only while the sampler
///   has no task in hand;
/// - there is a sampler, and tasks are taken, only while the run's base weights are on this host, where it has some;
/// - a group is kept until the learner says what became of it, and sent again meanwhile;
/// - of an earlier incarnation of the learner only what the present one must agree on survives: nothing of a newer version.
public struct WorkerMachine: Sendable {
  /// How often a group is sent before the worker concludes that the learner will not have it.
  private static let maximumSends = 6

  private let plan: WorkerPlan
  private var hasEnded = false
  private var contact: LearnerContact
  private var drainUntil: Milliseconds?

  private var tasks = TasksInHand()
  private var weights = ResidentWeights()

  /// How the worker comes by the base weights of the learner's run; nil where it has none.
  private var base: BaseGathering?
  private var clock = WorkerClock()

  /// Creates the machine of a worker that starts.
  public init(plan: WorkerPlan) {
    self.plan = plan
    contact = LearnerContact(shortest: plan.helloRetry, longest: plan.patience)
  }

  /// Takes an event and says what to do.
  public mutating func handle(_ event: Event, now: Milliseconds) -> [Action] {
    var actions: [Action] = []
    guard !hasEnded else { return actions }
    clock.advance(to: now, isBusy: !tasks.running.isEmpty, isCounting: contact.welcome != nil)
    switch event {
    case .start:
      clock.beginWait(now: now)
      contact.begin(now: now)
    case .message(let message):
      contact.hear(now: now)
      receive(message, now: now, &actions)
    case .broadcast(let chunk): take(chunk, isAnswer: false, now: now, &actions)
    case .relayed(let message): receive(message, now: now, &actions)
    case .malformed(let reason): actions.append(.notify(.misbehaved(reason: reason)))
    case .began(let ticket): tasks.begin(ticket)
    case .sampled(let ticket, let group, let seconds): finish(ticket, .group(group), seconds: seconds, now: now, &actions)
    case .computed(let ticket, let summary, let bytes, let seconds):
      finish(ticket, .gradient(summary), bytes: bytes, seconds: seconds, now: now, &actions)
    case .base(let event): follow(base?.hear(event) ?? [], now: now, &actions)
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
    case .acknowledge(let item, let disposition):
      if tasks.forget(item) { actions.append(.notify(.acknowledged(item, disposition))) }
    case .heartbeatReply(let incarnation):
      guard let welcome = contact.welcome, welcome.incarnation != incarnation else { return }
      greetAgain("the learner was restarted", now: now, &actions)
    case .weights(let chunk): take(chunk, isAnswer: true, now: now, &actions)
    case .refuse(let refusal): obey(refusal, now: now, &actions)
    case .finish: end(.finished, &actions)
    case .weightsGone(let version, let newest): forgo(version, newest: newest, &actions)
    case .gradientRequest(let item, let chunks):
      for chunk in tasks.chunks(chunks, of: item) { actions.append(.send(.gradient(chunk))) }
    }
  }

  /// Does whatever has become due.
  private mutating func advance(now: Milliseconds, _ actions: inout [Action]) {
    if let patience = plan.giveUpAfter, contact.silence(now: now) >= patience {
      end(.gaveUp(afterSeconds: Int(contact.silence(now: now) / 1000)), &actions)
      return
    }
    sayHelloIfDue(now: now, &actions)
    sample(now: now, &actions)
    askForBase(now: now, &actions)
    repair(now: now, &actions)
    sendAgain(now: now, &actions)
    beatIfDue(now: now, &actions)
    notifyWaiting(now: now, &actions)
    leaveIfDrained(now: now, &actions)
  }

  // MARK: Greeting

  private mutating func greetAgain(_ reason: String, now: Milliseconds, _ actions: inout [Action]) {
    guard !contact.awaitsWelcome else { return }
    actions.append(.notify(.greetingAgain(reason: reason)))
    contact.greet(now: now)
  }

  private mutating func sayHelloIfDue(now: Milliseconds, _ actions: inout [Action]) {
    guard drainUntil == nil, contact.helloIsDue(now: now) else { return }
    let hello = Hello(worker: plan.name, software: plan.software, fingerprint: plan.fingerprint, credits: plan.credits)
    actions.append(.send(.hello(hello)))
  }

  private mutating func join(_ welcome: Welcome, now: Milliseconds, _ actions: inout [Action]) {
    guard welcome.manifest.chunkBytes > 0, welcome.manifest.totalBytes > 0, welcome.manifest.totalBytes <= Limits.weightBytes else {
      actions.append(.notify(.misbehaved(reason: "a welcome whose weights have no bytes")))
      return
    }
    let (previous, awaitedWelcome) = (contact.welcome, contact.awaitsWelcome)
    contact.take(welcome)
    if let previous, previous.isSameRun(as: welcome) {
      if previous.incarnation != welcome.incarnation {
        // Versions beyond its own the learner will make anew.
        cancel(tasks.outlive(upTo: welcome.policyVersion), &actions)
        weights.forget(above: welcome.policyVersion)
      }
      if previous.publisher != welcome.publisher { actions.append(.subscribe(to: welcome.publisher)) }
    } else {
      // Another run: nothing that was is of use.
      cancel(tasks.clear(), &actions)
      weights = ResidentWeights()
      actions.append(.subscribe(to: welcome.publisher))
      prepare(for: welcome, &actions)
    }
    if awaitedWelcome {
      actions.append(
        .notify(.joined(run: welcome.run, incarnation: welcome.incarnation, policyVersion: welcome.policyVersion)))
      if let software = welcome.software, software != plan.software {
        actions.append(.notify(.otherBuild(learner: software, software: plan.software)))
      }
    }
    // The first heartbeat tells at once which leases are still in hand.
    beat(now: now, &actions)
    for place in tasks.unanswered.keys.sorted() { sendResult(of: place, now: now, &actions) }
  }

  private mutating func obey(_ refusal: Refusal, now: Milliseconds, _ actions: inout [Action]) {
    switch refusal.code {
    case .unknownWorker:
      greetAgain("the learner does not know this worker", now: now, &actions)
    case .protocolVersion, .fingerprint, .unauthorized:
      end(.refused(reason: refusal.reason), &actions)
    case .malformed where contact.welcome == nil:
      end(.refused(reason: refusal.reason), &actions)
    case .full:
      actions.append(.notify(.refused(reason: refusal.reason)))
      contact.putOffHello(until: now + plan.patience)
    case .malformed, .other:
      actions.append(.notify(.refused(reason: refusal.reason)))
    }
  }

  private mutating func beatIfDue(now: Milliseconds, _ actions: inout [Action]) {
    if contact.heartbeatIsDue(now: now) { beat(now: now, &actions) }
  }

  private mutating func beat(now: Milliseconds, _ actions: inout [Action]) {
    guard let incarnation = contact.welcome?.incarnation else { return }
    contact.noteHeartbeat(now: now)
    let heartbeat = Heartbeat(
      incarnation: incarnation, leases: Array(tasks.leases(of: incarnation).prefix(Limits.leases)), policyVersion: weights.newest,
      busySeconds: clock.busySeconds, waitingSeconds: clock.waitingSeconds, sampledTokens: clock.sampledTokens, isReady: isReady)
    actions.append(.send(.heartbeat(heartbeat)))
  }

  // MARK: Tasks

  private mutating func take(_ leased: [Task], now: Milliseconds, _ actions: inout [Action]) {
    guard let incarnation = contact.welcome?.incarnation else { return }
    guard drainUntil == nil, isReady else {
      actions.append(.send(.decline(leases: leased.map(\.lease))))
      return
    }
    for task in leased {
      switch tasks.take(task, of: incarnation) {
      case .waits(let cancelled): cancel(cancelled, &actions)
      case .isRunning: break
      case .isDone(let place): sendResult(of: place, now: now, &actions)
      }
    }
  }

  /// Hands waiting tasks of the loaded version to the sampler; between batches, loads the version of the lowest task whose
  /// weights are whole. Where that is a part of a gradient at another version, the sampler gets nothing more until it is done with its batch.
  private mutating func sample(now: Milliseconds, _ actions: inout [Action]) {
    guard let incarnation = contact.welcome?.incarnation else { return }
    if tasks.running.isEmpty {
      guard let first = tasks.firstWaiting(where: { weights.isAvailable($0.policyVersion) }) else { return }
      let version = first.policyVersion
      if let bytes = weights.load(version) { actions.append(.load(version: version, bytes: bytes)) }
    }
    let first = tasks.firstWaiting { weights.isAvailable($0.policyVersion) }
    if let first, first.item.kind == .gradient, first.policyVersion != weights.loaded { return }
    for ready in tasks.run(version: weights.loaded, of: incarnation) {
      actions.append(.sample(ticket: ready.ticket, task: ready.task))
    }
  }

  private mutating func finish(
    _ ticket: UInt64, _ outcome: WorkResult.Outcome, bytes: [UInt8] = [], seconds: Double, now: Milliseconds, _ actions: inout [Action]
  ) {
    guard let place = tasks.finish(ticket, outcome, bytes: bytes, seconds: seconds, now: now) else { return }
    let tokens =
      switch outcome {
      case .group(let group): group.responses.reduce(0) { $0 + $1.tokens.count }
      case .gradient(let summary): summary.statistics.processedTokens
      }
    if place.kind.checked != .gradient { clock.noteSampled(tokens) }
    actions.append(.notify(.resultSent(place, tokens: tokens, seconds: seconds)))
    if !contact.awaitsWelcome { sendResult(of: place, now: now, &actions) }
  }

  private mutating func sendResult(of place: WorkItem, now: Milliseconds, _ actions: inout [Action]) {
    if let result = tasks.send(place, now: now) { actions.append(.send(.result(result))) }
  }

  /// Sends results again that the learner has not answered, while it answers anything at all. A gradient that it knows of waits for its turn.
  private mutating func sendAgain(now: Milliseconds, _ actions: inout [Action]) {
    guard !contact.awaitsWelcome, !contact.isSilent(now: now) else { return }
    let interval = max(2 * contact.heartbeat, 2_000)
    let due = tasks.unanswered.filter { !$0.value.isNoted && now - $0.value.lastSent >= interval }
    for (place, entry) in due.sorted(by: { $0.key < $1.key }) {
      if entry.sends < Self.maximumSends {
        sendResult(of: place, now: now, &actions)
      } else if tasks.forget(place) {
        actions.append(.notify(.misbehaved(reason: "no answer to the result of \(place)")))
      }
    }
  }

  /// Takes tasks away from the sampler.
  private func cancel(_ tickets: [UInt64], _ actions: inout [Action]) {
    if !tickets.isEmpty { actions.append(.cancel(tickets: tickets)) }
  }

  // MARK: Base weights

  /// Whether the worker has what tasks need beside a version's weights.
  private var isReady: Bool { contact.welcome.map { $0.baseWeights == nil || base?.place != nil } ?? false }

  /// Has a sampler made for another run, as soon as its base weights are there.
  private mutating func prepare(for welcome: Welcome, _ actions: inout [Action]) {
    guard let description = welcome.baseWeights else {
      base = nil
      actions.append(.prepare(welcome, base: nil))
      return
    }
    // Another run may have the same; what was begun goes on.
    if let base, base.base == description {
      if let place = base.place { actions.append(.prepare(welcome, base: place)) }
      return
    }
    base = BaseGathering(description, chunksPerRequest: plan.chunksPerRequest, isWanted: true)
    actions.append(.base(.find(welcome)))
  }

  private mutating func follow(_ steps: [BaseGathering.Step], now: Milliseconds, _ actions: inout [Action]) {
    for step in steps {
      switch step {
      case .order(let order): actions.append(.base(order))
      case .notify(let notice): actions.append(.notify(.base(notice)))
      case .finish(let place):
        guard let welcome = contact.welcome else { return }
        actions.append(.prepare(welcome, base: place))
        // It says that the worker may be given tasks.
        if !contact.awaitsWelcome { beat(now: now, &actions) }
      case .fail(let reason): return end(.failed(reason: reason), &actions)
      }
    }
  }

  /// Asks for the chunks of base weights that are missing, a bounded number at a time.
  private mutating func askForBase(now: Milliseconds, _ actions: inout [Action]) {
    guard !contact.awaitsWelcome, !contact.isSilent(now: now), drainUntil == nil else { return }
    guard let chunks = base?.request(wait: plan.repairAfter, now: now), !chunks.isEmpty else { return }
    actions.append(.send(.weightsRequest(policyVersion: BaseDescription.version, chunks: chunks)))
  }

  // MARK: Weights

  private mutating func take(_ chunk: WeightChunk, isAnswer: Bool, now: Milliseconds, _ actions: inout [Action]) {
    guard let manifest = contact.welcome?.manifest else { return }
    let version = chunk.policyVersion
    guard version != BaseDescription.version else {
      if isAnswer { follow(base?.take(chunk, now: now) ?? [], now: now, &actions) }
      return
    }
    switch weights.take(chunk, isAnswer: isAnswer, manifest: manifest, needed: tasks.neededVersions, now: now) {
    case .taken:
      if weights.isWhole(version) {
        tasks.forgetGradients(before: version)
        actions.append(.notify(.versionComplete(version)))
      }
      settleWeights(&actions)
    case .rejected(let reason):
      actions.append(.notify(.chunkDropped(version: version, index: chunk.index, reason: reason)))
    case .repeated, .otherVersion, nil: break
    }
  }

  /// A version cannot be had any more: the tasks behind it are of closed steps. If not, their leases run out and come again. One that is
  /// not made yet is asked for again.
  private mutating func forgo(_ version: UInt32, newest: UInt32, _ actions: inout [Action]) {
    guard version <= newest, weights.isAsked(for: version) else { return }
    weights.drop(version)
    tasks.forgo(version)
    actions.append(.notify(.versionGone(version)))
  }

  /// Applies the deltas that can be.
  private mutating func settleWeights(_ actions: inout [Action]) {
    guard let manifest = contact.welcome?.manifest else { return }
    for change in weights.settle(manifest: manifest, needed: tasks.neededVersions) {
      switch change {
      case .completed(let version):
        tasks.forgetGradients(before: version)
        actions.append(.notify(.versionComplete(version)))
      case .spoiled(let version, let reason): actions.append(.notify(.deltaDropped(version: version, reason: reason)))
      }
    }
  }

  /// Asks for the chunks that waiting tasks lack, a bounded number at a time.
  private mutating func repair(now: Milliseconds, _ actions: inout [Action]) {
    guard !contact.awaitsWelcome, let welcome = contact.welcome, !contact.isSilent(now: now) else { return }
    settleWeights(&actions)
    let requests = weights.requests(
      for: tasks.versionsWaitedFor, needed: tasks.neededVersions, manifest: welcome.manifest, limit: plan.chunksPerRequest,
      wait: plan.repairAfter, published: welcome.policyVersion, now: now)
    for request in requests {
      actions.append(.send(.weightsRequest(policyVersion: request.version, base: request.base, chunks: request.chunks)))
      actions.append(.notify(.repairRequested(version: request.version, chunks: request.chunks.count)))
    }
  }

  // MARK: Waiting and leaving

  private mutating func notifyWaiting(now: Milliseconds, _ actions: inout [Action]) {
    guard let wait = currentWait(now: now) else {
      _ = clock.note(nil, patience: plan.patience, now: now)
      return
    }
    guard let milliseconds = clock.note(wait, patience: plan.patience, now: now) else { return }
    actions.append(.notify(.waiting(wait, milliseconds: milliseconds)))
  }

  private func currentWait(now: Milliseconds) -> WorkerWait? {
    if drainUntil != nil { return nil }
    if contact.awaitsWelcome { return .welcome }
    guard let welcome = contact.welcome, !contact.isSilent(now: now) else { return .learner }
    if let base, !isReady { return .baseWeights(base.progress) }
    guard tasks.running.isEmpty else { return nil }
    guard let first = tasks.firstWaiting() else { return .tasks }
    return .weights(version: first.policyVersion, missing: weights.missing(of: first.policyVersion, manifest: welcome.manifest))
  }

  /// Gives back what has not begun; what has begun may be finished within the plan's time.
  private mutating func drain(now: Milliseconds, _ actions: inout [Action]) {
    guard drainUntil == nil else { return }
    drainUntil = now + plan.drain
    let (declined, cancelled) = tasks.giveBack()
    cancel(cancelled, &actions)
    if contact.welcome != nil { actions.append(.send(.decline(leases: declined))) }
    actions.append(.notify(.draining(declined: declined.count, unfinished: tasks.running.count)))
  }

  private mutating func leaveIfDrained(now: Milliseconds, _ actions: inout [Action]) {
    guard let drainUntil else { return }
    let isDone = tasks.running.isEmpty && tasks.unanswered.isEmpty
    // Heartbeats extend the leases of what is finished; after as long a silence they have run out, and others do the tasks.
    let isTooLate = contact.welcome.map { contact.silence(now: now) > Milliseconds($0.leaseMilliseconds) } ?? true
    guard isDone || contact.awaitsWelcome || isTooLate || now >= drainUntil else { return }
    let unfinished = tasks.running.values.map(\.task.lease).sorted()
    if !unfinished.isEmpty { actions.append(.send(.decline(leases: unfinished))) }
    end(.drained, &actions)
  }

  private mutating func end(_ outcome: WorkerOutcome, _ actions: inout [Action]) {
    hasEnded = true
    cancel(tasks.cancelAll(), &actions)
    if contact.welcome != nil { actions.append(.send(.goodbye)) }
    actions.append(.end(outcome))
  }
}
