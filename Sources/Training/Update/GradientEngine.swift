public import EMPO
public import Tensors
public import Transformer

/// Computes parts of a policy's gradient, in a learner and in workers alike.
///
/// A part's gradient is a function of the policy's weights and of the part: its groups are packed into micro-batches by a bound on rows, in
/// slot order, and added up in that order from zero. The number of lanes plays no part, nor does what is computed again.
public final class GradientEngine {
  private let pass: TrainingPass
  private let referencePass: TrainingPass?
  private let objective: ObjectiveOptions
  private let microBatchTokens: Int

  /// An engine for the policy of a decoder, whose weights may change between parts.
  ///
  /// - Parameters:
  ///   - reference: The base model, where the objective has a KL term.
  ///   - positions: Tokens of the longest prompt and response together.
  ///   - microBatchTokens: The most tokens of one forward and backward, a shared prompt counted once; a longer response runs alone.
  ///   - recomputation: What the backward computes again.
  public init(
    _ decoder: Decoder, reference: ModelWeights? = nil, arithmetic: Arithmetic, positions: Int, objective: ObjectiveOptions,
    microBatchTokens: Int, recomputing recomputation: Recomputation
  ) {
    precondition(objective.klWeight == 0 || reference != nil, "a KL term needs the base model")
    pass = TrainingPass(decoder, recomputing: recomputation)
    // Its activations are of no use afterwards, so that one layer's are enough.
    referencePass = reference.map {
      TrainingPass(Decoder($0, positions: positions, lanes: decoder.lanes, arithmetic: arithmetic), recomputing: .layer)
    }
    self.objective = objective
    self.microBatchTokens = microBatchTokens
  }

  /// Computes a part's gradient, which replaces what `gradients` holds. Throws if the objective's options are invalid.
  public func compute(_ part: GradientPart, into gradients: Gradients) throws(EMPOError) -> GradientStatistics {
    let objective = try Objective(options: objective, normalizer: part.normalizer(objective))
    var statistics = GradientStatistics()
    gradients.begin()
    for batch in MicroBatch.batches(of: part.groups, maximumRows: microBatchTokens) {
      accumulate(batch, objective, into: gradients, &statistics)
    }
    gradients.finish()
    return statistics
  }

  /// Forward, objective and backward of one micro-batch.
  private func accumulate(
    _ batch: MicroBatch, _ objective: Objective, into gradients: Gradients, _ statistics: inout GradientStatistics
  ) {
    let reference = referencePass?.forward(batch.groups).logProbabilities
    var start = 0
    pass.backward(batch.groups, into: gradients) { index, policy in
      let (slot, response) = batch.responses[index]
      let range = start..<start + policy.count
      start = range.upperBound
      let evaluation = objective.evaluate(
        ResponseTerm(
          policy: policy, sampling: response.samplingLogProbabilities, reference: reference.map { Array($0[range]) },
          advantage: response.advantage))
      let extreme = ExtremeRatio(
        slot: slot, sample: response.sample, policy: policy, sampling: response.samplingLogProbabilities)
      statistics.add(evaluation, extreme)
      return evaluation.coefficients
    }
    statistics.processedTokens += batch.rowCount
  }
}
