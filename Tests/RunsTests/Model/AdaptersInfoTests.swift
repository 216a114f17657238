import Foundation
import HuggingFace
import Runs
import TestSupport
import Testing

@Suite("Information on adapters")
struct AdaptersInfoTests {
  /// The fixtures have no tokenizer, which every description of them names.
  private func problems(_ info: ModelInfo) -> [String] { info.problems.filter { !$0.contains("tokenizer.json") } }

  @Test("Rank, scale, projections, size and base are described, and the base's shape")
  func describes() throws {
    let folder = try AdapterFolder("r8-query-value")
    let info = ModelInfo(folder: folder.adapters)
    #expect(problems(info).isEmpty && info.problems.count == 1)
    let lines = info.lines().map { String($0.dropFirst(18)) }
    #expect(lines.contains("rank 8, alpha 16, scale 2") && lines.contains("of q_proj, v_proj in every layer"), "\(lines)")
    #expect(lines.contains { $0.hasPrefix("1,792 parameters, BF16, ") && $0.hasSuffix("in adapter_model.safetensors, 8 tensors") })
    #expect(lines.contains(folder.base) && lines.contains { $0.hasPrefix("qwen2, 2 layers") })
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(info)) as? [String: Any]
    let adapters = try #require(json?["adapters"] as? [String: Any])
    #expect(adapters["rank"] as? Int == 8 && adapters["parameters"] as? Int == 1792 && adapters["base_folder"] as? String == folder.base)
    #expect(adapters["targets"] as? [String] == ["q_proj", "v_proj"] && json?["memory"] == nil)
  }

  @Test("What is wrong is a problem, and what can be described is described all the same")
  func faults() throws {
    let folder = try AdapterFolder(baseModel: "Qwen/Qwen2.5-0.5B")
    let lost = ModelInfo(folder: folder.adapters)
    #expect(lost.problems.count == 1 && lost.problems[0].contains("which is no folder on this host"))
    #expect(lost.lines().contains { $0.hasSuffix("Qwen/Qwen2.5-0.5B, not on this host") } && lost.adapters?.rank == 16)
    #expect(problems(ModelInfo(folder: folder.adapters, base: folder.base)).isEmpty)

    try folder.rewrite { $0.lora.rank = 8 }
    let wrong = problems(ModelInfo(folder: folder.adapters, base: folder.base))
    #expect(wrong.count == 1 && wrong[0].contains("has shape [16, 32], expected [8, 32]"), "\(wrong)")
    try FileManager.default.removeItem(atPath: folder.adapters + "/adapter_model.safetensors")
    let absent = problems(ModelInfo(folder: folder.adapters, base: folder.base))
    #expect(absent.count == 1 && absent[0].contains("has no adapter"), "\(absent)")
    try Data("{}".utf8).write(to: URL(filePath: folder.adapters + "/adapter_config.json"))
    #expect(ModelInfo(folder: folder.adapters).problems.contains { $0.contains("\"peft_type\" is missing") })
  }
}
