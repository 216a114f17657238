package import Cluster
import TestSupport

/// What one seed came to.
package struct SimulatedOutcome: Sendable {
  package var seed: UInt64

  /// What went wrong; nil where every invariant held.
  package var violation: String?
  package var tally: Tally

  /// A digest of everything that happened, in order: the same for the same seed, whatever process runs it.
  package var history: UInt64

  /// How much happened, and how long that took in simulated time.
  package var events: Int
  package var milliseconds: Milliseconds

  /// What happened, a line each, where that was asked for.
  package var trace: [String]
}

/// Runs a whole cluster on one seed.
package func simulate(seed: UInt64, bug: PlantedBug? = nil, isTracing: Bool = false) -> SimulatedOutcome {
  let cluster = Cluster(seed: seed, bug: bug, isTracing: isTracing)
  cluster.run()
  return SimulatedOutcome(
    seed: seed, violation: cluster.violation, tally: cluster.tally, history: cluster.history, events: cluster.events,
    milliseconds: cluster.now, trace: cluster.trace)
}

/// What many seeds came to.
package struct SimulationSummary: Sendable {
  /// How often everything that is counted should happen in a thousand seeds, at least.
  package static let leastPerThousand = 5

  package var seeds = 0
  package var failures: [SimulatedOutcome] = []
  package var tally = Tally()
  package var history: UInt64 = 0
  package var events = 0
  package var milliseconds: Milliseconds = 0

  package init() {}

  /// Adds a seed's outcome; in whatever order they come, the sum is the same.
  package mutating func add(_ outcome: SimulatedOutcome) {
    seeds += 1
    if outcome.violation != nil { failures.append(outcome) }
    tally.add(outcome.tally)
    history ^= SeededRandom.mix(outcome.history ^ outcome.seed)
    events += outcome.events
    milliseconds += outcome.milliseconds
  }

  package mutating func add(_ other: SimulationSummary) {
    seeds += other.seeds
    failures += other.failures
    tally.add(other.tally)
    history ^= other.history
    events += other.events
    milliseconds += other.milliseconds
  }
}

/// Runs many seeds, on so many threads at a time.
package func simulate(seeds: Range<UInt64>, threads: Int) async -> SimulationSummary {
  await withTaskGroup(of: SimulationSummary.self) { group in
    for thread in 0..<UInt64(threads) {
      group.addTask {
        var summary = SimulationSummary()
        for seed in stride(from: seeds.lowerBound + thread, to: seeds.upperBound, by: threads) { summary.add(simulate(seed: seed)) }
        return summary
      }
    }
    var summary = SimulationSummary()
    for await part in group { summary.add(part) }
    return summary
  }
}

/// The first of the seeds that shows a planted bug.
package func find(_ bug: PlantedBug, in seeds: Range<UInt64>) -> SimulatedOutcome? {
  seeds.lazy.map { simulate(seed: $0, bug: bug) }.first { $0.violation != nil }
}
