public import EMPO
internal import Foundation
public import HuggingFace
public import Tensors
public import Transformer

/// Follows the policy gradient of scored groups.
///
/// An update is a function of the weights, the optimiser's state and the groups in slot order. Groups are packed into micro-batches by a
/// bound on rows, in that order, and gradients are added up in that order; the number of lanes plays no part. The responses of a group share
/// one copy of their prompt.
public final class PolicyTrainer {
  /// The settings of an update.
  public struct Options: Sendable, Equatable {
    /// The objective.
    public var objective: ObjectiveOptions
    /// How the groups were scored, for the reasons why some carry no gradient.
    public var scoring: ScoringOptions
    /// The optimiser.
    public var optimizer: OptimizerOptions
    /// The most optimiser updates of a step. Its k kept groups are cut, in slot order, into batches of ⌈k / minibatches⌉, of which the last
    /// may be smaller; so 5 groups in 4 minibatches are 3 updates.
    public var minibatches: Int
    /// The most tokens of one forward and backward, a shared prompt counted once; a longer response runs alone.
    public var microBatchTokens: Int
    /// What the backward computes again.
    public var recomputation: Recomputation
    /// How products of bfloat16 weights are computed.
    public var arithmetic: Arithmetic
    /// Steps of the run, for the learning-rate schedule.
    public var steps: Int

    /// Creates options.
    public init(
      objective: ObjectiveOptions = ObjectiveOptions(), scoring: ScoringOptions = ScoringOptions(),
      optimizer: OptimizerOptions = OptimizerOptions(), minibatches: Int = 1, microBatchTokens: Int = 2048,
      recomputation: Recomputation = .none, arithmetic: Arithmetic = .exact, steps: Int = 50
    ) {
      self.objective = objective
      self.scoring = scoring
      self.optimizer = optimizer
      self.minibatches = minibatches
      self.microBatchTokens = microBatchTokens
      self.recomputation = recomputation
      self.arithmetic = arithmetic
      self.steps = steps
    }
  }

  /// What the optimiser moves, in float32: all weights, or adapters.
  public let parameters: Parameters

  /// The policy: the parameters as they are handed out, sampled from and differentiated at.
  public let policy: Policy

  /// A decoder of the policy.
  public let decoder: Decoder

  /// The optimiser and its state.
  public let optimizer: AdamW

  /// The settings.
  public let options: Options

  private let pass: TrainingPass
  private let referencePass: TrainingPass?
  private let gradients: Gradients

  /// A trainer of all parameters, whose policy is stored as `type`, for sequences of at most `positions` tokens. Where the objective's
  /// KL weight is not 0, the policy at this moment is kept as the reference.
  public convenience init(
    _ parameters: Parameters, storing type: WeightType = .float32, positions: Int, lanes: Lanes, options: Options
  ) {
    let keepsReference = options.objective.klWeight != 0
    let reference = keepsReference ? Policy(type == .float32 ? parameters.copy() : parameters, type: type, lanes: lanes).weights : nil
    self.init(
      parameters, Policy(parameters, type: type, lanes: lanes), reference: reference, positions: positions, lanes: lanes, options: options)
  }

  /// A trainer of adapters beside a base model, which is the reference of the KL term.
  public convenience init(
    adapters: Parameters, _ lora: LoRAConfiguration, of base: ModelWeights, positions: Int, lanes: Lanes, options: Options
  ) {
    self.init(
      adapters, Policy(adapters: adapters, lora, of: base), reference: options.objective.klWeight == 0 ? nil : base,
      positions: positions, lanes: lanes, options: options)
  }

  private init(
    _ parameters: Parameters, _ policy: Policy, reference: ModelWeights?, positions: Int, lanes: Lanes, options: Options
  ) {
    self.parameters = parameters
    self.policy = policy
    self.options = options
    decoder = Decoder(policy.weights, positions: positions, lanes: lanes, arithmetic: options.arithmetic)
    optimizer = AdamW(for: parameters, options: options.optimizer, lanes: lanes)
    pass = TrainingPass(decoder, recomputing: options.recomputation)
    gradients = Gradients(of: parameters)
    // Its activations are of no use afterwards, so that one layer's are enough.
    referencePass =
      if let reference {
        TrainingPass(
          Decoder(reference, positions: positions, lanes: lanes, arithmetic: options.arithmetic), recomputing: .layer)
      } else {
        nil
      }
  }

  /// Makes the policy that of the parameters, after they were set by hand.
  public func renewPolicy() {
    policy.follow(parameters, lanes: decoder.lanes)
  }

