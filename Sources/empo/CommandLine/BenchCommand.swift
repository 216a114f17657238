import ArgumentParser
import Benches
import Foundation

/// `empo bench`: how fast this host samples, learns and judges, what a learner takes in, and how fast weights travel.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures sampling, learning, judging and the conversation of a run; prints lines of JSON.",
    subcommands: [
      RolloutBench.self, LearnerBench.self, EquivalenceBench.self, IntakeBench.self, ScalingBench.self, BroadcastBench.self,
      CrowdBench.self, SleeperBench.self,
    ])
}
