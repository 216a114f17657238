import Foundation
import TestSupport
import Testing

/// PEFT folders on the command line.
@Suite("Adapters on the command line")
struct AdapterCommandTests {
  private static let fixture = TestFiles.package("Tests/TransformerTests/Fixtures/adapters/llama-untied")
  private static let adapters = fixture + "/r8-all/adapter"
  private static let base = ["--base", fixture + "/model"]

  private func run(_ arguments: [String], in folder: ScratchFolder) async throws -> (status: Int32?, command: Command) {
    let command = try Command(arguments, in: folder)
    return (await command.status(), command)
  }

  @Test("Adapters are exported alone, merged from there, and described")
  func export() async throws {
    let folder = try ScratchFolder()
    let alone = try await run(["export", Self.adapters, "alone/"] + Self.base, in: folder)
    #expect(alone.status == 0 && alone.command.output == "alone\n", "\(alone.command.errors)")
    #expect(alone.command.errors.contains("written to alone in f32"))
    #expect(folder.exists("alone/adapter_config.json") && folder.exists("alone/adapter_model.safetensors"))

    let again = try await run(["export", "alone", "alone2"] + Self.base, in: folder)
    #expect(again.status == 0, "\(again.command.errors)")
    #expect(folder.text("alone2/adapter_config.json") == folder.text("alone/adapter_config.json"))

    let merged = try await run(["export", "alone", "merged", "--merge"] + Self.base, in: folder)
    #expect(merged.status == 0, "\(merged.command.errors)")
    #expect(merged.command.errors.contains("written to merged in bf16") && folder.exists("merged/model.safetensors"))
    #expect(!folder.exists("merged/adapter_config.json"))

    // The fixture has no tokenizer, which is a fault of the model.
    let info = try await run(["info", "alone"], in: folder)
    #expect(info.status == 1 && info.command.output.contains("rank 8, alpha 8, scale 2.828427 (rank-stabilised)"), "\(info.command.output)")
  }

  @Test(
    "Flags for adapters do not fit a whole model",
    arguments: [
      (["export", "MODEL", "out", "--merge"], "--merge"), (["export", "MODEL", "out", "--base", "MODEL"], "--base"),
      (["info", "MODEL", "--base", "MODEL"], "--base"),
    ])
  func usage(arguments: [String], flag: String) async throws {
    let folder = try ScratchFolder()
    let (status, command) = try await run(arguments.map { $0 == "MODEL" ? Self.fixture + "/model" : $0 }, in: folder)
    #expect(status == 2)
    #expect(command.errors.split(separator: "\n").count == 1, "\(command.errors)")
    #expect(command.error.contains("is a whole model: \(flag) is for adapters"))
    #expect(!folder.exists("out"))
  }

  @Test("Adapters whose base is not at hand are one line and status 1")
  func withoutBase() async throws {
    let folder = try ScratchFolder()
    let (status, command) = try await run(["export", Self.adapters, "out"], in: folder)
    #expect(status == 1 && command.errors.split(separator: "\n").count == 1, "\(command.errors)")
    #expect(command.error.contains("\"models/llama-untied\", which is no folder on this host") && !folder.exists("out"))
  }
}
