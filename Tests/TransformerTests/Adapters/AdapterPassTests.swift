import HuggingFace
import NumericTestSupport
import Tensors
import Testing
import Transformer

/// A decoder with adapters samples and trains to the same bits, in any batch and on any number of lanes.
struct AdapterPassTests {
  static let families: [ModelConfiguration.Architecture] = [.qwen2, .qwen3, .llama]

  private static let lora = [
    LoRAConfiguration(rank: 1, alpha: 2), LoRAConfiguration(rank: 5, alpha: 3, targets: [.query, .value]),
    LoRAConfiguration(rank: 16, alpha: 8, targets: [.key, .up, .down]),
  ]

  /// Adapters of which no value is zero.
  private func adapters(_ base: ModelWeights, _ lora: LoRAConfiguration) -> Parameters {
    let adapters = Parameters(base.configuration, layout: ParameterLayout(adaptersOf: base.configuration, lora))
    let values = Matrix.random(1, adapters.layout.count, seed: 7, scale: 0.3).values
    adapters.storage.withMutableSpan(0..<values.count) { span in
      for index in span.indices { span[index] = values[index] }
    }
    return adapters
  }

  private func decoder(
    _ architecture: ModelConfiguration.Architecture, _ type: WeightType, _ lora: LoRAConfiguration, lanes: Int
  ) throws -> (decoder: Decoder, adapters: Parameters) {
    let base = try TinyModel.decoder(architecture, storing: type).weights
    let adapters = adapters(base, lora)
    return (Decoder(ModelWeights(base, adapters: adapters, lora), positions: 128, lanes: Lanes(count: lanes)), adapters)
  }

  private let groups = [
    TrainingGroup(prompt: TinyModel.tokens(21, seed: 1), responses: [30, 4, 1].map { TinyModel.tokens($0, seed: UInt64($0)) }),
    TrainingGroup(prompt: TinyModel.tokens(3, seed: 2), responses: [9, 17].map { TinyModel.tokens($0, seed: UInt64($0)) }),
  ]

  @Test(arguments: families, WeightType.allCases)
  func `Sampling's log-probabilities are training's, bit for bit`(
    _ architecture: ModelConfiguration.Architecture, _ type: WeightType
  ) throws {
    for lora in Self.lora {
      let (decoder, _) = try decoder(architecture, type, lora, lanes: 2)
      let trained = TrainingPass(decoder).forward(groups).logProbabilities.bits
      var sampled: [UInt32] = []
      for group in groups {
        for response in group.responses {
          let pass = InferencePass(decoder, rows: 32, sequences: 4, blocks: 16)
          var sequence = InferencePass.Sequence()
          pass.append(group.prompt, to: &sequence)
          for token in response {
            sampled += Softmax.logProbabilities(pass.run(), targets: [token], lanes: decoder.lanes).logProbabilities.bits
            pass.append(token, to: &sequence)
          }
        }
      }
      let isSame = sampled == trained
      #expect(isSame, "\(lora)")
    }
  }

  @Test(arguments: families, WeightType.allCases)
  func `Gradients have the same bits on one lane and three, with all recomputations`(
    _ architecture: ModelConfiguration.Architecture, _ type: WeightType
  ) throws {
    for lora in Self.lora {
      let results = try [(1, Recomputation.none), (3, .feedForward), (2, .layer)].map { lanes, recomputation in
        let (decoder, adapters) = try decoder(architecture, type, lora, lanes: lanes)
        let coefficients = Matrix.random(1, 61, seed: 3).values
        return TrainingPass(decoder, recomputing: recomputation).gradients(groups, of: adapters, coefficients: coefficients).storage.bytes()
      }
      let isSame = results[1] == results[0] && results[2] == results[0]
      #expect(isSame, "\(lora)")
      let isZero = results[0].allSatisfy { $0 == 0 }
      #expect(!isZero)
    }
  }

  @Test func `Without adapters the weights are the base's`() throws {
    let (decoder, _) = try decoder(.qwen2, .bfloat16, Self.lora[0], lanes: 1)
    let base = try TinyModel.decoder(.qwen2, storing: .bfloat16)
    let plain = Decoder(decoder.weights.base, positions: 128, lanes: decoder.lanes)
    let isSame = TrainingPass(plain).forward(groups).logProbabilities.bits == TrainingPass(base).forward(groups).logProbabilities.bits
    #expect(isSame)
    let isOther = TrainingPass(decoder).forward(groups).logProbabilities.bits != TrainingPass(base).forward(groups).logProbabilities.bits
    #expect(isOther)
  }

  @Test(arguments: families, WeightType.allCases)
  func `Decoders that share their base's weights answer as if each had its own, side by side`(
    _ architecture: ModelConfiguration.Architecture, _ type: WeightType
  ) throws {
    let weights = try TinyModel.decoder(architecture, storing: type).weights
    let base = Decoder(weights, positions: 128, lanes: Lanes(count: 2), packing: true)
    let sharing = Self.lora.map { Decoder(base, adapters: adapters(weights, $0), $0) }
    let alone =
      try Self.lora.map { try decoder(architecture, type, $0, lanes: 1).decoder } + [Decoder(weights, positions: 128, lanes: base.lanes)]
    for (shared, own) in zip(sharing + [base], alone) {
      let results = [shared, own].map { decoder in
        let pass = InferencePass(decoder, rows: 32, sequences: 1, blocks: 16)
        var sequence = InferencePass.Sequence()
        pass.append(TinyModel.tokens(21, seed: 1), to: &sequence)
        return pass.run().values.bits
      }
      let isSame = results[0] == results[1]
      #expect(isSame)
    }
  }

  @Test func `Adapters of which each B is zero change nothing`() throws {
    let base = try TinyModel.decoder(.llama)
    let lora = LoRAConfiguration(rank: 4, alpha: 8)
    let adapters = Parameters(initialAdaptersOf: base.configuration, lora, seed: 1)
    let adapted = Decoder(ModelWeights(base.weights, adapters: adapters, lora), positions: 128, lanes: base.lanes)
    let isSame = TrainingPass(adapted).forward(groups).logProbabilities.bits == TrainingPass(base).forward(groups).logProbabilities.bits
    #expect(isSame)
  }
}
