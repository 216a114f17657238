import Foundation
import HuggingFace
import NumericTestSupport
import Tensors
import Testing
import Transformer

/// A checkpoint in bfloat16 is used where it lies, and computes what a policy of its values computes.
struct ModelWeightsTests {
  private func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = NSTemporaryDirectory() + "weights-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  private func logits(_ weights: ModelWeights, lanes: Int) throws -> [UInt32] {
    let pass = InferencePass(
      Decoder(weights, positions: 64, lanes: Lanes(count: lanes)), rows: 64, sequences: 3, blocks: 12)
    var sequences = (0..<3).map { _ in InferencePass.Sequence() }
    for index in sequences.indices {
      pass.append(TinyModel.tokens(5 + 8 * index, seed: UInt64(index)), to: &sequences[index])
    }
    return pass.run().bits
  }

  @Test(arguments: TrainingPassTests.families, [1_000, 1 << 30])
  func `Mapped weights give a policy's bits, sharded or not`(
    _ family: (ModelConfiguration.Architecture, Bool), _ shardBytes: Int
  ) throws {
    let parameters = TinyModel.parameters(family.0, tied: family.1)
    try withFolder { folder in
      try parameters.export(folder: folder, elementType: .bfloat16, maximumShardBytes: shardBytes)
      let mapped = try ModelWeights(folder: folder, configuration: parameters.configuration)
      #expect(mapped.type == .bfloat16)
      let policy = Policy(parameters, type: .bfloat16, lanes: Lanes(count: 1))
      #expect(try logits(mapped, lanes: 2) == logits(policy.weights, lanes: 1))
    }
  }

  @Test(arguments: [FloatFormat.float32, .float16])
  func `Other formats are read into float32`(_ format: FloatFormat) throws {
    let parameters = TinyModel.parameters()
    try withFolder { folder in
      try parameters.export(folder: folder, elementType: format)
      let weights = try ModelWeights(folder: folder, configuration: parameters.configuration)
      #expect(weights.type == .float32)
      let read = try Parameters(folder: folder, configuration: parameters.configuration)
      #expect(try logits(weights, lanes: 1) == logits(ModelWeights(read), lanes: 1))
    }
  }

  @Test func `A policy's bytes are a bfloat16 copy, and come back`() throws {
    let parameters = TinyModel.parameters(.qwen3, tied: false)
    let lanes = Lanes(count: 1)
    let policy = Policy(parameters, type: .bfloat16, lanes: lanes)
    #expect(policy.byteCount == 2 * parameters.layout.count)
    let other = Policy(parameters.configuration, type: .bfloat16)
    other.replace(with: policy.bytes())
    #expect(try logits(other.weights, lanes: 1) == logits(policy.weights, lanes: 1))
    // Widening is exact, so that a second rounding changes nothing.
    #expect(Policy(other.widened(), type: .bfloat16, lanes: lanes).bytes() == policy.bytes())
  }

  @Test func `Weights that are no numbers are refused by name`() throws {
    let parameters = TinyModel.parameters()
    parameters.storage.withMutableSpan(parameters.layout.entries[3].range) { span in span[5] = .nan }
    try withFolder { folder in
      try parameters.export(folder: folder, elementType: .bfloat16)
      let error = #expect(throws: TransformerError.self) {
        try ModelWeights(folder: folder, configuration: parameters.configuration)
      }
      #expect(error?.message.contains(parameters.layout.entries[3].name) == true)
    }
  }
}
