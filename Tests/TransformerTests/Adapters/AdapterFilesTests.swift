import Files
import Foundation
import HuggingFace
import NumericTestSupport
import TestSupport
import Testing
import Transformer

@Suite("Adapter files")
struct AdapterFilesTests {
  typealias Tensor = (name: String, shape: [Int], values: [Float])

  private static let lora = LoRAConfiguration(rank: 3, alpha: 6, targets: [.query, .value, .down])
  private static let first = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"

  @Test("PEFT's adapters are read, with B transposed", arguments: AdapterFixture.all)
  func reads(_ fixture: AdapterFixture) throws {
    let adapters = try fixture.adapters()
    let file = try SafetensorsFile(path: fixture.folder + "/adapter_model.safetensors")
    #expect(adapters.layout.entries.count == file.names.count)
    for entry in adapters.layout.entries {
      #expect(try adapters.values(entry).bits == AdapterReference.adapter(entry, of: file).bits, "\(entry.name)")
    }
  }

  @Test("Written adapters have PEFT's names and shapes, and come back bit for bit", arguments: AdapterFixture.all)
  func roundTrip(_ fixture: AdapterFixture) throws {
    try ScratchFolder.with { folder in
      let adapters = try fixture.adapters()
      let path = folder + "/adapter_model.safetensors"
      try adapters.write(adapters: path, synchronizing: true)
      let (written, original) = (try SafetensorsFile(path: path), try SafetensorsFile(path: fixture.folder + "/adapter_model.safetensors"))
      #expect(Set(written.names) == Set(original.names))
      for name in original.names {
        #expect(try written.entry(name).shape == original.entry(name).shape && written.entry(name).elementType == .float32)
        #expect(try written.floats(name).bits == original.floats(name).bits)
      }
      let read = try Parameters(adaptersIn: folder, fixture.lora(), of: fixture.configuration())
      for entry in read.layout.entries { #expect(read.values(entry).bits == adapters.values(entry).bits) }
    }
  }

  @Test("The name of the adapter set within a tensor's name is passed over")
  func namedSet() throws {
    let message = try reading { tensors in
      for index in tensors.indices { tensors[index].name.replace(".weight", with: ".default.weight") }
    }
    #expect(message == nil)
    let other = try reading { $0[0].name.replace(".weight", with: ".other.weight") }
    #expect(other?.contains("missing \(Self.first)") == true && other?.contains("lora_A.other.weight") == true)
  }

  @Test("One error lists all that is wrong")
  func faults() throws {
    let message = try reading { tensors in
      tensors[0].shape.reverse()
      tensors.removeLast()
      tensors.append(("base_model.model.model.embed_tokens.weight", [1], [0]))
    }
    let text = try #require(message)
    let advice = "adapter_model.safetensors: these may be adapters of another base model; missing base_model.model.model.layers.1."
    #expect(text.contains(advice))
    #expect(text.contains("not part of the adapters in adapter_config.json: base_model.model.model.embed_tokens.weight"))
    #expect(text.contains("\(Self.first) has shape [40, 3], expected [3, 40]") && !text.contains("\n"))
  }

  @Test("A value that is not finite is refused by its tensor's name", arguments: [Float.nan, .infinity])
  func notFinite(_ value: Float) throws {
    let message = try reading { $0[0].values[7] = value }
    #expect(message?.contains("\(Self.first) has values that are not finite") == true)
  }

  @Test(
    "A folder without safetensors is named for what it has",
    arguments: [
      (nil, "has no adapter"), ("adapter_model.bin", "has adapter_model.bin, which can carry code"),
      ("adapter_model.safetensors.incomplete", "the download is unfinished"),
    ])
  func otherFiles(name: String?, expected: String) throws {
    let folder = try ScratchFolder()
    if let name { _ = try folder.file(name, "") }
    let error = #expect(throws: FileError.self) {
      try Parameters(adaptersIn: folder.path, Self.lora, of: TinyModel.configuration(.qwen2))
    }
    #expect(error?.message.contains(expected) == true && error?.message.contains("expected adapter_model.safetensors") == true)
  }

  @Test("New adapters do nothing, are drawn as PEFT draws them, and depend on the seed alone")
  func initial() throws {
    let configuration = TinyModel.configuration(.qwen3)
    let lora = LoRAConfiguration(rank: 16, alpha: 16)
    let adapters = Parameters(initialAdaptersOf: configuration, lora, seed: 5)
    let again = Parameters(initialAdaptersOf: configuration, lora, seed: 5)
    let other = Parameters(initialAdaptersOf: configuration, lora, seed: 6)
    #expect(adapters.layout.entries.count == 2 * 2 * LoRAConfiguration.Target.allCases.count)
    var first: Set<[UInt32]> = []
    for entry in adapters.layout.entries {
      let values = adapters.values(entry)
      #expect(values.bits == again.values(entry).bits)
      if entry.name.hasSuffix(".transposed") {
        #expect(values.allSatisfy { $0 == 0 })
        continue
      }
      #expect(values.bits != other.values(entry).bits)
      #expect(first.insert(Array(values.prefix(4)).bits).inserted, "\(entry.name) repeats another's numbers")
      let bound = 1 / Double(entry.shape[1]).squareRoot()
      #expect(values.allSatisfy { abs(Double($0)) <= bound * (1 + 1e-6) })
      // A uniform number in ±b has the variance b²/3; that of 640 of them is within a fifth of it but for one in 10⁸ or so.
      let variance = values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count)
      #expect(abs(variance / (bound * bound / 3) - 1) < 0.2, "\(entry.name)")
    }
  }

  /// The message of reading adapters whose tensors were changed; nil where they are read.
  private func reading(_ change: (inout [Tensor]) -> Void) throws -> String? {
    try ScratchFolder.with { folder in
      let configuration = TinyModel.configuration(.qwen2)
      let path = folder + "/adapter_model.safetensors"
      try Parameters(initialAdaptersOf: configuration, Self.lora, seed: 1).write(adapters: path)
      let file = try SafetensorsFile(path: path)
      var tensors = try file.names.map { Tensor($0, try file.entry($0).shape, try file.floats($0)) }
      change(&tensors)
      try writeSafetensors(to: path, tensors: tensors)
      do {
        _ = try Parameters(adaptersIn: folder, Self.lora, of: configuration)
        return nil
      } catch let error as TransformerError {
        return error.message
      }
    }
  }
}
