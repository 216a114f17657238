import Digests
import HuggingFace
import Rollouts
import Tensors
import Transformer

/// Whether two processes compute alike, bit for bit.
///
/// A tiny model of fixed random weights continues a prompt, and products of a model's larger shapes are computed; the digest is over the
/// tokens, the bits of their log-probabilities and the bits of the products. Every kernel that sampling uses takes part. It tests the
/// arithmetic and not the processor: instruction sets, threads and libraries play no part.
package enum NumericFingerprint {
  /// The digest, in 16 hexadecimal digits.
  package static func compute() throws -> String {
    var bytes: [UInt8] = []
    try appendSamples(to: &bytes)
    bytes += LongProducts.bytes()
    let digits = String(xxh3(bytes), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The continuations of a tiny model, with weights of each type in each arithmetic, alone and with adapters.
  private static func appendSamples(to bytes: inout [UInt8]) throws {
    let configuration = ModelConfiguration(
      architecture: .qwen2, vocabularySize: 199, width: 80, feedForwardWidth: 144, layers: 2, heads: 4, keyValueHeads: 2, headWidth: 20,
      maximumPositions: 96, tiesEmbeddings: true)
    let parameters = Parameters(random: configuration, seed: 1)
    let lanes = Lanes(count: 1)
    let request = GenerationRequest(
      promptTokens: (0..<40).map { Int32($0 * 7 % 199) }, sampleCount: 8, seed: 1, options: SamplingOptions(maximumNewTokens: 24),
      stopTokens: [])
    for (type, arithmetic) in [(WeightType.float32, Arithmetic.exact), (.bfloat16, .exact), (.bfloat16, .bfloat16)] {
      let base = Policy(parameters, type: type, lanes: lanes).weights
      for weights in [base, adapted(base)] {
        let decoder = Decoder(weights, positions: 96, lanes: lanes, arithmetic: arithmetic, packing: true)
        let engine = GenerationEngine(decoder, maximumSequences: 8, maximumLength: 96)
        for sample in engine.generate([request]).joined() {
          for token in sample.tokens { append(UInt32(bitPattern: token), to: &bytes) }
          for logProbability in sample.logProbabilities { append(logProbability.bitPattern, to: &bytes) }
        }
      }
    }
  }

  /// The model with adapters of which no value is zero.
  private static func adapted(_ base: ModelWeights) -> ModelWeights {
    let lora = LoRAConfiguration(rank: 5, alpha: 7)
    let adapters = Parameters(initialAdaptersOf: base.configuration, lora, seed: 1)
    adapters.storage.withMutableSpan(0..<adapters.layout.count) { span in
      for index in span.indices { span[index] += Float(index * 37 % 23 - 11) / 64 + 1 / 128 }
    }
    return ModelWeights(base, adapters: adapters, lora)
  }

  private static func append(_ word: UInt32, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
  }
}
