public import Wire

extension WorkerMachine {
  mutating func greetAgain(_ reason: String, now: Milliseconds, _ actions: inout [Action]) {
    guard !greeting.isOpen else { return }
    actions.append(.notify(.greetingAgain(reason: reason)))
    greeting.begin(now: now)
  }

  mutating func sayHelloIfDue(now: Milliseconds, _ actions: inout [Action]) {
    guard drainUntil == nil, greeting.isDue(now: now) else { return }
    let hello = Hello(worker: plan.name, software: plan.software, fingerprint: plan.fingerprint, credits: plan.credits)
    actions.append(.send(.hello(hello)))
  }

  mutating func join(_ welcome: Welcome, now: Milliseconds, _ actions: inout [Action]) {
    guard welcome.manifest.chunkBytes > 0, welcome.manifest.totalBytes > 0, welcome.manifest.totalBytes <= Limits.weightBytes else {
      actions.append(.notify(.misbehaved(reason: "a welcome whose weights have no bytes")))
      return
    }
    let previous = session?.welcome
    session = Session(welcome: welcome)
    if let previous, previous.isSameRun(as: welcome) {
      if previous.incarnation != welcome.incarnation { outlive(welcome, &actions) }
      if previous.publisher != welcome.publisher { actions.append(.subscribe(to: welcome.publisher)) }
    } else {
      forgetEverything(&actions)
      actions.append(.subscribe(to: welcome.publisher))
      actions.append(.prepare(welcome))
    }
    if greeting.isOpen {
      actions.append(
        .notify(.joined(run: welcome.run, incarnation: welcome.incarnation, policyVersion: welcome.policyVersion)))
      if let learner = welcome.software, learner != plan.software {
        actions.append(.notify(.otherBuild(learner: learner, software: plan.software)))
      }
    }
    greeting.end()
    // The first heartbeat tells at once which leases are still in hand.
    beat(now: now, &actions)
    for key in unanswered.keys.sorted() { sendResult(key, now: now, &actions) }
  }

  /// Another run: nothing that was is of use.
  private mutating func forgetEverything(_ actions: inout [Action]) {
    waiting = [:]
    cancel(running.keys.sorted(), &actions)
    unanswered = [:]
    weights = ResidentWeights()
  }

  /// Carries over what a new incarnation of the learner must agree on: groups begun or done on versions that it has. Its
  /// predecessor's leases mean nothing to it, and versions beyond its own it will make anew.
  private mutating func outlive(_ welcome: Welcome, _ actions: inout [Action]) {
    waiting = [:]
    unanswered = unanswered.filter { $0.value.result.policyVersion <= welcome.policyVersion }
    cancel(running.filter { !$0.value.hasBegun || $0.value.task.policyVersion > welcome.policyVersion }.keys.sorted(), &actions)
    weights.forget(above: welcome.policyVersion)
  }

  mutating func obey(_ refusal: Refusal, now: Milliseconds, _ actions: inout [Action]) {
    switch refusal.code {
    case .unknownWorker:
      greetAgain("the learner does not know this worker", now: now, &actions)
    case .protocolVersion, .fingerprint, .unauthorized:
      end(.refused(reason: refusal.reason), &actions)
    case .malformed where session == nil:
      end(.refused(reason: refusal.reason), &actions)
    case .full:
      actions.append(.notify(.refused(reason: refusal.reason)))
      greeting.put(off: now + plan.patience)
    case .malformed, .other:
      actions.append(.notify(.refused(reason: refusal.reason)))
    }
  }

  mutating func beatIfDue(now: Milliseconds, _ actions: inout [Action]) {
    guard !greeting.isOpen, let session, now - lastHeartbeat >= session.heartbeat else { return }
    beat(now: now, &actions)
  }

  private mutating func beat(now: Milliseconds, _ actions: inout [Action]) {
    guard let incarnation = session?.welcome.incarnation else { return }
    lastHeartbeat = now
    let held =
      waiting.values.map(\.lease) + running.values.filter { $0.incarnation == incarnation }.map(\.task.lease)
      + unanswered.values.filter { $0.incarnation == incarnation }.map(\.result.lease)
    let heartbeat = Heartbeat(
      incarnation: incarnation, leases: Array(held.sorted().prefix(Limits.leases)), policyVersion: weights.newest,
      busySeconds: clock.busySeconds, waitingSeconds: clock.waitingSeconds, sampledTokens: clock.sampledTokens)
    actions.append(.send(.heartbeat(heartbeat)))
  }

  mutating func notifyWaiting(now: Milliseconds, _ actions: inout [Action]) {
    guard let wait = currentWait(now: now) else {
      _ = clock.note(nil, patience: plan.patience, now: now)
      return
    }
    guard let milliseconds = clock.note(wait, patience: plan.patience, now: now) else { return }
    actions.append(.notify(.waiting(wait, milliseconds: milliseconds)))
  }

  private func currentWait(now: Milliseconds) -> WorkerWait? {
    if drainUntil != nil { return nil }
    if greeting.isOpen { return .welcome }
    guard let session, !isLearnerSilent(now: now) else { return .learner }
    guard running.isEmpty else { return nil }
    guard let first = waiting.min(by: { $0.key < $1.key })?.value else { return .tasks }
    return .weights(version: first.policyVersion, missing: weights.missing(of: first.policyVersion, manifest: session.welcome.manifest))
  }
}

extension Welcome {
  /// The file by which a learner says which build it is.
  public static func softwareFile(_ software: String) -> NamedBytes {
    NamedBytes(name: softwareFileName, bytes: [UInt8](software.utf8))
  }

  /// Which build the learner is; nil where it does not say, or says what is no short line.
  public var software: String? {
    guard let bytes = files.first(where: { $0.name == Self.softwareFileName })?.bytes else { return nil }
    guard bytes.count <= Limits.nameBytes, bytes.allSatisfy({ (0x20...0x7e).contains($0) }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let softwareFileName = "software.txt"

  /// Whether both speak of the same run, so that what was sampled for one serves the other.
  fileprivate func isSameRun(as other: Welcome) -> Bool {
    run == other.run && manifest == other.manifest && files == other.files
  }
}
