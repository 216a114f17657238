import EMPO

/// A small batch whose log-probabilities lie on a grid of 2^-12, so that Float differences between them, and steps of the grid's
/// width, are exact: finite differences then see no Float rounding.
struct ObjectiveFixture {
  static let gridStep: Float = 1 / 4096

  var terms: [ResponseTerm]
  var options: ObjectiveOptions

  var normalizer: BatchNormalizer {
    BatchNormalizer(options: options, tokenCounts: terms.filter { !$0.isMasked }.map(\.policy.count))
  }

  /// Five responses, one of them masked; the policy is off the sampling policy by at most `drift` nats a token.
  init(drift: Float, options: ObjectiveOptions) {
    var state: UInt64 = 0x5EED
    func unit() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24)
    }
    func onGrid(_ value: Float) -> Float { (value / Self.gridStep).rounded() * Self.gridStep }
    // Responses drift in one direction mostly, so that sequence ratios leave the clipping range too.
    let shapes: [(count: Int, advantage: Double, isMasked: Bool, bias: Float)] = [
      (5, 1.3, false, 0.4), (1, -0.7, false, -0.5), (4, -1.1, false, 0.3), (3, 2.0, true, 0), (6, 0.4, false, -0.4), (7, -0.9, false, -0.3),
    ]
    terms = shapes.map { shape in
      let sampling = (0..<shape.count).map { _ in onGrid(-3 * unit() - 0.75) }
      let policy = sampling.map { onGrid($0 + drift * (shape.bias + (unit() - 0.5))) }
      let reference = policy.map { onGrid($0 + unit() - 0.5) }
      return ResponseTerm(
        policy: policy, sampling: sampling, reference: reference, advantage: shape.advantage, isMasked: shape.isMasked)
    }
    self.options = options
  }

  /// The sum of the responses' shares of the loss.
  func totalLoss(_ terms: [ResponseTerm]) throws -> Double {
    let objective = try Objective(options: options, normalizer: normalizer)
    return terms.reduce(0) { $0 + objective.evaluate($1).loss }
  }
}
