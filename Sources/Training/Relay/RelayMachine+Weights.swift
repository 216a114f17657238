import Wire

extension RelayMachine {
  mutating func take(_ chunk: WeightChunk, isAnswer: Bool, now: Milliseconds, _ actions: inout [Action]) {
    guard let newest = stock.map(\.newest) else { return }
    let target = pursuit?.target
    let outcome = stock?.take(chunk, pursuing: target, now: now)
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

  /// A version cannot be had any more: whoever waits for it is told.
  mutating func forgo(_ version: UInt32, _ actions: inout [Action]) {
    for worker in (wanted.removeValue(forKey: version)?.workers ?? []).sorted(by: { $0.description < $1.description }) {
      actions.append(.tell(.weightsGone(policyVersion: version), to: worker))
    }
    if version == announced { announced = stock?.newest ?? 0 }
    if version == pursuit?.target { pursuit = nil }
  }

  /// Asks the learner for what is missing: what workers want, and the newest version.
  mutating func repair(now: Milliseconds, _ actions: inout [Action]) {
    guard !isLearnerSilent(now: now), var stock else { return }
    wanted = wanted.filter { now - $0.value.last <= Self.wantedFor }
    for version in wanted.keys.sorted() where stock.frame(towards: version, from: nil, now: now) != nil { wanted[version] = nil }
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
    let isDone = current.isAsked ? current.requested.isEmpty : isPast
    guard isDone || now - current.lastActivity >= plan.repairAfter << min(current.timeouts, 3) else { return }
    if current.isAsked, !isDone { current.timeouts += 1 }
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
}
