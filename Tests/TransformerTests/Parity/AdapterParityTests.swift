import HuggingFace
import NumericTestSupport
import Tensors
import Testing
import Transformer

/// Adapters against PyTorch and PEFT in float32.
struct AdapterParityTests {
  /// ln p: absolute. A gradient, and a tensor after a step: relative, by norm.
  static let tolerance = 1e-4

  private func decoder(_ fixture: AdapterFixture, _ adapters: Parameters) throws -> Decoder {
    let base = ModelWeights(try Parameters(folder: fixture.model))
    return Decoder(ModelWeights(base, adapters: adapters, try fixture.lora()), positions: 96, lanes: Lanes(count: 2))
  }

  @Test(arguments: AdapterFixture.all, Recomputation.allCases)
  func `Gradients and one AdamW step are PyTorch's`(_ fixture: AdapterFixture, _ recomputation: Recomputation) throws {
    let adapters = try fixture.adapters()
    let decoder = try decoder(fixture, adapters)
    let reference = try AdapterReference(fixture)
    let groups = reference.groups.map { TrainingGroup(prompt: $0.prompt, responses: $0.responses.map(\.tokens)) }
    let responses = reference.groups.flatMap(\.responses)
    let pass = TrainingPass(decoder, recomputing: recomputation)
    let found = pass.forward(groups).logProbabilities
    #expect(zip(found, responses.flatMap(\.logProbabilities)).allSatisfy { abs($0 - $1) <= Float(Self.tolerance) })

    let gradients = pass.gradients(groups, of: adapters, coefficients: responses.flatMap(\.coefficients))
    for entry in gradients.layout.entries {
      let error = GradientCheck.relativeError(gradients.values(entry), try reference.gradient(entry).map(Double.init))
      #expect(error <= Self.tolerance, "gradient of \(entry.name)")
    }
    let norm = ParameterLoops.squareSum(gradients.storage, lanes: decoder.lanes).squareRoot()
    #expect(abs(norm / reference.gradientNorm - 1) <= Self.tolerance)

    let (first, second) = (adapters.zeros(), adapters.zeros())
    ParameterLoops.adamW(
      adapters.storage, first: first.storage, second: second.storage, gradients: gradients.storage, range: 0..<adapters.layout.count,
      scale: Float(min(1, 1 / (norm + 1e-6))), step: AdamWStep(count: 1, rate: 1e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8), decay: 0,
      lanes: decoder.lanes)
    for entry in adapters.layout.entries {
      let error = GradientCheck.relativeError(adapters.values(entry), try reference.updated(entry).map(Double.init))
      #expect(error <= Self.tolerance, "updated \(entry.name)")
    }
  }

  @Test(arguments: AdapterFixture.all)
  func `Adapters beside the base give the logits of the merged model`(_ fixture: AdapterFixture) throws {
    let decoder = try decoder(fixture, try fixture.adapters())
    let reference = try AdapterReference(fixture)
    let pass = InferencePass(decoder, rows: 24, sequences: 24, blocks: 2)
    var sequence = InferencePass.Sequence()
    pass.append(reference.sequence, to: &sequence, outputs: .all)
    let error = GradientCheck.relativeError(pass.run().values, reference.logits.map(Double.init))
    #expect(error <= Self.tolerance)
  }
}
