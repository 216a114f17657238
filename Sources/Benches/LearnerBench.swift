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

  @Option(help: ArgumentHelp("Groups of an update.", valueName: "N"))
  var groups = 32

  @Option(help: ArgumentHelp("Responses of a group.", valueName: "N"))
  var responses = 16

  @Option(help: ArgumentHelp("Tokens of a group's prompt.", valueName: "N"))
  var prompt = 40

  @Option(help: ArgumentHelp("Tokens of a response.", valueName: "N"))
  var response = 48

  @Option(help: ArgumentHelp("Updates to measure, after one that is not.", valueName: "N"))
  var steps = 3

  @Option(help: ArgumentHelp("The most tokens of one forward and backward.", valueName: "N"))
  var microBatchTokens = PolicyTrainer.Options().microBatchTokens

  @Option(help: ArgumentHelp("What the backward computes again: none, feed-forward or layer.", valueName: "WHAT"))
  var recompute = Recomputation.none

  package func validate() throws {
    try Bounds.require(groups, in: 1...65_536, "--groups")
    try Bounds.require(responses, in: 2...4_096, "--responses")
    try Bounds.require(prompt, in: 1...65_536, "--prompt")
    try Bounds.require(response, in: 1...65_536, "--response")
    try Bounds.require(steps, in: 1...1_000_000, "--steps")
    try Bounds.require(microBatchTokens, in: 1...1_048_576, "--micro-batch-tokens")
  }

  package func run() throws {
    let trainer = try model.trainer(
      positions: prompt + response, lanes: Lanes(count: model.threads),
      options: .init(microBatchTokens: microBatchTokens, recomputation: recompute, steps: steps + 1))
    let groups = sampledGroups(trainer.decoder)
    _ = try trainer.update(step: 0, groups: groups)
    let clock = ContinuousClock()
    let seconds =
      try clock.measure {
        for step in 1...steps { _ = try trainer.update(step: step, groups: groups) }
      } / .seconds(steps)
    var result = BenchResult(
      bench: "learner", tokensPerSecond: Double(self.groups * responses * response) / seconds, seconds: seconds, model: model.name,
      threads: model.threads, dtype: model.dtype.rawValue,
      shape: [
        "groups": self.groups, "responses": responses, "prompt": prompt, "response": response, "lora": model.rank, "steps": steps,
        "micro_batch_tokens": microBatchTokens,
      ])
    result.peakMemory = PeakMemory.bytes
    try result.printLine()
  }

  /// Groups of arbitrary responses, half of them rewarded, with the log-probabilities that the model gives them, so that no token is clipped
  /// away.
  private func sampledGroups(_ decoder: Decoder) -> [PromptedGroup] {
    let vocabularySize = decoder.configuration.vocabularySize
    let pass = TrainingPass(decoder, recomputing: .layer)
    return (0..<groups).map { group in
      let promptTokens = BenchModel.tokens(0..<prompt, index: group, vocabularySize: vocabularySize)
      let tokens = (0..<responses).map { index in
        BenchModel.tokens(prompt..<prompt + response, index: group * responses + index, vocabularySize: vocabularySize)
      }
      let logProbabilities = pass.forward([TrainingGroup(prompt: promptTokens, responses: tokens)]).logProbabilities
      let sampled = tokens.enumerated().map { index, tokens in
        ScoredResponse(
          tokens: tokens, tokenLogProbabilities: Array(logProbabilities[index * response..<(index + 1) * response]), isTruncated: false,
          answer: "\(index % 2)", cluster: index % 2, reward: Double(index % 2))
      }
      return PromptedGroup(promptTokens: promptTokens, group: ScoredGroup(responses: sampled, semanticEntropy: log(2), isKept: true))
    }
  }
}
