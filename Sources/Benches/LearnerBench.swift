package import ArgumentParser
import Foundation
import HuggingFace
import Tensors
import Training
import Transformer

/// `empo bench learner`: tokens a second of one policy update.
package struct LearnerBench: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "learner", abstract: "Tokens a second of an update: forward, objective, backward, clipping and AdamW.",
    discussion: "Tokens are those of responses.")

  /// The command as it is without arguments.
  package init() {}

  @OptionGroup var model: BenchModel

  @OptionGroup var shape: LearnerShape

  @Option(help: ArgumentHelp("Updates to measure, after one that is not.", valueName: "N"), transform: Bounds.integer(1...1_000_000))
  var steps = 3

  @Option(help: ArgumentHelp("The most tokens of one forward and backward.", valueName: "N"), transform: Bounds.integer(1...1_048_576))
  var microBatchTokens = PolicyTrainer.Options().microBatchTokens

  @Option(help: ArgumentHelp("What the backward computes again: none, feed-forward or layer.", valueName: "WHAT"))
  var recompute = Recomputation.none

  @OptionGroup var peers: PeerOptions

  package func run() async throws {
    if let comparison = try comparison() { try await comparison.run() } else { try measure() }
  }

  private func comparison() throws -> PeerComparison? {
    guard peers.vs != nil else { return nil }
    let common = shape.arguments + ["--steps", "\(steps)"] + (model.rank > 0 ? ["--lora", "\(model.rank)"] : [])
    let sequences = max(1, microBatchTokens / shape.sequenceLength)
    return try peers.comparison(
      "learner", model: model, ours: common + ["--micro-batch-tokens", "\(microBatchTokens)"],
      theirs: common + ["--micro-batch", "\(sequences)"])
  }

  private func measure() throws {
    let trainer = try model.trainer(
      positions: shape.sequenceLength, lanes: Lanes(count: model.threads),
      options: .init(microBatchTokens: microBatchTokens, recomputation: recompute, steps: steps + 1))
    let groups = shape.sampledGroups(trainer.decoder)
    _ = try trainer.update(step: 0, groups: groups)
    let clock = ContinuousClock()
    let seconds =
      try clock.measure {
        for step in 1...steps { _ = try trainer.update(step: step, groups: groups) }
      } / .seconds(steps)
    var result = BenchResult(
      bench: "learner", tokensPerSecond: Double(shape.tokens) / seconds, seconds: seconds, secondsPerStep: seconds, model: model.name,
      threads: model.threads, dtype: model.dtype.rawValue, arithmetic: try model.computed().rawValue,
      shape: shape.figures.merging(["steps": steps, "micro_batch_tokens": microBatchTokens, "lora": model.rank]) { $1 })
    result.peakMemory = PeakMemory.bytes
    let operations = shape.operations(trainer.decoder.configuration, isFrozen: model.rank > 0)
    result.gigaflops = operations / seconds / 1e9
    result.peakShare = operations / seconds / 1e9 / PeakRate.gigaflops(try model.computed(), lanes: trainer.decoder.lanes)
    try result.printLine()
  }
}
