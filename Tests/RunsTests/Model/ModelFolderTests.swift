import Files
import Foundation
import HuggingFace
import Runs
import TestSupport
import Testing
import Transformer

@Suite("Folders that are used as models")
struct ModelFolderTests {
  @Test("A whole model is its own base, and takes no other")
  func whole() throws {
    let folder = try AdapterFolder()
    let model = try ModelFolder(folder.base)
    #expect(model.base == folder.base && model.adapters == nil && model.textFolder == folder.base)
    #expect(try model.parameters(of: ModelConfiguration(folder: model.base)) == nil)
    let error = #expect(throws: RunsError.self) { try ModelFolder(folder.base, base: folder.base) }
    #expect(error?.message.contains("is a whole model") == true)
  }

  @Test("Adapters lead to their base model, or take the one that is given")
  func adapters() throws {
    let folder = try AdapterFolder()
    let model = try ModelFolder(folder.adapters)
    #expect(model.base == folder.base && model.adapters?.folder == folder.adapters)
    #expect(model.adapters?.configuration.lora == LoRAConfiguration(rank: 16, alpha: 32))
    #expect(try model.parameters(of: ModelConfiguration(folder: model.base))?.layout.entries.count == 28)
    try folder.rewrite { $0.baseModel = "Qwen/Qwen2.5-0.5B" }
    #expect(try ModelFolder(folder.adapters, base: folder.base).base == folder.base)
  }

  @Test("Tokenizer and template are the adapters' own where they have a tokenizer")
  func text() throws {
    let folder = try AdapterFolder()
    #expect(try ModelFolder(folder.adapters).textFolder == folder.base)
    try Data("{}".utf8).write(to: URL(filePath: folder.adapters + "/tokenizer.json"))
    #expect(try ModelFolder(folder.adapters).textFolder == folder.adapters)
  }

  @Test("Adapters whose base model is not at hand are refused in one line that says where it is expected")
  func withoutBase() throws {
    let folder = try AdapterFolder(baseModel: "Qwen/Qwen2.5-0.5B\n")
    func message(_ base: String? = nil) -> String {
      let error = #expect(throws: (any Error).self) { try ModelFolder(folder.adapters, base: base) }
      return error.map { "\($0)" } ?? ""
    }
    #expect(message().contains("\"base_model_name_or_path\" is \"Qwen/Qwen2.5-0.5B\\n\", which is no folder on this host"))
    #expect(!message().contains("\n") && message().contains("--base"))
    try folder.rewrite { $0.baseModel = nil }
    #expect(message().contains("\"base_model_name_or_path\" is missing"))
    #expect(message(folder.scratch.file("absent")).contains("absent is no folder"))
    #expect(message(folder.adapters).contains("holds adapters: expected a whole model as a base"))
    try Data().write(to: URL(filePath: folder.adapters + "/model.safetensors"))
    #expect(message(folder.base).contains("has the weights of a whole model beside adapter_config.json"))
  }
}
