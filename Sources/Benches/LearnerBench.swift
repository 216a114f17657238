package import ArgumentParser
import EMPO
import Foundation
import HuggingFace
import Tensors
import Training
import Transformer

/// `empo bench learner`: tokens a second of one policy update.
package struct LearnerBench: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "learner", abstract: "Tokens a second of an update: forward, objective, backward, clipping and AdamW.")

  /// The command as it is without arguments.
  package init() {}

  @OptionGroup var model: BenchModel

  @Option(help: ArgumentHelp("Sequences of an update.", valueName: "N"))
  var batch = 512

  @Option(help: ArgumentHelp("Tokens of a sequence.", valueName: "N"))
  var length = 88

  @Option(help: ArgumentHelp("Updates to measure, after one that is not.", valueName: "N"))
  var steps = 3

  @Option(help: ArgumentHelp("The most tokens of one forward and backward.", valueName: "N"))
  var microBatchTokens = PolicyTrainer.Options().microBatchTokens

  package func validate() throws {
    try Bounds.require(batch, in: 1...65_536, "--batch")
    try Bounds.require(length, in: 2...65_536, "--length")
    try Bounds.require(steps, in: 1...1_000_000, "--steps")
    try Bounds.require(microBatchTokens, in: 1...1_048_576, "--micro-batch-tokens")
  }

  package func run() throws {
    let trainer = try PolicyTrainer(
      try model.parameters(), storing: model.dtype, positions: length, lanes: Lanes(count: model.threads),
      options: .init(microBatchTokens: microBatchTokens, steps: steps + 1))
    let groups = groups(vocabularySize: trainer.decoder.configuration.vocabularySize)
    _ = try trainer.update(step: 0, groups: groups)
    let clock = ContinuousClock()
    let seconds =
      try clock.measure {
        for step in 1...steps { _ = try trainer.update(step: step, groups: groups) }
      } / .seconds(steps)
    try BenchResult(
      bench: "learner", tokensPerSecond: Double(batch * length) / seconds, seconds: seconds, model: model.name, threads: model.threads,
      dtype: model.dtype.rawValue,
      shape: ["batch": batch, "length": length, "steps": steps, "micro_batch_tokens": microBatchTokens]
    ).printLine()
  }

  /// Groups of arbitrary responses, each behind a prompt of one token, half of them rewarded.
  private func groups(vocabularySize: Int) -> [PromptedGroup] {
    let groupSize = 16
    // About the log-probability under untrained weights, so that ratios stay near 1 and no token is clipped away.
    let logProbability = -log(Float(vocabularySize))
    return stride(from: 0, to: batch, by: groupSize).map { first in
      let responses = (first..<min(first + groupSize, batch)).map { index in
        ScoredResponse(
          tokens: BenchModel.tokens(1..<length, index: index, vocabularySize: vocabularySize),
          tokenLogProbabilities: Array(repeating: logProbability, count: length - 1), isTruncated: false, answer: "\(index % 2)",
          cluster: index % 2, reward: Double(index % 2))
      }
      return PromptedGroup(promptTokens: [1], group: ScoredGroup(responses: responses, semanticEntropy: log(2), isKept: true))
    }
  }
}
