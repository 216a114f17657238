public import EMPO
internal import Foundation
public import Tensors
public import Transformer

/// Follows the policy gradient of scored groups.
///
/// An update is a function of the weights, the optimiser's state and the groups in slot order. Responses are packed into
/// micro-batches by a bound on tokens, in that order, and gradients are added up in that order; the number of lanes plays no part.
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
    /// The most tokens of one forward and backward; a longer sequence runs alone.
    public var microBatchTokens: Int
    /// Steps of the run, for the learning-rate schedule.
    public var steps: Int

    /// Creates options.
    public init(
      objective: ObjectiveOptions = ObjectiveOptions(), scoring: ScoringOptions = ScoringOptions(),
      optimizer: OptimizerOptions = OptimizerOptions(), minibatches: Int = 1, microBatchTokens: Int = 2048, steps: Int = 50
    ) {
      self.objective = objective
      self.scoring = scoring
      self.optimizer = optimizer
      self.minibatches = minibatches
      self.microBatchTokens = microBatchTokens
      self.steps = steps
    }
  }

  /// The weights that the optimiser moves, in float32.
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
  private let gradients: Parameters

  /// A trainer of parameters, whose policy is stored as `type`, for sequences of at most `positions` tokens. Where the objective's
  /// KL weight is not 0, the policy at this moment is kept as the reference.
  public init(
    _ parameters: Parameters, storing type: WeightType = .float32, positions: Int, lanes: Lanes, options: Options
  ) throws(TensorsError) {
    self.parameters = parameters
    self.options = options
    policy = Policy(parameters, type: type, lanes: lanes)
    decoder = try Decoder(policy.weights, positions: positions, lanes: lanes)
    optimizer = AdamW(for: parameters, options: options.optimizer, lanes: lanes)
    pass = TrainingPass(decoder)
    gradients = Parameters(parameters.configuration)
    if options.objective.klWeight == 0 {
      referencePass = nil
    } else {
      let reference = Policy(type == .float32 ? parameters.copy() : parameters, type: type, lanes: lanes)
      referencePass = TrainingPass(try Decoder(reference.weights, positions: positions, lanes: lanes))
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
  private func updateOnce(_ responses: [Response], rate: Double, _ report: inout UpdateReport, _ tally: inout Tally) throws(EMPOError) {
    let counted = responses.filter { !$0.isMasked }
    if counted.isEmpty { return }
    let normalizer = BatchNormalizer(options: options.objective, tokenCounts: counted.map(\.sequence.targetCount))
    let objective = try Objective(options: options.objective, normalizer: normalizer)
    gradients.storage.clear()
    var loss = 0.0
    var (found, sums) = (report, tally)
    for batch in microBatches(counted) {
      loss += accumulate(batch, objective, &found, &sums)
    }
    guard loss.isFinite, let norm = optimizer.update(parameters, gradients: gradients, rate: rate) else {
      report.skippedUpdates += 1
      report.note(found.extremeRatios)
      return
    }
    renewPolicy()
    (report, tally) = (found, sums)
    tally.batches += 1
    tally.loss += loss
    report.gradientNorm = max(report.gradientNorm, norm)
  }

  /// Forward, objective and backward of one micro-batch; returns its share of the loss.
  private func accumulate(
    _ batch: ArraySlice<Response>, _ objective: Objective, _ report: inout UpdateReport, _ tally: inout Tally
  ) -> Double {
    let sequences = batch.map(\.sequence)
    let policy = pass.forward(sequences).logProbabilities
    let reference = referencePass?.forward(sequences).logProbabilities
    var coefficients: [Float] = []
    coefficients.reserveCapacity(policy.count)
    var loss = 0.0
    for response in batch {
      let range = coefficients.count..<coefficients.count + response.sequence.targetCount
      let evaluation = objective.evaluate(
        ResponseTerm(
          policy: Array(policy[range]), sampling: response.samplingLogProbabilities, reference: reference.map { Array($0[range]) },
          advantage: response.advantage))
      loss += evaluation.loss
      coefficients.append(contentsOf: evaluation.coefficients)
      tally.clippedTokens += evaluation.clippedTokens
      tally.divergence += evaluation.kl
      report.minimumRatio = min(report.minimumRatio, evaluation.minimumRatio)
      report.maximumRatio = max(report.maximumRatio, evaluation.maximumRatio)
      let extreme = ExtremeRatio(
        slot: response.slot, sample: response.sample, policy: policy[range], sampling: response.samplingLogProbabilities)
      if let extreme { report.note([extreme]) }
      report.trainedTokens += range.count
      report.processedTokens += response.sequence.rowCount
    }
    if loss.isFinite { pass.backward(coefficients: coefficients, into: gradients) }
    return loss
  }

  // MARK: Packing

  private struct Response {
    let slot: Int
    let sample: Int
    let sequence: TrainingSequence
    let samplingLogProbabilities: [Float]
    let advantage: Double
    let isMasked: Bool
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

  private func responses(of groups: ArraySlice<(offset: Int, element: PromptedGroup)>) -> [Response] {
    groups.flatMap { slot, group in
      let advantages = options.objective.advantage.advantages(of: group.group.responses.map(\.reward))
      return zip(group.group.responses, advantages).enumerated().map { sample, pair in
        let (response, advantage) = pair
        return Response(
          slot: slot, sample: sample,
          sequence: TrainingSequence(tokens: group.promptTokens + response.tokens, firstTarget: group.promptTokens.count),
          samplingLogProbabilities: response.tokenLogProbabilities, advantage: advantage,
          isMasked: options.objective.masks(response))
      }
    }
  }

  private func microBatches(_ responses: [Response]) -> [ArraySlice<Response>] {
    var batches: [ArraySlice<Response>] = []
    var start = 0
    var rows = 0
    for (index, response) in responses.enumerated() {
      if index > start && rows + response.sequence.rowCount > options.microBatchTokens {
        batches.append(responses[start..<index])
        start = index
        rows = 0
      }
      rows += response.sequence.rowCount
    }
    batches.append(responses[start...])
    return batches
  }
}
