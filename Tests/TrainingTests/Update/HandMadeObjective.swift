import EMPO
import Foundation
import NumericTestSupport
import Training
import Transformer

/// The objective over a whole batch, straight from its equations: token means, group-normalised advantages, k3 to the reference. In
/// double precision, with nothing of EMPO's or the trainer's code.
struct HandMadeObjective {
  /// The batch's responses, in order.
  let sequences: [TrainingGroup]

  private let options: ObjectiveOptions
  private let sampling: [Double]
  private let advantages: [Double]
  private let reference: [Double]

  /// The objective of the groups' unmasked responses.
  init(_ groups: [PromptedGroup], options: ObjectiveOptions, reference: Decoder) {
    var (sequences, sampling, advantages) = ([TrainingGroup](), [Double](), [Double]())
    for group in groups where group.group.isKept {
      let rewards = group.group.responses.map(\.reward)
      let mean = rewards.reduce(0, +) / Double(rewards.count)
      let variance = rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rewards.count)
      for response in group.group.responses where !(options.maskTruncated && response.isTruncated) {
        sequences.append(TrainingGroup(tokens: group.promptTokens + response.tokens, firstTarget: group.promptTokens.count))
        sampling += response.tokenLogProbabilities.map(Double.init)
        advantages += response.tokens.map { _ in (response.reward - mean) / (variance.squareRoot() + 1e-4) }
      }
    }
    self.options = options
    self.sequences = sequences
    self.sampling = sampling
    self.advantages = advantages
    self.reference = TrainingPass(reference).forward(sequences).logProbabilities.map(Double.init)
  }

  /// What a batch comes to at a policy.
  struct Value {
    var loss = 0.0
    /// The mean k3 a token.
    var divergence = 0.0
    /// dLoss / d ln p, token by token.
    var coefficients: [Float] = []
  }

  /// The objective at a decoder's weights.
  func value(at decoder: Decoder) -> Value {
    value(of: TrainingPass(decoder).forward(sequences).logProbabilities)
  }

  /// The gradient of the objective at a decoder's weights.
  func gradient(at decoder: Decoder) -> Parameters {
    let pass = TrainingPass(decoder)
    return pass.gradients(
      sequences, of: Parameters(decoder.configuration), coefficients: value(of: pass.forward(sequences).logProbabilities).coefficients)
  }

  private func value(of policy: [Float]) -> Value {
    let weight = 1 / Double(policy.count)
    var value = Value()
    for (position, logProbability) in policy.map(Double.init).enumerated() {
      let advantage = advantages[position]
      let ratio = exp(logProbability - sampling[position])
      let clipped = min(max(ratio, 1 - options.clipLow), 1 + options.clipHigh)
      let surrogate = min(ratio * advantage, clipped * advantage)
      let gap = reference[position] - logProbability
      let divergence = exp(gap) - gap - 1
      value.loss += weight * (options.klWeight * divergence - surrogate)
      value.divergence += weight * divergence
      // d(r A)/d ln p = r A while the unclipped side is the smaller one; d(k3)/d ln p = 1 − exp(gap).
      let pull = surrogate == ratio * advantage ? -surrogate : 0
      value.coefficients.append(Float(weight * (pull + options.klWeight * (1 - exp(gap)))))
    }
    return value
  }
}
