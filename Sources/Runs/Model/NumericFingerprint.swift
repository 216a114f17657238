import Digests
import HuggingFace
import Rollouts
import Tensors
import Transformer

/// Whether two processes compute alike, bit for bit.
///
/// A tiny model of fixed random weights continues a prompt, and products of a model's larger shapes are computed; the digest is over the
/// tokens, the bits of their log-probabilities and the bits of the products. Every kernel that sampling uses takes part, so another
/// instruction set or library shows. The number of threads does not.
///
/// The library's own description is part of the digest too: releases may differ where no product looked.
package enum NumericFingerprint {
  /// The library's version, its kernels and the digest, such as `OpenBLAS-0.3.21-SkylakeX-00b5c1d2e3f40516`.
  package static func compute() throws -> String {
    let library = try Products.load()
    var bytes: [UInt8] = []
    try appendSamples(to: &bytes)
    bytes += LongProducts.bytes()
    bytes += Array("\(library.configuration)\n\(library.core)".utf8)
    let digits = String(xxh3(bytes), radix: 16)
    return ["OpenBLAS", word(library.version), word(library.core), String(repeating: "0", count: 16 - digits.count) + digits]
      .joined(separator: "-")
  }

  /// The continuations of a tiny model, with weights of each type, alone and with adapters.
  private static func appendSamples(to bytes: inout [UInt8]) throws {
    let configuration = ModelConfiguration(
      architecture: .qwen2, vocabularySize: 199, width: 80, feedForwardWidth: 144, layers: 2, heads: 4, keyValueHeads: 2, headWidth: 20,
      maximumPositions: 96, tiesEmbeddings: true)
    let parameters = Parameters(random: configuration, seed: 1)
    let lanes = Lanes(count: 1)
    let request = GenerationRequest(
      promptTokens: (0..<40).map { Int32($0 * 7 % 199) }, sampleCount: 8, seed: 1, options: SamplingOptions(maximumNewTokens: 24),
      stopTokens: [])
    for weights in WeightType.allCases.flatMap({ type in
      let base = Policy(parameters, type: type, lanes: lanes).weights
      return [base, adapted(base)]
    }) {
      let decoder = try Decoder(weights, positions: 96, lanes: lanes)
      let engine = GenerationEngine(decoder, maximumSequences: 8, maximumLength: 96)
      for sample in engine.generate([request]).joined() {
        for token in sample.tokens { append(UInt32(bitPattern: token), to: &bytes) }
        for logProbability in sample.logProbabilities { append(logProbability.bitPattern, to: &bytes) }
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

  /// A library's word for itself, as a part of a name.
  private static func word(_ text: String) -> String {
    let plain = text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "._+".contains($0)) }.prefix(32)
    return plain.isEmpty ? "unknown" : String(plain)
  }

  private static func append(_ word: UInt32, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
  }
}
