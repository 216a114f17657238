import Files
import Foundation
import HuggingFace
import NumericTestSupport
import Tensors
import Testing
import Transformer

struct CheckpointTests {
  typealias Tensor = (name: String, shape: [Int], values: [Float])

  @Test(arguments: TrainingPassTests.families)
  func `Weights come back as they were written`(_ architecture: ModelConfiguration.Architecture, _ tied: Bool) throws {
    try withFolder { folder in
      let parameters = TinyModel.parameters(architecture, tied: tied)
      try parameters.configuration.encoded().write(to: URL(filePath: folder + "/config.json"))
      try parameters.write(safetensors: folder + "/model.safetensors", synchronizing: true)
      let read = try Parameters(folder: folder)
      #expect(read.layout == parameters.layout)
      for entry in read.layout.entries { #expect(read.values(entry).bits == parameters.values(entry).bits) }
    }
  }

  @Test func `One error lists all that is wrong`() throws {
    let message = try failure { tensors in
      tensors.removeAll { $0.name == "model.norm.weight" }
      tensors.append(("model.extra", [2], [1, 2]))
      let index = tensors.firstIndex { $0.name.hasSuffix("layers.1.mlp.up_proj.weight") } ?? 0
      tensors[index].shape.reverse()
    }
    #expect(message.contains("missing model.norm.weight"))
    #expect(message.contains("not part of the model in config.json: model.extra"))
    #expect(message.contains("model.layers.1.mlp.up_proj.weight has shape [40, 44], expected [44, 40]"))
    #expect(message.contains("model.safetensors: ") && !message.contains("\n"))
  }

  @Test func `A tensor of integers is refused`() throws {
    try withFolder { folder in
      let parameters = TinyModel.parameters()
      let path = folder + "/model.safetensors"
      try parameters.write(safetensors: path)
      var bytes = try Data(contentsOf: URL(filePath: path))
      let name = try #require(bytes.range(of: Data("\"model.norm.weight\":{\"dtype\":\"F32\"".utf8)))
      bytes.replaceSubrange(name.upperBound - 4..<name.upperBound - 1, with: Data("I32".utf8))
      try bytes.write(to: URL(filePath: path))
      let error = #expect(throws: TransformerError.self) {
        try Parameters(safetensors: path, configuration: parameters.configuration)
      }
      #expect(error?.message.contains("model.norm.weight is I32, expected F32, F16 or BF16") == true)
    }
  }

  @Test func `Hundreds of faults are counted and the first ones named`() throws {
    let message = try failure { $0 = [("transformer.wte.weight", [1], [0])] }
    #expect(message.contains("missing model.embed_tokens.weight, ") && message.contains(" more; not part of"))
    #expect(message.count < 1_500)
  }

  @Test func `A tied output projection may be in the file if it is the embedding`() throws {
    try withFolder { folder in
      let parameters = TinyModel.parameters(.llama, tied: true)
      let path = folder + "/model.safetensors"
      let embedding = parameters.values(parameters.layout.entries[0])
      try writeSafetensors(to: path, tensors: tensors(parameters) + [("lm_head.weight", [37, 40], embedding)])
      let read = try Parameters(safetensors: path, configuration: parameters.configuration)
      #expect(read.values(read.layout.entries[0]).bits == embedding.bits)
    }
    let differs = try failure { $0.append(("lm_head.weight", [37, 40], [Float](repeating: 1, count: 37 * 40))) }
    #expect(differs.contains("lm_head.weight differs from model.embed_tokens.weight"))
    let misshapen = try failure { $0.append(("lm_head.weight", [37, 4], [Float](repeating: 1, count: 37 * 4))) }
    #expect(misshapen.contains("lm_head.weight has shape [37, 4], expected [37, 40]"))
  }

  @Test func `Rotary frequencies of old checkpoints are passed over`() throws {
    try withFolder { folder in
      let parameters = TinyModel.parameters(.llama)
      let old = (0..<2).map { Tensor("model.layers.\($0).self_attn.rotary_emb.inv_freq", [5], [Float](repeating: 1, count: 5)) }
      let path = folder + "/model.safetensors"
      try writeSafetensors(to: path, tensors: tensors(parameters) + old)
      try Parameters.check(folder: folder, configuration: parameters.configuration)
      let read = try Parameters(safetensors: path, configuration: parameters.configuration)
      #expect(read.values(read.layout.entries[3]).bits == parameters.values(parameters.layout.entries[3]).bits)
    }
    let unknown = try failure { $0.append(("model.layers.0.self_attn.rotary_emb.scale", [1], [1])) }
    #expect(unknown.contains("not part of the model in config.json: model.layers.0.self_attn.rotary_emb.scale"))
  }

