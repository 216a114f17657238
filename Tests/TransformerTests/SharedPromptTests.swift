import HuggingFace
import NumericTestSupport
import Tensors
import Testing
import Transformer

/// Responses behind one copy of their prompt, against the same responses with a prompt each.
struct SharedPromptTests {
  /// What gradients that are summed in another order may differ by, relative by norm.
  static let tolerance = 1e-5

  /// Prompts within a block of 16 positions, at its border and beyond it; a response of one token takes no row of its own.
  private func groups() -> [TrainingGroup] {
    [(1, [5, 1, 30]), (7, [3]), (16, [1, 1, 40, 9]), (17, [20, 20]), (37, [16, 2, 11])].enumerated().map { index, shape in
      TrainingGroup(
        prompt: TinyModel.tokens(shape.0, seed: UInt64(index)),
        responses: shape.1.enumerated().map { TinyModel.tokens($1, seed: UInt64(100 * index + $0 + 50)) })
    }
  }

  private func apart(_ groups: [TrainingGroup]) -> [TrainingGroup] {
    groups.flatMap { group in group.responses.map { TrainingGroup(prompt: group.prompt, responses: [$0]) } }
  }

  @Test(arguments: TrainingPassTests.families, WeightType.allCases)
  func `Log-probabilities are the same to the bit`(_ family: (ModelConfiguration.Architecture, Bool), _ type: WeightType) throws {
    let pass = TrainingPass(try TinyModel.decoder(family.0, tied: family.1, lanes: 2, storing: type))
    let groups = groups()
    let isSame = pass.forward(groups).logProbabilities.bits == pass.forward(apart(groups)).logProbabilities.bits
    #expect(isSame)
  }

  @Test(arguments: TrainingPassTests.families)
  func `Gradients differ by the order of their sums only`(_ family: (ModelConfiguration.Architecture, Bool)) throws {
    let decoder = try TinyModel.decoder(family.0, tied: family.1)
    let pass = TrainingPass(decoder)
    let groups = groups()
    let coefficients = Matrix.random(1, groups.reduce(0) { $0 + $1.targetCount }, seed: 3).values
    let parameters = Parameters(decoder.configuration)
    let shared = pass.gradients(groups, of: parameters, coefficients: coefficients)
    let each = pass.gradients(apart(groups), of: parameters, coefficients: coefficients)
    for entry in shared.layout.entries {
      let error = GradientCheck.relativeError(shared.values(entry), each.values(entry).map(Double.init))
      #expect(error <= Self.tolerance, "\(family) \(entry.name)")
    }
  }

  @Test(arguments: [ModelConfiguration.Architecture.qwen2, .qwen3], WeightType.allCases)
  func `What is computed again has the same bits, on any number of lanes`(
    _ architecture: ModelConfiguration.Architecture, _ type: WeightType
  ) throws {
    let groups = groups()
    let coefficients = Matrix.random(1, groups.reduce(0) { $0 + $1.targetCount }, seed: 3).values
    let results = try [(Recomputation.none, 1), (.none, 3), (.feedForward, 3), (.layer, 2)].map { recomputation, lanes in
      let decoder = try TinyModel.decoder(architecture, lanes: lanes, storing: type)
      return TrainingPass(decoder, recomputing: recomputation)
        .gradients(groups, of: Parameters(decoder.configuration), coefficients: coefficients).storage.bytes()
    }
    for result in results {
      let isSame = result == results[0]
      #expect(isSame)
    }
  }

  @Test func `Tokens without a coefficient cost nothing at the head, and change no other token's gradient`() throws {
    let decoder = try TinyModel.decoder()
    let pass = TrainingPass(decoder)
    let groups = groups()
    let count = groups.reduce(0) { $0 + $1.targetCount }
    let random = Matrix.random(1, count, seed: 4).values
    let sparse = random.enumerated().map { $0.offset % 3 == 0 ? 0 : $0.element }
    let tiny = random.enumerated().map { $0.offset % 3 == 0 ? 1e-30 : $0.element }
    let parameters = Parameters(decoder.configuration)
    let found = pass.gradients(groups, of: parameters, coefficients: sparse)
    let expected = pass.gradients(groups, of: parameters, coefficients: tiny)
    for entry in found.layout.entries {
      let error = GradientCheck.relativeError(found.values(entry), expected.values(entry).map(Double.init))
      #expect(error <= Self.tolerance, "\(entry.name)")
    }
    let none = pass.gradients(groups, of: parameters, coefficients: [Float](repeating: 0, count: count))
    let isZero = none.storage.bytes().allSatisfy { $0 == 0 }
    #expect(isZero)
  }

  @Test func `A response longer than the rows of logits is trained as a whole`() throws {
    let decoder = try TinyModel.decoder(positions: 1300)
    let pass = TrainingPass(decoder)
    let group = TrainingGroup(
      prompt: TinyModel.tokens(5, seed: 1), responses: [TinyModel.tokens(1200, seed: 2), TinyModel.tokens(3, seed: 3)])
    let expected = pass.forward([group]).logProbabilities
    let gradients = Gradients(of: Parameters(decoder.configuration))
    gradients.begin()
    var asked: [[Float]] = []
    pass.backward([group], into: gradients) { _, logProbabilities in
      asked.append(logProbabilities)
      return logProbabilities
    }
    gradients.finish()
    #expect(asked.map(\.count) == [1200, 3])
    let isSame = asked.joined().bits == expected.bits
    #expect(isSame)
    let parts = pass.gradients(
      apart([group]), of: Parameters(decoder.configuration), coefficients: expected)
    for entry in parts.layout.entries {
      let error = GradientCheck.relativeError(gradients.values.values(entry), parts.values(entry).map(Double.init))
      #expect(error <= Self.tolerance, "\(entry.name)")
    }
  }
}
