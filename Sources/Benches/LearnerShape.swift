import ArgumentParser
import EMPO
import Foundation
import HuggingFace
import Training
import Transformer

/// The batch of an update: groups of responses, each group to a prompt of its own.
struct LearnerShape: ParsableArguments {
  @Option(help: ArgumentHelp("Groups of an update.", valueName: "N"), transform: Bounds.integer(1...65_536))
  var groups = 32

  @Option(help: ArgumentHelp("Responses of a group.", valueName: "N"), transform: Bounds.integer(2...1024))
  var responses = 16

  @Option(help: ArgumentHelp("Tokens of a prompt, which a group shares.", valueName: "N"), transform: Bounds.integer(1...65_536))
  var prompt = 40

  @Option(help: ArgumentHelp("Tokens of a response.", valueName: "N"), transform: Bounds.integer(1...65_536))
  var response = 48

  /// Tokens of a sequence.
  var sequenceLength: Int { prompt + response }

  /// Tokens of all responses.
  var tokens: Int { groups * responses * response }

  /// Floating-point operations of an update's products: forward, and the gradients of inputs and, where weights are not frozen, of weights.
  /// A prompt's rows go through the layers once a group, and those that predict a token through the output projection.
  func operations(_ model: ModelConfiguration, isFrozen: Bool) -> Double {
    let head = model.vocabularySize * model.width
    let matrices = ParameterLayout(model).entries.filter { $0.isMatrix && $0.name.hasPrefix("model.layers.") }.reduce(0) { $0 + $1.count }
    let rows = groups * (prompt + responses * (response - 1))
    return (isFrozen ? 4 : 6) * (Double(rows) * Double(matrices) + Double(tokens) * Double(head))
  }

  /// The shape in a bench's result.
  var figures: [String: Int] { ["groups": groups, "responses": responses, "prompt": prompt, "response": response] }

  /// The flags that say the same, for another process.
  var arguments: [String] {
    ["--groups", "\(groups)", "--responses", "\(responses)", "--prompt", "\(prompt)", "--response", "\(response)"]
  }

  /// Groups of arbitrary responses, half of them rewarded, with the log-probabilities that the model gives them, so that no token is clipped
  /// away.
  func sampledGroups(_ decoder: Decoder) -> [PromptedGroup] {
    let vocabularySize = decoder.configuration.vocabularySize
    let pass = TrainingPass(decoder, recomputing: .layer)
    return (0..<groups).map { group in
      let promptTokens = BenchModel.tokens(0..<prompt, index: group, vocabularySize: vocabularySize)
      let tokens = (0..<responses).map { index in
        BenchModel.tokens(prompt..<sequenceLength, index: group * responses + index, vocabularySize: vocabularySize)
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
