import HuggingFace
import NumericTestSupport
import Tensors
import TestSupport
import Testing
import Transformer

@Suite("Merged adapters")
struct AdapterMergeTests {
  /// Absolute. PEFT rounds sums of up to 16 products of order 1 to float32, a few times 10⁻⁷; a wrong scale or order changes more than 10⁻³.
  static let tolerance = 1e-6

  @Test("Merging gives the weights that PEFT's merge_and_unload gives, for every number of lanes", arguments: AdapterFixture.all)
  func merges(_ fixture: AdapterFixture) throws {
    let reference = try AdapterReference(fixture)
    let merge = AdapterMerge(try fixture.adapters(), try fixture.lora())
    let base = try Parameters(folder: fixture.model)
    let names = Set(reference.mergedNames)
    let count = try fixture.configuration().layers * fixture.lora().targets.count
    #expect(names.count == count)
    for entry in base.layout.entries {
      let one = storage(base.values(entry))
      let two = storage(base.values(entry))
      try merge.add(to: one, of: entry, lanes: Lanes(count: 1))
      try merge.add(to: two, of: entry, lanes: Lanes(count: 2))
      let (found, again) = (values(one), values(two))
      #expect(found.bits == again.bits)
      if names.contains(entry.name) {
        let expected = try reference.merged(entry.name)
        let error = zip(found, expected).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) }
        #expect(found.count == expected.count && error <= Self.tolerance, "\(entry.name) is off by \(error)")
      } else {
        #expect(found.bits == base.values(entry).bits)
      }
    }
  }

  @Test("A merged model computes the logits of PEFT's merged model", arguments: AdapterFixture.all)
  func logits(_ fixture: AdapterFixture) throws {
    try ScratchFolder.with { folder in
      let reference = try AdapterReference(fixture)
      let configuration = try fixture.configuration()
      try CheckedWeights(folder: fixture.model, configuration: configuration).export(
        folder: folder, elementType: .float32, maximumShardBytes: 1 << 30, merging: AdapterMerge(fixture.adapters(), fixture.lora()))
      let merged = try Parameters(folder: folder, configuration: configuration)
      let decoder = Decoder(merged, positions: reference.sequence.count, lanes: Lanes(count: 1))
      let pass = InferencePass(decoder, rows: 1, sequences: 1, blocks: InferencePass.blocks(for: reference.sequence.count))
      var sequence = InferencePass.Sequence()
      var found: [Float] = []
      for token in reference.sequence {
        pass.append([token], to: &sequence)
        found += pass.run().array(row: 0)
      }
      let error = zip(found, reference.logits).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) }
      #expect(found.count == reference.logits.count && error <= ParityTests.logitTolerance, "logits are off by \(error)")
    }
  }

  @Test("Adapters that overflow a weight are refused by the weight's name")
  func overflow() throws {
    let configuration = TinyModel.configuration(.llama)
    let lora = LoRAConfiguration(rank: 1, alpha: 1, targets: [.key])
    let adapters = Parameters(configuration, layout: ParameterLayout(adaptersOf: configuration, lora))
    adapters.storage.withMutableSpan(0..<adapters.layout.count) { span in
      for index in span.indices { span[index] = 1e25 }
    }
    let base = TinyModel.parameters(.llama)
    let name = "model.layers.1.self_attn.k_proj.weight"
    let entry = try #require(base.layout.entries.first { $0.name == name })
    let error = #expect(throws: TransformerError.self) {
      try AdapterMerge(adapters, lora).add(to: storage(base.values(entry)), of: entry, lanes: Lanes(count: 1))
    }
    #expect(error?.message.hasPrefix("\(name) is too large") == true)
  }

  private func storage(_ values: [Float]) -> FloatStorage {
    let storage = FloatStorage(count: values.count)
    storage.withMutableSpan(0..<values.count) { span in
      for index in span.indices { span[index] = values[index] }
    }
    return storage
  }

  private func values(_ storage: FloatStorage) -> [Float] {
    storage.withSpan(0..<storage.count) { span in span.indices.map { span[$0] } }
  }
}
