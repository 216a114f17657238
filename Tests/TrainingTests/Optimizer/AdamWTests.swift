import NumericTestSupport
import Tensors
import Testing
import Training
import Transformer

@Suite struct AdamWTests {
  private func gradients(_ parameters: Parameters, scale: Float) -> Parameters {
    let gradients = Parameters(parameters.configuration)
    gradients.disturb(seed: 3, scale: scale)
    return gradients
  }

  /// What one update from zero moments makes of the tiny model's parameters.
  private func update(_ options: OptimizerOptions, gradients scale: Float) throws -> (norm: Double, values: [Float]) {
    let parameters = TinyModel.parameters()
    let optimizer = AdamW(for: parameters, options: options, lanes: Lanes(count: 1))
    let norm = try #require(optimizer.update(parameters, gradients: gradients(parameters, scale: scale), rate: 1e-2))
    return (norm, parameters.allValues)
  }

  @Test("A gradient longer than the bound is scaled down to it, and a shorter one is left alone")
  func longGradientsAreClipped() throws {
    // An ε this large makes the update depend on the gradient's size, which Adam otherwise divides away.
    func options(clipNorm: Double) -> OptimizerOptions { OptimizerOptions(epsilon: 1, clipNorm: clipNorm) }
    let free = try update(options(clipNorm: 0), gradients: 0.5)
    let exact = gradients(TinyModel.parameters(), scale: 0.5).allValues.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    // A sum of squares in double precision, in another order.
    #expect(abs(free.norm / exact - 1) < 1e-12)
    let loose = try update(options(clipNorm: 1.01 * free.norm), gradients: 0.5)
    #expect(loose.values.bits == free.values.bits)
    // A quarter is exact in float32: clipping to a quarter of the norm is an update by a quarter of the gradient.
    let clipped = try update(options(clipNorm: free.norm / 4), gradients: 0.5)
    let quarter = try update(options(clipNorm: 0), gradients: 0.125)
    #expect(clipped.values.bits == quarter.values.bits)
    #expect(clipped.values.bits != free.values.bits)
    // What is reported is the norm before clipping.
    #expect(clipped.norm == free.norm)
  }

  @Test("Weight decay shrinks matrices, and neither norms nor biases")
  func onlyMatricesDecay() throws {
    let parameters = TinyModel.parameters()
    let before = parameters.layout.entries.map { parameters.values($0) }
    let optimizer = AdamW(for: parameters, options: OptimizerOptions(weightDecay: 0.5), lanes: Lanes(count: 1))
    let zeros = Parameters(parameters.configuration)
    #expect(optimizer.update(parameters, gradients: zeros, rate: 1e-2) == 0)
    for (entry, old) in zip(parameters.layout.entries, before) {
      let new = parameters.values(entry)
      guard entry.isMatrix else {
        #expect(new.bits == old.bits, "\(entry.name)")
        continue
      }
      // rate · decay = 0.005, in float32.
      let error = GradientCheck.relativeError(new, old.map { Double($0) * 0.995 })
      #expect(error < 1e-6, "\(entry.name)")
    }
  }

  @Test("A gradient that is not finite changes nothing", arguments: [Float.nan, .infinity, -.infinity])
  func gradientsThatAreNotFiniteChangeNothing(value: Float) throws {
    let trainer = try UpdateFixture.trainer()
    _ = try trainer.update(step: 0, groups: try UpdateFixture.groups(1))
    let before = TrainerState(trainer)
    let spoilt = gradients(trainer.parameters, scale: 1)
    spoilt.storage.withMutableSpan(0..<1) { span in span[0] = value }
    #expect(trainer.optimizer.update(trainer.parameters, gradients: spoilt, rate: 1e-2) == nil)
    #expect(TrainerState(trainer) == before)
  }
}
