import EMPO
import NumericTestSupport
import Tensors
import Testing
import Training
import Transformer

/// The KL term and the base model that it refers to.
@Suite struct ReferenceTests {
  /// What figures of the trainer and of the hand-made objective may differ by. The trainer takes differences of log-probabilities in
  /// float32, the hand-made objective in double precision: 2⁻²⁴ of a few nats a token. A KL term left out, or of the wrong sign, gives
  /// 10⁻² at least.
  static let figureTolerance = 2e-6

  /// The same, for gradients relative by norm.
  static let gradientTolerance = 1e-6

  /// What a gradient may differ from finite differences of the loss, relative by norm. The loss is of order 1, its log-probabilities are
  /// rounded by 2⁻²⁴ each, and the step is 10⁻²: about 10⁻⁴ of the derivatives. Without its KL term the gradient would be off by 0.9.
  static let derivativeTolerance = 1e-3

  /// The base model as its policy's bits are.
  private func base(_ type: WeightType) throws -> Decoder { try TinyModel.decoder(positions: 64, storing: type) }

  @Test("Loss, divergence and gradient with a KL term are those of the objective by hand", arguments: WeightType.allCases, [0.5, 4])
  func updateFollowsTheObjective(type: WeightType, klWeight: Double) throws {
    let groups = try UpdateFixture.groups(3)
    let options = ObjectiveOptions(klWeight: klWeight)
    let trainer = try UpdateFixture.trainer(storing: type, objective: options, microBatchTokens: 7)
    trainer.parameters.disturb(seed: 5)
    trainer.renewPolicy()
    let objective = HandMadeObjective(groups, options: options, reference: try base(type))
    let expected = objective.value(at: trainer.decoder)
    let gradient = objective.gradient(at: trainer.decoder).allValues

    let report = try trainer.update(step: 0, groups: groups)
    #expect(abs(report.loss - expected.loss) <= Self.figureTolerance * klWeight)
    #expect(abs(report.divergence - expected.divergence) <= Self.figureTolerance)
    #expect(GradientCheck.relativeError(UpdateFixture.gradient(of: trainer), gradient.map(Double.init)) <= Self.gradientTolerance)
    // What is compared is there: the policy has left the base model, and some tokens are clipped.
    #expect(report.divergence > 1e-2)
    #expect(report.clippedShare > 0)
  }

  @Test("The gradient with a KL term is the finite difference of the objective, parameter by parameter")
  func gradientIsTheDerivative() throws {
    let groups = try UpdateFixture.groups(2)
    // Edges so far off that no token is clipped: the objective has no kinks for a step to cross.
    let options = ObjectiveOptions(clipLow: 1, clipHigh: 1e6, klWeight: 4)
    let trainer = try UpdateFixture.trainer(objective: options)
    trainer.parameters.disturb(seed: 5)
    let objective = HandMadeObjective(groups, options: options, reference: try base(.float32))
    let parameters = trainer.parameters
    let places = parameters.layout.entries.flatMap { entry in
      stride(from: entry.offset, to: entry.range.upperBound, by: max(1, entry.count / 3))
    }
    let values = Matrix(storage: parameters.storage, offset: 0, rows: 1, columns: parameters.layout.count)
    let expected = places.map { place in
      GradientCheck.derivative(of: values, 0, place, step: 0.01) { objective.value(at: trainer.decoder).loss }
    }

    let report = try trainer.update(step: 0, groups: groups)
    let gradient = UpdateFixture.gradient(of: trainer)
    let error = GradientCheck.relativeError(places.map { gradient[$0] }, expected)
    #expect(error <= Self.derivativeTolerance)
    #expect(report.divergence > 1e-2 && report.clippedShare == 0)
  }

  @Test("The reference stays the base model, however far updates take the policy", arguments: WeightType.allCases)
  func referenceStays(type: WeightType) throws {
    let groups = try UpdateFixture.groups(2)
    let options = ObjectiveOptions(klWeight: 0.5)
    let trainer = try UpdateFixture.trainer(storing: type, objective: options)
    let objective = HandMadeObjective(groups, options: options, reference: try base(type))
    for step in 0..<4 {
      let expected = objective.value(at: trainer.decoder)
      let report = try trainer.update(step: step, groups: groups)
      if step == 0 {
        // Policy and reference are the same bits.
        #expect(report.divergence == 0)
      } else {
        #expect(report.divergence > 1e-3)
        #expect(abs(report.divergence - expected.divergence) <= Self.figureTolerance * max(1, expected.divergence))
        #expect(abs(report.loss - expected.loss) <= Self.figureTolerance * max(1, abs(expected.loss)))
      }
    }
  }

  @Test("Without a KL weight no divergence is measured, and its pull is missing from the update")
  func noWeightNoReference() throws {
    let groups = try UpdateFixture.groups(2)
    let states = try [0, 0.5].map { weight in
      let trainer = try UpdateFixture.trainer(objective: ObjectiveOptions(klWeight: weight))
      _ = try trainer.update(step: 0, groups: groups)
      let report = try trainer.update(step: 1, groups: groups)
      #expect((report.divergence > 0) == (weight > 0))
      return TrainerState(trainer)
    }
    #expect(states[0] != states[1])
  }
}