  @Test func `A model without its output is named as such`() throws {
    let message = try failure { tensors in
      for index in tensors.indices { tensors[index].name = String(tensors[index].name.dropFirst(6)) }
    }
    #expect(message.contains("the tensors lack the prefix \"model.\""))
  }

  @Test func `Shards are one checkpoint, and their faults are the index's`() throws {
    try withFolder { folder in
      let parameters = TinyModel.parameters(.qwen3, tied: false)
      try parameters.export(folder: folder, elementType: .float32, maximumShardBytes: 3000)
      try Parameters.check(folder: folder, configuration: parameters.configuration)
      var other = parameters.configuration
      other.layers = 3
      let error = #expect(throws: TransformerError.self) { try Parameters.check(folder: folder, configuration: other) }
      let expected = "\(folder)/model.safetensors.index.json: missing model.layers.2.input_layernorm.weight, "
      #expect(error?.message.hasPrefix(expected) == true)
    }
  }

  /// A configuration whose sizes fit no memory is refused by the header, before anything is allocated.
  @Test func `A configuration of a trillion parameters allocates nothing`() throws {
    try withFolder { folder in
      let parameters = TinyModel.parameters()
      try parameters.write(safetensors: folder + "/model.safetensors")
      var huge = parameters.configuration
      (huge.vocabularySize, huge.width) = (1 << 20, 1 << 19)
      #expect(throws: TransformerError.self) { try Parameters(folder: folder, configuration: huge) }
    }
  }

  @Test(arguments: [ElementType.float8E4M3, .int8, .boolean, .uint8, .float64])
  func `Tensors of other element types are refused by name`(_ type: ElementType) throws {
    try withFolder { folder in
      let configuration = TinyModel.configuration(.llama)
      var header = ""
      var offset = 0
      for entry in ParameterLayout(configuration).entries {
        let end = offset + entry.count * type.byteWidth
        header += ",\"\(entry.name)\":{\"dtype\":\"\(type.rawValue)\",\"shape\":\(entry.shape),\"data_offsets\":[\(offset),\(end)]}"
        offset = end
      }
      header = "{\"__metadata__\":{}\(header)}"
      let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
      try (Data(length) + Data(header.utf8) + Data(count: offset)).write(to: URL(filePath: folder + "/model.safetensors"))
      let error = #expect(throws: TransformerError.self) { try Parameters(folder: folder, configuration: configuration) }
      #expect(error?.message.contains("model.embed_tokens.weight is \(type.rawValue), expected F32, F16 or BF16") == true)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `A weight that is not finite is refused by its tensor's name`(_ value: Float) throws {
    let message = try failure { tensors in
      let index = tensors.firstIndex { $0.name == "model.norm.weight" } ?? 0
      tensors[index].values[3] = value
    }
    #expect(message.contains("model.norm.weight has values that are not finite"))
  }

  @Test func `A folder without weights is an error, not a trap`() throws {
    try withFolder { folder in
      try TinyModel.configuration(.qwen2).encoded().write(to: URL(filePath: folder + "/config.json"))
      #expect(throws: FileError.self) { try Parameters(folder: folder) }
      #expect(throws: FileError.self) { try Parameters(folder: folder + "/nowhere") }
    }
  }

  /// The message of reading a checkpoint whose tensors were changed.
  private func failure(_ change: (inout [Tensor]) -> Void) throws -> String {
    try withFolder { folder in
      let parameters = TinyModel.parameters(.qwen2, tied: true)
      var tensors = tensors(parameters)
      change(&tensors)
      let path = folder + "/model.safetensors"
      try writeSafetensors(to: path, tensors: tensors)
      let error = #expect(throws: TransformerError.self) {
        try Parameters(safetensors: path, configuration: parameters.configuration)
      }
      return error?.message ?? ""
    }
  }

  private func tensors(_ parameters: Parameters) -> [Tensor] {
    parameters.layout.entries.map { ($0.name, $0.shape, parameters.values($0)) }
  }

  private func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "checkpoint-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }
}
