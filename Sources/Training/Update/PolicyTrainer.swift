public import EMPO
internal import Foundation
public import HuggingFace
public import Tensors
public import Transformer

/// Follows the policy gradient of scored groups.
///
/// An update is a function of the weights, the optimiser's state and the groups in slot order. An ``UpdatePlan`` cuts it into parts, whose
/// gradients are added up in the order of a ``PartTree``, wherever they were computed. The responses of a group share one copy of their prompt.
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
    /// The parts of an optimiser update's gradient.
    public var parts: Int
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
      optimizer: OptimizerOptions = OptimizerOptions(), minibatches: Int = 1, parts: Int = 1, microBatchTokens: Int = 2048,
      recomputation: Recomputation = .none, arithmetic: Arithmetic = .exact, steps: Int = 50
    ) {
      self.objective = objective
      self.scoring = scoring
      self.optimizer = optimizer
      self.minibatches = minibatches
      self.parts = parts
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

  private let engine: GradientEngine
  private let sum: GradientSum
  private var open: OpenStep?

  /// The largest square of a norm that a part in a sum had so far.
  private var largestPart: Double?

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
    engine = GradientEngine(
      decoder, reference: reference, arithmetic: options.arithmetic, positions: positions, objective: options.objective,
      microBatchTokens: options.microBatchTokens, recomputing: options.recomputation)
    sum = GradientSum(of: parameters, lanes: lanes)
  }

  /// Makes the policy that of the parameters, after they were set by hand.
  public func renewPolicy() {
    policy.follow(parameters, lanes: decoder.lanes)
  }

  /// One step of the run, counted from 0: updates the policy on groups in slot order.
  public func update(step: Int, groups: [PromptedGroup]) throws(EMPOError) -> UpdateReport {
    let plan = begin(step: step, groups: groups)
    for batch in plan.batches {
      for (index, part) in batch.enumerated() where !part.isEmpty { try compute(part: index) }
      endBatch()
    }
    return finish()
  }

  // MARK: A step in parts

  /// Begins a step, counted from 0, on groups in slot order. Of each batch of the plan that is returned, all parts that are not empty are to be
  /// computed or added, in any order, before it is ended; then the step is to be finished.
  public func begin(step: Int, groups: [PromptedGroup]) -> UpdatePlan {
    let plan = UpdatePlan(groups, objective: options.objective, minibatches: options.minibatches, parts: options.parts)
    var report = UpdateReport(describing: groups.map(\.group), scoring: options.scoring, objective: options.objective)
    report.learningRate = options.optimizer.rate(step: step, of: options.steps)
    open = OpenStep(plan: plan, report: report)
    beginBatch()
    return plan
  }

  /// Whether a batch has begun and not ended.
  public var hasBatch: Bool { open?.batch != nil }

  /// Computes a part of the batch at hand.
  @discardableResult
  public func compute(part index: Int) throws(EMPOError) -> GradientStatistics {
    let gradients = sum.buffer()
    let statistics = try engine.compute(part(index), into: gradients)
    insert(gradients, statistics, at: index)
    return statistics
  }

  /// Computes a part of the batch at hand, and adds it to nothing.
  ///
  /// - Returns: The gradient's bytes, see ``Gradients/bytes()``, and what computing it found.
  public func gradient(ofPart index: Int) throws(EMPOError) -> (bytes: [UInt8], statistics: GradientStatistics) {
    let gradients = sum.buffer()
    defer { sum.release(gradients) }
    let statistics = try engine.compute(part(index), into: gradients)
    return (gradients.bytes(), statistics)
  }

  /// Adds a part of the batch at hand that was computed elsewhere.
  ///
  /// - Parameter bytes: As ``Gradients/bytes()`` gives them.
  public func add(part index: Int, _ bytes: [UInt8], _ statistics: GradientStatistics) {
    let gradients = sum.buffer()
    gradients.replace(with: bytes)
    insert(gradients, statistics, at: index)
  }

  /// How many times as large as any part's before a part's norm may be and raise no question.
  private static let usualGrowth = 16.0

  /// Whether a gradient is like those of the parts so far: every number is finite, and its norm is not many times theirs. With none to compare
  /// with, none is.
  public func isUsual(_ bytes: [UInt8]) -> Bool {
    guard let largestPart else { return false }
    let gradients = sum.buffer()
    defer { sum.release(gradients) }
    gradients.replace(with: bytes)
    return squareNorm(gradients) <= Self.usualGrowth * Self.usualGrowth * largestPart
  }

  private func part(_ index: Int) -> GradientPart {
    guard let part = open?.batch?[index] else { preconditionFailure("a part is of a batch that has begun") }
    return part
  }

  private func insert(_ gradients: Gradients, _ statistics: GradientStatistics, at index: Int) {
    if options.parts > 1 {
      let square = squareNorm(gradients)
      if square.isFinite { largestPart = max(largestPart ?? 0, square) }
    }
    sum.insert((gradients, statistics), at: index)
  }

  private func squareNorm(_ gradients: Gradients) -> Double {
    ParameterLoops.squareSum(gradients.values.storage, lanes: decoder.lanes)
  }

  /// Ends the batch at hand, which moves the parameters. An update that is skipped, because the loss or the gradient is not finite, is counted
  /// and enters no other figure than the groups with extreme ratios.
  public func endBatch() {
    guard var step = open, let batch = step.batch else { preconditionFailure("a batch ends that has begun") }
    let (gradients, statistics) = sum.total()
    var norm: Double?
    if statistics.loss.isFinite {
      norm = optimizer.update(parameters, gradients: gradients.values, rate: step.report.learningRate, rounding: policy.rounding)
    }
    if let norm {
      policy.noteRounded()
      step.take(statistics, tokens: batch[0].tokenCount, norm: norm)
    } else {
      step.report.skippedUpdates += 1
      step.report.note(statistics.extremeRatios)
    }
    step.ended += 1
    open = step
    beginBatch()
  }

  /// The report of the step, whose batches have all ended.
  public func finish() -> UpdateReport {
    guard let step = open, step.batch == nil else { preconditionFailure("a step is finished when all of its batches have ended") }
    open = nil
    return step.finished
  }

  private func beginBatch() {
    sum.begin(parts: options.parts)
    for (index, part) in (open?.batch ?? []).enumerated() where part.isEmpty { sum.insert(nil, at: index) }
  }

  /// A step that is under way.
  private struct OpenStep {
    let plan: UpdatePlan
    var report: UpdateReport
    /// Batches that have ended.
    var ended = 0
    private let start = ContinuousClock.now
    private var updates = 0
    private var loss = 0.0
    private var clippedTokens = 0
    private var divergence = 0.0

    init(plan: UpdatePlan, report: UpdateReport) {
      self.plan = plan
      self.report = report
    }

    /// The parts of the batch at hand; nil after the last one.
    var batch: [GradientPart]? { ended < plan.batches.count ? plan.batches[ended] : nil }

    mutating func take(_ statistics: GradientStatistics, tokens: Int, norm: Double) {
      updates += 1
      loss += statistics.loss
      clippedTokens += statistics.clippedTokens
      divergence += statistics.divergence
      report.minimumRatio = min(report.minimumRatio, statistics.minimumRatio)
      report.maximumRatio = max(report.maximumRatio, statistics.maximumRatio)
      report.note(statistics.extremeRatios)
      report.processedTokens += statistics.processedTokens
      report.trainedTokens += tokens
      report.gradientNorm = max(report.gradientNorm, norm)
    }

    /// The report, with what running sums become at the end: shares and means.
    var finished: UpdateReport {
      var report = report
      report.loss = loss / Double(max(1, updates))
      report.clippedShare = Double(clippedTokens) / Double(max(1, report.trainedTokens))
      report.divergence = divergence / Double(max(1, report.trainedTokens))
      report.seconds = (.now - start) / .seconds(1)
      return report
    }
  }
}
