import ArgumentParser
import EMPO
import Foundation
import Training

/// The batch of an update: groups of responses, each group to a prompt of its own.
struct LearnerShape: ParsableArguments {
  @Option(help: ArgumentHelp("Sequences of an update: groups of 16, to prompts of one token. By default 512.", valueName: "N"))
  var batch: Int?

  @Option(help: ArgumentHelp("Tokens of such a sequence. By default 88.", valueName: "N"))
  var length: Int?

  @Option(help: ArgumentHelp("In place of both: groups of an update. By default 8.", valueName: "G"))
  var groups: Int?

  @Option(help: ArgumentHelp("Responses of a group. By default 8.", valueName: "R"))
  var responses: Int?

  @Option(help: ArgumentHelp("Tokens of a prompt, which a group shares. By default 96.", valueName: "P"))
  var prompt: Int?

  @Option(help: ArgumentHelp("Tokens of a response. By default 128.", valueName: "N"))
  var response: Int?

  func validate() throws {
    try Bounds.require(batch, in: 1...65_536, "--batch")
    try Bounds.require(length, in: 2...65_536, "--length")
    try Bounds.require(groups, in: 1...65_536, "--groups")
    try Bounds.require(responses, in: 2...1024, "--responses")
    try Bounds.require(prompt, in: 1...65_536, "--prompt")
    try Bounds.require(response, in: 1...65_536, "--response")
    if hasGroups, batch != nil || length != nil {
      throw ValidationError(
        "--batch and --length stand for other groups: expected either these, or --groups, --responses, --prompt, --response")
    }
  }

  private var hasGroups: Bool { [groups, responses, prompt, response].contains { $0 != nil } }

  private var promptTokens: Int { hasGroups ? prompt ?? 96 : 1 }

  private var responseTokens: Int { hasGroups ? response ?? 128 : (length ?? 88) - 1 }

  /// The responses of every group.
  private var groupSizes: [Int] {
    if hasGroups { return Array(repeating: responses ?? 8, count: groups ?? 8) }
    let batch = batch ?? 512
    return stride(from: 0, to: batch, by: 16).map { min(16, batch - $0) }
  }

  /// Tokens of a sequence.
  var sequenceLength: Int { promptTokens + responseTokens }

  /// Tokens of the batch, where a prompt counts once a response.
  var tokens: Int { sequenceLength * groupSizes.reduce(0, +) }

  /// The shape in a bench's result.
  var figures: [String: Int] {
    hasGroups
      ? ["groups": groupSizes.count, "responses": groupSizes[0], "prompt": promptTokens, "response": responseTokens]
      : ["batch": groupSizes.reduce(0, +), "length": sequenceLength]
  }

  /// The flags for groups that say the same, as a peer's script takes them. Throws where the last group is smaller than the others.
  func arguments() throws -> [String] {
    guard groupSizes.allSatisfy({ $0 == groupSizes[0] }) else {
      throw ValidationError("--batch \(groupSizes.reduce(0, +)) with --vs: expected a multiple of 16, or --groups and --responses")
    }
    return [
      "--groups", "\(groupSizes.count)", "--responses", "\(groupSizes[0])", "--prompt", "\(promptTokens)", "--response",
      "\(responseTokens)",
    ]
  }

  /// Groups of arbitrary responses, half of them rewarded.
  func groups(vocabularySize: Int) -> [PromptedGroup] {
    // About the log-probability under untrained weights, so that ratios stay near 1 and no token is clipped away.
    let logProbabilities = [Float](repeating: -log(Float(vocabularySize)), count: responseTokens)
    return groupSizes.enumerated().map { group, size in
      let responses = (0..<size).map { index in
        ScoredResponse(
          tokens: BenchModel.tokens(
            promptTokens..<sequenceLength, index: size * group + index, vocabularySize: vocabularySize),
          tokenLogProbabilities: logProbabilities, isTruncated: false, answer: "\(index % 2)", cluster: index % 2,
          reward: Double(index % 2))
      }
      let prompt = BenchModel.tokens(0..<promptTokens, index: group, vocabularySize: vocabularySize)
      return PromptedGroup(promptTokens: prompt, group: ScoredGroup(responses: responses, semanticEntropy: log(2), isKept: true))
    }
  }
}
