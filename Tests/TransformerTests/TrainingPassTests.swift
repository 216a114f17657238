import Foundation
import HuggingFace
import NumericTestSupport
import Tensors
import Testing
import Transformer

struct TrainingPassTests {
  static let families: [(ModelConfiguration.Architecture, Bool)] = [
    (.qwen2, true), (.qwen2, false), (.qwen3, true), (.qwen3, false), (.llama, true), (.llama, false),
  ]

  /// The float32 loss below is a sum of some thirty log-probabilities; its rounding over the step leaves each derivative off by
  /// about 10⁻⁴, where gradients are 10⁻¹ or more a value. The kernels' own tests are ten times stricter, and parity a thousand.
  static let derivativeTolerance = 2e-3

  @Test(arguments: families)
  func `The backward is the gradient, parameter by parameter`(_ architecture: ModelConfiguration.Architecture, _ tied: Bool) throws {
    let parameters = TinyModel.parameters(architecture, tied: tied)
    let decoder = try Decoder(parameters, positions: 128, lanes: Lanes(count: 1))
    let sequences = [
      TrainingSequence(tokens: TinyModel.tokens(21, seed: 1), firstTarget: 6), TrainingSequence(tokens: TinyModel.tokens(4, seed: 2)),
    ]
    let coefficients = Matrix.random(1, 18, seed: 3).values
    let pass = TrainingPass(decoder)
    let loss = {
      zip(pass.forward(sequences).logProbabilities, coefficients).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    _ = loss()
    let gradients = Parameters(decoder.configuration)
    pass.backward(coefficients: coefficients, into: gradients)
    for entry in parameters.layout.entries {
      let values = Matrix(storage: parameters.storage, offset: entry.offset, rows: 1, columns: entry.count)
      let places = Array(stride(from: 0, to: entry.count, by: max(1, entry.count / 7)))
      let expected = places.map { GradientCheck.derivative(of: values, 0, $0, step: 0.01, loss: loss) }
      let found = gradients.values(entry)
      let size = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let error = GradientCheck.relativeError(places.map { found[$0] }, expected) * (size > 0 ? size : 1)
      #expect(
        error <= Self.derivativeTolerance * max(size, Double(places.count).squareRoot()),
        "\(architecture) \(entry.name): off by \(error), of \(size)")
    }
  }

  @Test func `Gradients add to what is there`() throws {
    let decoder = try TinyModel.decoder()
    let pass = TrainingPass(decoder)
    let sequence = TrainingSequence(tokens: TinyModel.tokens(20, seed: 1))
    let once = Parameters(decoder.configuration)
    let twice = Parameters(decoder.configuration)
    for target in [once, twice, twice] {
      _ = pass.forward([sequence])
      pass.backward(coefficients: [Float](repeating: 1, count: 19), into: target)
    }
    for entry in once.layout.entries {
      let doubled = once.values(entry).map { Double(2 * $0) }
      #expect(GradientCheck.relativeError(twice.values(entry), doubled) < 1e-5, "\(entry.name)")
    }
  }

  @Test(arguments: [ModelConfiguration.Architecture.qwen2, .qwen3, .llama], WeightType.allCases)
  func `One lane, two and three give the same bits`(_ architecture: ModelConfiguration.Architecture, _ type: WeightType) throws {
    // More than one tile of every kernel: 700 rows and more, and more targets than one chunk of logits.
    let sequences = (0..<23).map { TrainingSequence(tokens: TinyModel.tokens(20 + $0, seed: UInt64($0)), firstTarget: 1 + $0 % 5) }
    let results = try [1, 2, 3].map { lanes in
      let decoder = try TinyModel.decoder(architecture, lanes: lanes, storing: type)
      let pass = TrainingPass(decoder)
      let gradients = Parameters(decoder.configuration)
      let forward = pass.forward(sequences, entropies: true)
      pass.backward(coefficients: forward.entropies, into: gradients)
      return [forward.logProbabilities.bits, forward.entropies.bits] + gradients.layout.entries.map { gradients.values($0).bits }
    }
    let isSame = results[1] == results[0] && results[2] == results[0]
    #expect(isSame)
  }

  @Test(arguments: families, WeightType.allCases)
  func `A sequence's log-probabilities do not depend on the batch`(
    _ family: (ModelConfiguration.Architecture, Bool), _ type: WeightType
  ) throws {
    let sequences = (0..<40).map { TrainingSequence(tokens: TinyModel.tokens(2 + $0 * 7 % 60, seed: UInt64($0))) }
    let decoder = try TinyModel.decoder(family.0, tied: family.1, lanes: 2, storing: type)
    let pass = TrainingPass(decoder)
    let whole = pass.forward(sequences).logProbabilities.bits
    for size in [1, 3, 17] {
      var parts: [UInt32] = []
      for start in stride(from: 0, to: sequences.count, by: size) {
        parts += pass.forward(Array(sequences[start..<min(start + size, sequences.count)])).logProbabilities.bits
      }
      let isSame = parts == whole
      #expect(isSame, "\(family): batches of \(size) sequences give other bits than one batch")
    }
  }

  @Test func `What a pass computed before leaves no trace, be it a larger batch or NaN`() throws {
    let parameters = TinyModel.parameters(.qwen3)
    let decoder = try Decoder(parameters, positions: 128, lanes: Lanes(count: 1))
    let large = (0..<30).map { TrainingSequence(tokens: TinyModel.tokens(50, seed: UInt64($0))) }
    let small = [TrainingSequence(tokens: TinyModel.tokens(9, seed: 99))]
    func results(_ pass: TrainingPass) -> [[UInt32]] {
      let gradients = Parameters(decoder.configuration)
      let logProbabilities = pass.forward(small).logProbabilities
      pass.backward(coefficients: logProbabilities, into: gradients)
      return [logProbabilities.bits] + gradients.layout.entries.map { gradients.values($0).bits }
    }
    let expected = results(TrainingPass(decoder))
    for spoiler in [1, Float.nan] {
      let used = TrainingPass(decoder)
      let norm = Matrix(storage: parameters.storage, offset: parameters.layout.entries[1].offset, rows: 1, columns: 1)
      let weight = norm[0, 0]
      norm[0, 0] *= spoiler  // a step whose loss is not finite is skipped, and the next one must be sound
      _ = used.forward(large)
      used.backward(coefficients: [Float](repeating: 1, count: 30 * 49), into: Parameters(decoder.configuration))
      norm[0, 0] = weight
      let isSame = results(used) == expected
      #expect(isSame, "after a first norm of \(spoiler)")
    }
  }

  @Test func `Entropies are those of the predictions`() throws {
    let decoder = try TinyModel.decoder()
    let pass = TrainingPass(decoder)
    let prefix = TinyModel.tokens(6, seed: 1)
    let entropy = pass.forward([TrainingSequence(tokens: prefix + [0], firstTarget: 6)], entropies: true).entropies[0]
    // p of every token of the vocabulary after the same prefix
    let all = pass.forward((0..<37).map { TrainingSequence(tokens: prefix + [$0], firstTarget: 6) }).logProbabilities.map(Double.init)
    let probabilities = all.map { exp($0) }
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
    #expect(abs(Double(entropy) + zip(probabilities, all).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-5)
  }
}
