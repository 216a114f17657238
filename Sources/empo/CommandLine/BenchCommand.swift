import ArgumentParser
import Benches
import Foundation

/// `empo bench`: the speed of sampling, learning and judging, of a learner's intake and of the transport of weights on this host.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures sampling, learning, judging and the conversation of a run; prints lines of JSON.",
    subcommands: [
      RolloutBench.self, LearnerBench.self, StepBench.self, PeakBench.self, EquivalenceBench.self, IntakeBench.self, ScalingBench.self,
      BroadcastBench.self,
      CrowdBench.self, SleeperBench.self,
    ])
}
