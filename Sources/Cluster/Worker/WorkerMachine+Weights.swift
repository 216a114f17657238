import Wire

extension WorkerMachine {
  private var neededVersions: Set<UInt32> {
    Set(waiting.values.map(\.policyVersion)).union(running.values.map(\.task.policyVersion))
  }

  mutating func take(_ chunk: WeightChunk, isAnswer: Bool, now: Milliseconds, _ actions: inout [Action]) {
    guard let manifest = session?.welcome.manifest else { return }
    let version = chunk.policyVersion
    switch weights.take(chunk, isAnswer: isAnswer, manifest: manifest, needed: neededVersions, now: now) {
    case .taken:
      if weights.whole[version] != nil { actions.append(.notify(.versionComplete(version))) }
      settleWeights(&actions)
    case .rejected(let reason):
      actions.append(.notify(.chunkDropped(version: version, index: chunk.index, reason: reason)))
    case .repeated, .otherVersion, nil: break
    }
  }

  /// A version cannot be had any more: the tasks behind it are of closed steps. If not, their leases run out and come again. One that is
  /// not made yet is asked for again.
  mutating func forgo(_ version: UInt32, newest: UInt32, _ actions: inout [Action]) {
    guard version <= newest, weights.pursuits[version]?.isAsked == true else { return }
    weights.drop(version)
    waiting = waiting.filter { $0.value.policyVersion != version }
    actions.append(.notify(.versionGone(version)))
  }

  /// Applies the deltas that can be.
  private mutating func settleWeights(_ actions: inout [Action]) {
    guard let manifest = session?.welcome.manifest else { return }
    for change in weights.settle(manifest: manifest, needed: neededVersions) {
      switch change {
      case .completed(let version): actions.append(.notify(.versionComplete(version)))
      case .spoiled(let version, let reason): actions.append(.notify(.deltaDropped(version: version, reason: reason)))
      }
    }
  }

  /// Asks for the chunks that waiting tasks lack, a bounded number at a time.
  mutating func repair(now: Milliseconds, _ actions: inout [Action]) {
    guard !greeting.isOpen, let session, !isLearnerSilent(now: now) else { return }
    settleWeights(&actions)
    let needed = neededVersions
    let wanted = Set(waiting.values.map(\.policyVersion)).filter { !weights.isAvailable($0) }
    weights.pursuits = weights.pursuits.filter { wanted.contains($0.key) }
    var bases: Set<UInt32> = []
    for version in wanted.sorted() where weights.hasRoom(for: version, needed: needed) {
      // Two that begin at the same version would ask for the same delta: the lower is on the other's way.
      if let base = weights.base(towards: version), !bases.insert(base).inserted { continue }
      let request = weights.request(
        for: version, manifest: session.welcome.manifest, limit: plan.chunksPerRequest, wait: plan.repairAfter,
        isPast: version <= session.welcome.policyVersion, now: now)
      guard let request else { continue }
      actions.append(.send(.weightsRequest(policyVersion: version, base: request.base, chunks: request.chunks)))
      actions.append(.notify(.repairRequested(version: version, chunks: request.chunks.count)))
    }
  }
}

extension ResidentWeights {
  /// Which chunks of which frame to ask for now; nil for none.
  mutating func request(
    for version: UInt32, manifest: WeightManifest, limit: Int, wait: Milliseconds, isPast: Bool, now: Milliseconds
  ) -> (base: UInt32?, chunks: [UInt32])? {
    var pursuit = pursuits[version] ?? WeightPursuit(now: now)
    defer { pursuits[version] = pursuit }
    guard pursuit.isDue(wait: wait, isPast: isPast, now: now) else { return nil }
    let (base, chunks): (UInt32?, [UInt32])
    if let frame = frame(towards: version, stage: pursuit.stage) {
      (base, chunks) = (frame.base, frame.missing(limit: limit))
    } else {
      base = self.base(towards: version)
      // How many chunks a delta has, its first chunk says.
      chunks = (0..<UInt32(base == nil ? min(limit, manifest.chunkCount) : limit)).map { $0 }
    }
    pursuit.ask(chunks, base: base, now: now)
    return (base, chunks)
  }

  /// The frame that is gathered now on the way to a version.
  private func frame(towards version: UInt32, stage: UInt32?) -> WeightAssembly? {
    [version, stage].compactMap { $0.flatMap { incoming[$0] } }.first { frame in
      !frame.isWhole && frame.base.map { whole[$0] != nil } ?? true
    }
  }

  /// How many chunks of a version are missing; nil when not even their number is known.
  func missing(of version: UInt32, manifest: WeightManifest) -> Int? {
    if let frame = incoming[version] ?? pursuits[version]?.stage.flatMap({ incoming[$0] }) { return frame.missingCount }
    return base(towards: version) == nil ? manifest.chunkCount : nil
  }
}
