import Wire

extension WorkerMachine {
  private var neededVersions: Set<UInt32> {
    Set(waiting.values.map(\.policyVersion)).union(running.values.map(\.task.policyVersion))
  }

  mutating func take(_ chunk: WeightChunk, now: Milliseconds, _ actions: inout [Action]) {
    guard let manifest = session?.welcome.manifest else { return }
    let version = chunk.policyVersion
    guard weights.gather(version, manifest: manifest, needed: neededVersions, now: now) else { return }
    switch weights.take(chunk, now: now) {
    case .taken:
      if weights.isAvailable(version) { actions.append(.notify(.versionComplete(version))) }
    case .rejected(let reason):
      actions.append(.notify(.chunkDropped(version: version, index: chunk.index, reason: reason)))
    case .repeated, .otherVersion: break
    }
  }

  /// Asks for the chunks that waiting tasks lack, a bounded number at a time.
  mutating func repair(now: Milliseconds, _ actions: inout [Action]) {
    guard !isGreeting, let session, !isLearnerSilent(now: now) else { return }
    let needed = neededVersions
    for version in Set(waiting.values.map(\.policyVersion)).sorted() where !weights.isAvailable(version) {
      guard weights.gather(version, manifest: session.welcome.manifest, needed: needed, now: now) else { continue }
      let chunks = weights.chunksToRequest(
        of: version, limit: plan.chunksPerRequest, wait: plan.repairAfter, isPast: version <= session.welcome.policyVersion, now: now)
      guard !chunks.isEmpty else { continue }
      actions.append(.send(.weightsRequest(policyVersion: version, chunks: chunks)))
      actions.append(.notify(.repairRequested(version: version, chunks: chunks.count)))
    }
  }
}
