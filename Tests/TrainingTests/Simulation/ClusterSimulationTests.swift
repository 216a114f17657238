import Testing
import Training

@Suite struct ClusterSimulationTests {
  /// Whatever dies, is lost, late or doubled: every slot of every step is trained once, on the right group, and the run ends at
  /// the weights of an undisturbed run.
  @Test(arguments: 0..<20)
  func disturbedRunsEndAtTheWeightsOfAnUndisturbedOne(block: UInt64) {
    for seed in block * 20..<(block + 1) * 20 {
      var simulation = ClusterSimulation(seed: seed)
      simulation.run()
      #expect(simulation.violations == [], "seed \(seed)")
      #expect(simulation.outcome == .complete, "seed \(seed) did not end by \(simulation.now) ms")
      let final = simulation.checkpoint
      #expect(final.version == simulation.plan.steps, "seed \(seed)")
      #expect(final.weights[final.version] == simulation.expected.last, "seed \(seed)")
    }
  }

  /// The simulation is only worth something if what it is meant to try does happen.
  @Test func theDisturbancesHappen() {
    var counts: [String: Int] = [:]
    for seed in 0..<40 as Range<UInt64> {
      var simulation = ClusterSimulation(seed: seed)
      simulation.run()
      counts.merge(simulation.counts, uniquingKeysWith: +)
    }
    for what in [
      "worker killed", "worker drained", "learner killed", "learner stopped", "message lost", "message doubled", "duplicate",
      "reassigned", "worker lost", "cancelled",
    ] {
      #expect(counts[what, default: 0] > 0, "\(what) never happened")
    }
  }
}
