public import HuggingFace
internal import Random
internal import Tensors
public import Transformer

/// Small random models of every family, for tests that need a whole decoder.
public enum TinyModel {
  /// A shape with grouped heads whose width no vector register divides, and a vocabulary that is no multiple of 16.
  public static func configuration(_ architecture: ModelConfiguration.Architecture, tied: Bool = true) -> ModelConfiguration {
    ModelConfiguration(
      architecture: architecture, vocabularySize: 37, width: 40, feedForwardWidth: 44, layers: 2, heads: 4, keyValueHeads: 2,
      headWidth: 10, maximumPositions: 4096, ropeBase: 1_000, tiesEmbeddings: tied, endTokens: [1])
  }

  /// Random weights under which every part of the model matters: probabilities far from even, norms off 1, biases off 0.
  public static func parameters(
    _ architecture: ModelConfiguration.Architecture = .qwen2, tied: Bool = true, seed: UInt64 = 1
  ) -> Parameters {
    let parameters = Parameters(random: configuration(architecture, tied: tied), seed: seed)
    var numbers = PhiloxSequence(seed: seed, stream: .init(step: 0xABCD, slot: 0, sample: 0))
    for entry in parameters.layout.entries {
      let isTable = entry.name.contains("embed_tokens") || entry.name.contains("lm_head")
      parameters.storage.withMutableSpan(entry.range) { span in
        for index in span.indices {
          span[index] = entry.isMatrix ? span[index] * (isTable ? 15 : 2) : span[index] + Float(numbers.uniform() - 0.5)
        }
      }
    }
    return parameters
  }

  /// A decoder of random weights.
  public static func decoder(
    _ architecture: ModelConfiguration.Architecture = .qwen2, tied: Bool = true, seed: UInt64 = 1, lanes: Int = 1, positions: Int = 128,
    storing type: WeightType = .float32
  ) throws -> Decoder {
    let lanes = Lanes(count: lanes)
    let policy = Policy(parameters(architecture, tied: tied, seed: seed), type: type, lanes: lanes)
    return Decoder(policy.weights, positions: positions, lanes: lanes)
  }

  /// Random tokens of the vocabulary.
  public static func tokens(_ count: Int, seed: UInt64) -> [Int32] {
    var numbers = PhiloxSequence(seed: seed, stream: .init(step: 0xBEEF, slot: 0, sample: 0))
    return (0..<count).map { _ in Int32(numbers.next(below: 37)) }
  }
}
