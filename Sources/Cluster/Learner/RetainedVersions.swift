/// Which versions' weights are handed out. A version that steps are sampled from always is, and one that a worker is still fetching as
/// well: over a slow link fetching may take longer than a step, and what is there then leads on by deltas. Else such a worker would begin
/// again at every version and never have one.
struct RetainedVersions: Sendable {
  private let plan: LearnerPlan

  /// Versions that no step is sampled from any more, and that workers are still fetching.
  private(set) var held: Set<UInt32> = []

  init(plan: LearnerPlan) {
    self.plan = plan
  }

  /// Whether a learner at `newest` hands out a version.
  func contains(_ version: UInt32, at newest: UInt32) -> Bool {
    version <= newest && (version >= plan.oldestRetained(at: newest) || held.contains(version))
  }

  /// Finds the versions to hold, now that `newest` was made.
  ///
  /// - Parameter fetches: What workers fetch, and when they last asked for a part of it. One that has asked for nothing for as long as a
  ///   lease holds has given up.
  mutating func advance(to newest: UInt32, fetches: [(version: UInt32, last: Milliseconds)], now: Milliseconds) {
    let oldest = plan.oldestRetained(at: newest)
    // The version before was retained until now.
    let kept = held.union(oldest > 0 ? [oldest - 1] : [])
    let fetched = Set(fetches.filter { now - $0.last <= plan.lease }.map(\.version))
    held = Set(fetched.intersection(kept).filter { $0 < oldest }.sorted().prefix(LearnerMachine.maximumHeld))
  }
}