  /// One step of the run, counted from 0: updates the policy on groups in slot order.
  public func update(step: Int, groups: [PromptedGroup]) throws(EMPOError) -> UpdateReport {
    let start = Date()
    var report = UpdateReport(describing: groups.map(\.group), scoring: options.scoring, objective: options.objective)
    report.learningRate = options.optimizer.rate(step: step, of: options.steps)
    let kept = groups.enumerated().filter { $0.element.group.teaches(options.objective) }
    let size = max(1, (kept.count + options.minibatches - 1) / options.minibatches)
    var tally = Tally()
    for first in Swift.stride(from: 0, to: kept.count, by: size) {
      try updateOnce(responses(of: kept[first..<min(first + size, kept.count)]), rate: report.learningRate, &report, &tally)
    }
    tally.finish(&report)
    report.seconds = Date().timeIntervalSince(start)
    return report
  }

  /// One optimiser update. One that is skipped, because the loss or the gradient is not finite, is counted and enters no other figure than
  /// the groups with extreme ratios.
  private func updateOnce(_ responses: [PackedResponse], rate: Double, _ report: inout UpdateReport, _ tally: inout Tally) throws(EMPOError)
  {
    let counted = responses.filter { !$0.isMasked }
    if counted.isEmpty { return }
    let normalizer = BatchNormalizer(options: options.objective, tokenCounts: counted.map(\.tokens.count))
    let objective = try Objective(options: options.objective, normalizer: normalizer)
    gradients.begin()
    var loss = 0.0
    var (found, sums) = (report, tally)
    for batch in MicroBatch.batches(of: counted.filter(isComputed), maximumRows: options.microBatchTokens) {
      loss += accumulate(batch, objective, &found, &sums)
    }
    gradients.finish()
    guard loss.isFinite,
      let norm = optimizer.update(parameters, gradients: gradients.values, rate: rate, rounding: policy.rounding)
    else {
      report.skippedUpdates += 1
      report.note(found.extremeRatios)
      return
    }
    policy.noteRounded()
    (report, tally) = (found, sums)
    report.trainedTokens += normalizer.tokenCount
    tally.batches += 1
    tally.loss += loss
    report.gradientNorm = max(report.gradientNorm, norm)
  }

  /// Whether a response can pull: without an advantage, only the KL term does.
  private func isComputed(_ response: PackedResponse) -> Bool {
    response.advantage != 0 || options.objective.klWeight > 0
  }

  /// Forward, objective and backward of one micro-batch; returns its share of the loss.
  private func accumulate(
    _ batch: MicroBatch, _ objective: Objective, _ report: inout UpdateReport, _ tally: inout Tally
  ) -> Double {
    let reference = referencePass?.forward(batch.groups).logProbabilities
    var (loss, start) = (0.0, 0)
    pass.backward(batch.groups, into: gradients) { index, policy in
      let response = batch.responses[index]
      let range = start..<start + policy.count
      start = range.upperBound
      let evaluation = objective.evaluate(
        ResponseTerm(
          policy: policy, sampling: response.samplingLogProbabilities, reference: reference.map { Array($0[range]) },
          advantage: response.advantage))
      loss += evaluation.loss
      tally.clippedTokens += evaluation.clippedTokens
      tally.divergence += evaluation.kl
      report.minimumRatio = min(report.minimumRatio, evaluation.minimumRatio)
      report.maximumRatio = max(report.maximumRatio, evaluation.maximumRatio)
      let extreme = ExtremeRatio(
        slot: response.slot, sample: response.sample, policy: policy, sampling: response.samplingLogProbabilities)
      if let extreme { report.note([extreme]) }
      return evaluation.coefficients
    }
    report.processedTokens += batch.rowCount
    return loss
  }

  /// Running sums that become shares and means at the end of a step.
  private struct Tally {
    var batches = 0
    var loss = 0.0
    var clippedTokens = 0
    var divergence = 0.0

    func finish(_ report: inout UpdateReport) {
      report.loss = loss / Double(max(1, batches))
      report.clippedShare = Double(clippedTokens) / Double(max(1, report.trainedTokens))
      report.divergence = divergence / Double(max(1, report.trainedTokens))
    }
  }

  private func responses(of groups: ArraySlice<(offset: Int, element: PromptedGroup)>) -> [PackedResponse] {
    groups.flatMap { slot, group in
      let advantages = options.objective.advantage.advantages(of: group.group.responses.map(\.reward))
      return zip(group.group.responses, advantages).enumerated().map { sample, pair in
        let (response, advantage) = pair
        return PackedResponse(
          slot: slot, sample: sample, prompt: group.promptTokens, tokens: response.tokens,
          samplingLogProbabilities: response.tokenLogProbabilities, advantage: advantage,
          isMasked: options.objective.masks(response))
      }
    }
  }
}
