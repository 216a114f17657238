import Foundation
import HuggingFace
import Runs
import Tensors
import TestSupport
import Testing
import Transformer

@Suite("Export of adapters")
struct AdapterExportTests {
  @Test("Adapters are exported as PEFT's folder, bit for bit, with the tokenizer that lies beside them")
  func adapters() throws {
    let folder = try AdapterFolder()
    try Data("{}".utf8).write(to: URL(filePath: folder.adapters + "/tokenizer.json"))
    try Data("moments".utf8).write(to: URL(filePath: folder.adapters + "/optimizer.safetensors"))
    let out = folder.scratch.file("out")
    try ModelExport(ModelFolder(folder.adapters), as: .adapters, to: out, replaces: false).write()
    #expect(try folder.names(in: "out") == ["adapter_config.json", "adapter_model.safetensors", "tokenizer.json"])
    #expect(try AdapterConfiguration(folder: out) == AdapterConfiguration(folder: folder.adapters))
    let (written, original) = try (parameters(out, folder.base), parameters(folder.adapters, folder.base))
    #expect(written.storage.bytes() == original.storage.bytes())
  }

  @Test(
    "A base's name on the Hub stays, and a path gives way to the base's place",
    arguments: ["Qwen/Qwen2.5-0.5B", "/nowhere/model", "./m"])
  func baseNames(name: String) throws {
    let folder = try AdapterFolder(baseModel: name)
    let out = folder.scratch.file("out")
    try ModelExport(ModelFolder(folder.adapters, base: folder.base), as: .adapters, to: out, replaces: false).write()
    #expect(try AdapterConfiguration(folder: out).baseModel == (name.hasPrefix("Qwen") ? name : folder.base))
  }

  @Test("Merged adapters are a whole model, rounded once", arguments: [FloatFormat.float32, .bfloat16], [4000, 1 << 30])
  func merged(format: FloatFormat, maximumShardBytes: Int) throws {
    let folder = try AdapterFolder()
    let out = folder.scratch.file("out")
    let source = try ModelFolder(folder.adapters)
    try ModelExport(source, as: .model(format, maximumShardBytes: maximumShardBytes), to: out, replaces: false).write()
    #expect(try folder.names(in: "out").isSuperset(of: ["config.json", "generation_config.json"]))
    #expect(try ModelFolder(out).adapters == nil)
    let configuration = try ModelConfiguration(folder: out)
    let (found, base) = try (Parameters(folder: out), Parameters(folder: folder.base))
    let adapters = try #require(try source.parameters(of: configuration))
    let merge = AdapterMerge(adapters, LoRAConfiguration(rank: 16, alpha: 32))
    for entry in base.layout.entries {
      let expected = FloatStorage(count: entry.count)
      base.storage.withSpan(entry.range) { values in
        expected.withMutableSpan(0..<entry.count) { span in
          for index in span.indices { span[index] = values[index] }
        }
      }
      try merge.add(to: expected, of: entry, lanes: Lanes(count: 1))
      if format == .float32 {
        #expect(found.storage.withSpan(entry.range) { span in expected.withSpan(0..<entry.count) { isEqual(span, $0) } }, "\(entry.name)")
      } else {
        // A number of 8 bits is within half of its last one, 2⁻⁹ of its size, of what it was rounded from.
        expected.withSpan(0..<entry.count) { values in
          for (index, value) in found.values(entry).enumerated() {
            #expect(abs(value - values[index]) <= abs(values[index]) / 256 && value.bitPattern & 0xFFFF == 0)
          }
        }
      }
    }
  }

  @Test("An export that cannot be made leaves nothing behind, and replaces adapters only when it is told to")
  func refusals() throws {
    let folder = try AdapterFolder()
    let out = folder.scratch.file("out")
    func export(to target: String? = nil, replaces: Bool = false) throws {
      try ModelExport(ModelFolder(folder.adapters), as: .adapters, to: target ?? out, replaces: replaces).write()
    }
    try export()
    #expect(throws: RunsError.self) { try export() }
    try export(replaces: true)
    for target in [folder.adapters, folder.base + "/inner"] {
      let error = #expect(throws: RunsError.self) { try export(to: target, replaces: true) }
      #expect(error?.message.contains("expected another folder") == true)
    }
    try folder.rewrite { $0.lora.rank = 8 }
    #expect(throws: TransformerError.self) { try export(to: folder.scratch.file("other")) }
    #expect(try folder.names(in: ".") == ["base", "adapters", "out"])
  }

  @Test("A full disk is named, and nothing stays", .enabled(if: FullDisk.canMount, "this process may not mount a disk"))
  func fullDisk() throws {
    let folder = try AdapterFolder()
    let source = try ModelFolder(folder.adapters)
    try FullDisk.with(bytes: 1 << 15) { disk in
      for form in [ModelExport.Form.adapters, .model(.float32, maximumShardBytes: 1 << 30)] {
        let error = #expect(throws: RunsError.self) {
          try ModelExport(source, as: form, to: disk.path + "/out", replaces: false).write()
        }
        let message = error?.message ?? ""
        #expect(message.contains("not written, the disk is full"), "\(message)")
        let left = try FileManager.default.contentsOfDirectory(atPath: disk.path)
        #expect(left.isEmpty)
      }
    }
  }

  private func parameters(_ adapters: String, _ base: String) throws -> Parameters {
    try Parameters(adaptersIn: adapters, AdapterConfiguration(folder: adapters).lora, of: ModelConfiguration(folder: base))
  }

  private func isEqual(_ a: Span<Float>, _ b: Span<Float>) -> Bool {
    a.count == b.count && a.indices.allSatisfy { a[$0].bitPattern == b[$0].bitPattern }
  }
}
