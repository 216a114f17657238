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
    let decoder = Decoder(parameters, positions: 128, lanes: Lanes(count: 1))
    let sequences = [
      TrainingGroup(tokens: TinyModel.tokens(21, seed: 1), firstTarget: 6), TrainingGroup(tokens: TinyModel.tokens(4, seed: 2)),
    ]
    let coefficients = Matrix.random(1, 18, seed: 3).values
    let pass = TrainingPass(decoder)
    let loss = {
      zip(pass.forward(sequences).logProbabilities, coefficients).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let gradients = pass.gradients(sequences, of: parameters, coefficients: coefficients)
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

  @Test func `Gradients of an update add up, whatever was there before it`() throws {
    let decoder = try TinyModel.decoder()
    let pass = TrainingPass(decoder)
    let sequence = TrainingGroup(tokens: TinyModel.tokens(20, seed: 1))
    let ones = [Float](repeating: 1, count: 19)
    let once = pass.gradients([sequence], of: Parameters(decoder.configuration), coefficients: ones)
    let twice = Gradients(of: once)
    twice.values.storage.withMutableSpan(0..<twice.values.layout.count) { span in
      for index in span.indices { span[index] = .nan }
    }
    twice.begin()
    for _ in 0..<2 { pass.backward([sequence], into: twice, coefficients: ones) }
    twice.finish()
    for entry in once.layout.entries {
      let doubled = once.values(entry).map { Double(2 * $0) }
      #expect(GradientCheck.relativeError(twice.values.values(entry), doubled) < 1e-5, "\(entry.name)")
    }
  }

  @Test(arguments: [ModelConfiguration.Architecture.qwen2, .qwen3, .llama], WeightType.allCases)
  func `One lane, two and three give the same bits`(_ architecture: ModelConfiguration.Architecture, _ type: WeightType) throws {
    // More than one tile of every kernel: 700 rows and more, and more targets than one chunk of logits.
    let sequences = (0..<23).map { TrainingGroup(tokens: TinyModel.tokens(20 + $0, seed: UInt64($0)), firstTarget: 1 + $0 % 5) }
    let results = try [1, 2, 3].map { lanes in
      let decoder = try TinyModel.decoder(architecture, lanes: lanes, storing: type)
      let pass = TrainingPass(decoder)
      let forward = pass.forward(sequences, entropies: true)
      let gradients = pass.gradients(sequences, of: Parameters(decoder.configuration), coefficients: forward.entropies)
      return [forward.logProbabilities.bits, forward.entropies.bits] + gradients.layout.entries.map { gradients.values($0).bits }
    }
    let isSame = results[1] == results[0] && results[2] == results[0]
    #expect(isSame)
  }

  @Test(arguments: families, WeightType.allCases)
  func `A sequence's log-probabilities do not depend on the batch`(
    _ family: (ModelConfiguration.Architecture, Bool), _ type: WeightType
  ) throws {
    let sequences = (0..<40).map { TrainingGroup(tokens: TinyModel.tokens(2 + $0 * 7 % 60, seed: UInt64($0))) }
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
    let decoder = Decoder(parameters, positions: 128, lanes: Lanes(count: 1))
    let large = (0..<30).map { TrainingGroup(tokens: TinyModel.tokens(50, seed: UInt64($0))) }
    let small = [TrainingGroup(tokens: TinyModel.tokens(9, seed: 99))]
    func results(_ pass: TrainingPass) -> [[UInt32]] {
      let logProbabilities = pass.forward(small).logProbabilities
      let gradients = pass.gradients(small, of: parameters, coefficients: logProbabilities)
      return [logProbabilities.bits] + gradients.layout.entries.map { gradients.values($0).bits }
    }
    let expected = results(TrainingPass(decoder))
    for spoiler in [1, Float.nan] {
      let used = TrainingPass(decoder)
      let norm = Matrix(storage: parameters.storage, offset: parameters.layout.entries[1].offset, rows: 1, columns: 1)
      let weight = norm[0, 0]
      norm[0, 0] *= spoiler  // a step whose loss is not finite is skipped, and the next one must be sound
      _ = used.gradients(large, of: parameters, coefficients: [Float](repeating: 1, count: 30 * 49))
      norm[0, 0] = weight
      let isSame = results(used) == expected
      #expect(isSame, "after a first norm of \(spoiler)")
    }
  }

  @Test func `Entropies are those of the predictions`() throws {
    let decoder = try TinyModel.decoder()
    let pass = TrainingPass(decoder)
    let prefix = TinyModel.tokens(6, seed: 1)
    let entropy = pass.forward([TrainingGroup(tokens: prefix + [0], firstTarget: 6)], entropies: true).entropies[0]
    // p of every token of the vocabulary after the same prefix
    let all = pass.forward((0..<37).map { TrainingGroup(tokens: prefix + [$0], firstTarget: 6) }).logProbabilities.map(Double.init)
    let probabilities = all.map { exp($0) }
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
    #expect(abs(Double(entropy) + zip(probabilities, all).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-5)
  }
}
