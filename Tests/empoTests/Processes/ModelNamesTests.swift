import Foundation
import TestSupport
import Testing

/// What every command that takes a model says of a path that leads to none.
@Suite("Names of models")
struct ModelNamesTests {
  private static let questions = "{\"question\": \"1+1?\", \"answer\": \"2\"}\n"

  /// The commands that take a model, up to its path.
  private static func commands(_ model: String) -> [[String]] {
    [
      ["train", "--questions", "q.jsonl", "--dry-run", "--model", model], ["probe", "--questions", "q.jsonl", "--model", model],
      ["plan", "--questions", "q.jsonl", "--model", model], ["info", model], ["export", model, "out"],
      ["eval", model, "--questions", "q.jsonl"], ["compare", model, model, "--questions", "q.jsonl"],
      ["generate", "--prompt", "a", "--model", model],
      ["score", "--model", model, "q.jsonl"], ["serve", "--model", model], ["tokenize", "--model", model, "q.jsonl"],
      ["render", "--model", model, "q.jsonl"], ["config", "--format", "yaml", "--model", model], ["bench", "rollout", model],
      ["cluster", "--judge", "nli:" + model, "q.jsonl"], ["cluster", "--judge", "embedding:" + model, "q.jsonl"],
      ["cluster", "--judge", "verifier:" + model, "q.jsonl"],
    ]
  }

  private func error(_ arguments: [String], in folder: ScratchFolder) async throws -> String {
    let command = try Command(arguments, in: folder)
    #expect(await command.status() == 1, "\(arguments): \(command.errors)")
    return command.error
  }

  @Test("A folder that is not there, a name on the Hub and a GGUF file are told as such, in every command")
  func everyCommand() async throws {
    let folder = try ScratchFolder()
    _ = try folder.file("q.jsonl", Self.questions)
    _ = try folder.file("m.gguf", "GGUF")
    for (model, expected) in [
      ("nowhere", "nowhere is no folder: there is nothing of this name"),
      ("Qwen/Qwen2.5-0.5B-Instruct", "are not fetched by their names: hf download Qwen/Qwen2.5-0.5B-Instruct --local-dir"),
      ("m.gguf", "m.gguf is a GGUF file, llama.cpp's format: take the original model, or convert it: python3"),
    ] {
      for arguments in Self.commands(model) {
        let told = try await error(arguments, in: folder)
        #expect(told.contains(expected), "\(arguments): \(told)")
      }
    }
  }
}
