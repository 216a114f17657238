import Wire

extension RelayMachine {
  mutating func take(_ chunk: WeightChunk, isAnswer: Bool, now: Milliseconds, _ actions: inout [Action]) {
    guard let newest = stock.map(\.newest) else { return }
    let version = chunk.policyVersion
    // A request is answered by the version's key frame or by the next delta on the way to it.
    let isPursued = pursuit.map { chunk.base == nil ? version == $0.target : chunk.base == newest && version <= $0.target } ?? false
    let outcome = stock?.take(chunk, pursuing: pursuit?.target, isWanted: wanted[version] != nil, now: now)
    if case .rejected(let reason)? = outcome {
      actions.append(.notify(.chunkDropped(version: version, index: chunk.index, reason: reason)))
      return
    }
    // A delta that was repaired here is missing behind the relay, too. A key frame goes to whoever waits for it.
    if !isAnswer || chunk.base != nil {
      actions.append(.publish(chunk))
    } else if outcome == .taken {
      // Who gets chunks asks for more when they are there.
      wanted[version]?.last = now
      for worker in waiting(for: version) { actions.append(.tell(.weights(chunk), to: worker)) }
    }
    if !isAnswer { announced = max(announced ?? version, version) }
    if isPursued, outcome == .taken { pursuit?.lastActivity = now }
    if isPursued, isAnswer, outcome != nil {
      pursuit?.requested.remove(chunk.index)
      // More were asked for than the frame has.
      if let requested = pursuit?.requested { pursuit?.requested = requested.filter { $0 < chunk.count } }
    }
    guard let version = stock?.newest, version != newest else { return }
    actions.append(.notify(.versionComplete(version)))
    // What was asked for of a delta is of no use for the next.
    if let base = pursuit?.base, base == newest {
      pursuit?.requested = []
      pursuit?.timeouts = 0
    }
  }

  /// The workers that wait for a version, always in the same order.
  private func waiting(for version: UInt32) -> [Peer] {
    (wanted[version]?.workers ?? []).sorted { $0.description < $1.description }
  }

  /// The learner has not what was asked for: whoever waits for a version that is gone is told. One that is to come may be asked for again.
  mutating func forgo(_ version: UInt32, newest: UInt32, _ actions: inout [Action]) {
    if version <= newest {
      for worker in waiting(for: version) { actions.append(.tell(.weightsGone(policyVersion: version, newest: newest), to: worker)) }
    }
    wanted[version] = nil
    announced = max(stock?.newest ?? newest, newest)
    if version == pursuit?.target { pursuit = nil }
  }

  /// Asks the learner for what is missing: what workers want, and the newest version.
  mutating func repair(now: Milliseconds, _ actions: inout [Action]) {
    guard !isLearnerSilent(now: now), let stock else { return }
    wanted = wanted.filter { now - $0.value.last <= stock.fetchedFor && !stock.canMake($0.key) }
    guard let target = nextTarget(now: now) else {
      pursuit = nil
      return
    }
    var current = pursuit.flatMap { $0.target == target ? $0 : nil } ?? Pursuit(target: target, lastActivity: now)
    ask(for: &current, now: now, &actions)
    pursuit = current
  }

  /// What to fetch: what was begun, else what somebody has waited for longest, else the newest version.
  private func nextTarget(now: Milliseconds) -> UInt32? {
    guard let stock else { return nil }
    func isAhead(_ version: UInt32) -> Bool { stock.newest.map { $0 < version } ?? true }
    // A slow link would never bring the whole of anything, were each new version begun before the last is there.
    if let begun = pursuit, begun.isAsked, wanted[begun.target] != nil || isAhead(begun.target) { return begun.target }
    let hasRoom = stock.hasRoom(now: now)
    let wishes = wanted.filter { isAhead($0.key) || hasRoom }
    let eldest = wishes.min { ($0.value.first, $0.key) < ($1.value.first, $1.key) }?.key
    return eldest ?? announced.flatMap { isAhead($0) ? $0 : nil }
  }

  /// Asks for chunks when half of those asked for have come, and again for those that stay away.
  private func ask(for current: inout Pursuit, now: Milliseconds, _ actions: inout [Action]) {
    guard let stock else { return }
    let isLate = now - current.lastActivity >= plan.repairAfter << min(current.timeouts, 3)
    // What is being broadcast comes by itself. What was published before this relay listened, or never came, nobody else makes come.
    let isArriving = stock.newest.map { newest in newest < current.target && stock.incoming.keys.contains { $0.base == newest } } ?? false
    let isPast = stock.newest == nil || wanted[current.target] != nil && !isArriving
    guard isLate || (current.isAsked ? current.requested.count <= plan.chunksPerRequest / 2 : isPast) else { return }
    if current.isAsked, isLate, !current.requested.isEmpty {
      current.timeouts += 1
      current.requested = []
    }
    let base = stock.newest.flatMap { $0 < current.target ? $0 : nil }
    let frame =
      stock.incoming[.init(version: current.target, base: nil)] ?? base.flatMap { stock.incoming[.init(version: $0 + 1, base: $0)] }
    // How many chunks a delta has, its first chunk says.
    let known = base == nil ? min(plan.chunksPerRequest, stock.manifest.chunkCount) : plan.chunksPerRequest
    let missing = frame?.missing(limit: plan.chunksPerRequest + current.requested.count) ?? (0..<UInt32(known)).map { $0 }
    let chunks = Array(missing.filter { !current.requested.contains($0) }.prefix(plan.chunksPerRequest - current.requested.count))
    guard !chunks.isEmpty else { return }
    current.requested.formUnion(chunks)
    current.isAsked = true
    current.lastActivity = now
    let isKeyFrame = frame.map { $0.base == nil } ?? (base == nil)
    current.base = isKeyFrame ? nil : base
    actions.append(.tellLearner(.weightsRequest(policyVersion: current.target, base: current.base, chunks: chunks)))
    actions.append(.notify(.requested(version: current.target, base: current.base, chunks: chunks.count)))
  }
}
