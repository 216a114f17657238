import Wire

/// Which versions' weights are handed out. A version that steps are sampled from always is, and one that a worker is still fetching as
/// well: over a slow link fetching may take longer than a step, and what is there then leads on by deltas. Else such a worker would begin
/// again at every version and never have one.
extension LearnerMachine {
  /// How many versions are kept for nobody but workers that still fetch them. The oldest were begun first, and are done first.
  public static let maximumHeld = 2

  mutating func answerRequest(
    version: UInt32, base: UInt32?, chunks: [UInt32], from peer: Peer, now: Milliseconds, _ actions: inout [Action]
  ) {
    let oldest = plan.oldestRetained(at: self.version)
    guard version <= self.version, version >= oldest || held.contains(version) else {
      actions.append(.send(.weightsGone(policyVersion: version, newest: self.version), to: peer))
      return
    }
    workers.update(peer) { $0.fetching = (version, now) }
    actions.append(.sendWeights(version: version, base: base, chunks: chunks, to: peer))
  }

  /// A worker says which version it has: it has left those up to there.
  mutating func noteWeights(_ version: UInt32?, of peer: Peer) {
    guard let version else { return }
    workers.update(peer) { record in
      if let fetching = record.fetching, fetching.version <= version { record.fetching = nil }
    }
  }

  /// Finds the versions that are still fetched, now that a new one was made. A worker that has asked for nothing for as long as a lease
  /// holds has given up.
  mutating func holdFetched(now: Milliseconds) {
    let oldest = plan.oldestRetained(at: version)
    // The version before was retained until now.
    let kept = held.union(oldest > 0 ? [oldest - 1] : [])
    let fetched = workers.peers.compactMap { workers[$0]?.fetching }.filter { now - $0.last <= plan.lease }.map(\.version)
    held = Set(Set(fetched).intersection(kept).filter { $0 < oldest }.sorted().prefix(Self.maximumHeld))
  }
}
