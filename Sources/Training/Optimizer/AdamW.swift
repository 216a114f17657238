public import Tensors
public import Transformer

/// AdamW with decoupled weight decay on matrices only (Loshchilov & Hutter, 2019), and clipping of the global norm.
public final class AdamW {
  /// The settings.
  public let options: OptimizerOptions

  /// The running means of the gradients.
  public let first: Parameters

  /// The running means of the squared gradients.
  public let second: Parameters

  /// The updates made so far.
  public var count: Int

  private let lanes: Lanes

  /// An optimiser that has made no update.
  public init(for parameters: Parameters, options: OptimizerOptions, lanes: Lanes) {
    self.options = options
    self.lanes = lanes
    first = parameters.zeros()
    second = parameters.zeros()
    count = 0
  }

  /// Updates parameters by their gradients, or leaves them alone where the gradients' norm is not finite.
  ///
  /// - Parameter rounding: Gets the new parameters, rounded, in the same pass over memory.
  /// - Returns: the global norm before clipping; nil where the update was not made.
  public func update(
    _ parameters: Parameters, gradients: Parameters, rate: Double, rounding: BFloat16Storage? = nil
  ) -> Double? {
    let norm = ParameterLoops.squareSum(gradients.storage, lanes: lanes).squareRoot()
    guard norm.isFinite else { return nil }
    count += 1
    let scale = options.clipNorm > 0 && norm > options.clipNorm ? options.clipNorm / norm : 1
    let step = AdamWStep(count: count, rate: rate, beta1: options.beta1, beta2: options.beta2, epsilon: options.epsilon)
    for entry in parameters.layout.entries {
      ParameterLoops.adamW(
        parameters.storage, first: first.storage, second: second.storage, gradients: gradients.storage, range: entry.range,
        scale: Float(scale), step: step, decay: entry.isMatrix ? Float(options.weightDecay) : 0, lanes: lanes, rounding: rounding)
    }
    return norm
  }
}
