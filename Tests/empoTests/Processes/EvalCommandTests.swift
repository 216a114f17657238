import Foundation
import TestSupport
import Testing

/// Models measured on the command line.
@Suite("Measuring on the command line")
struct EvalCommandTests {
  private static let few = ["--limit", "9", "--samples", "3", "--max-tokens", "24", "--threads", "1"]

  private func run(_ arguments: [String], in folder: ScratchFolder) async throws -> (status: Int32?, command: Command) {
    let command = try Command(arguments, in: folder)
    return (await command.status(), command)
  }

  @Test("A measurement that is killed goes on, and ends with the same bytes and figures")
  func resuming() async throws {
    let folder = try ScratchFolder()
    let whole = try await run(["eval", "embedded", "--out", "whole.jsonl", "--json"] + Self.few, in: folder)
    #expect(whole.status == 0, "\(whole.command.errors)")
    let figures = whole.command.output
    #expect(figures.contains(#""greedy_accuracy":{"high":"#) && figures.contains(#""majority@3""#) && figures.contains(#""pass@3""#))

    let killed = try Command(["eval", "embedded", "--out", "part.jsonl"] + Self.few, in: folder, name: "killed")
    #expect(await eventually(within: .seconds(60)) { folder.lines("part.jsonl").count >= 2 || killed.hasEnded })
    killed.send(SIGKILL)
    _ = await killed.status()
    // A torn line, wherever the kill struck.
    let handle = try FileHandle(forWritingTo: URL(filePath: folder.file("part.jsonl")))
    try handle.truncate(atOffset: try handle.seekToEnd() - 5)
    let resumed = try await run(["eval", "embedded", "--out", "part.jsonl", "--json"] + Self.few, in: folder)
    #expect(resumed.status == 0, "\(resumed.command.errors)")
    #expect(resumed.command.output == figures)
    #expect(folder.text("part.jsonl") == folder.text("whole.jsonl") && folder.lines("whole.jsonl").count == 10)

    let other = try await run(["eval", "embedded", "--out", "whole.jsonl", "--seed", "7"] + Self.few, in: folder)
    #expect(other.status == 1 && other.command.error.contains("has results of another evaluation (seed 0, not 7)"))

    let same = try await run(["compare", "whole.jsonl", "part.jsonl"], in: folder)
    #expect(same.status == 0 && same.command.output.contains("both are the same"), "\(same.command.errors)")
  }

  @Test("Three workers answer what is left of a measurement that was cut off, and the bytes are the same")
  func workers() async throws {
    let folder = try ScratchFolder()
    let whole = try await run(["eval", "embedded", "--out", "whole.jsonl", "--json"] + Self.few, in: folder)
    #expect(whole.status == 0, "\(whole.command.errors)")
    // The header, two questions and the beginning of a third.
    let lines = folder.lines("whole.jsonl")
    _ = try folder.file("spread.jsonl", lines.prefix(3).map { $0 + "\n" }.joined() + lines[3].prefix(40))
    let spread = try Command(
      ["eval", "embedded", "--out", "spread.jsonl", "--json", "--listen", "tcp://127.0.0.1:0"] + Self.few, in: folder, name: "spread")
    #expect(await eventually { spread.errors.contains("empo worker --connect ") || spread.hasEnded }, "\(spread.errors)")
    let address = try #require(spread.errors.firstMatch(of: /--connect (\S+)/)?.1).description
    let workers = try ["one", "two", "three"].map { name in
      try Command(["worker", "--connect", address, "--name", name, "--threads", "1"], in: folder, name: name)
    }
    #expect(await spread.status() == 0, "\(spread.errors)")
    // One that came when all was done waits for the next measurement.
    for worker in workers { worker.send(SIGKILL) }
    #expect(spread.errors.contains(" joined ") && spread.output == whole.command.output)
    #expect(folder.text("spread.jsonl") == folder.text("whole.jsonl"))
  }

  @Test("A model behind a server, asked to go on with plain texts, answers greedily as on this host")
  func server() async throws {
    let folder = try ScratchFolder()
    let arguments = ["--questions", "embedded", "--limit", "9", "--samples", "0", "--prompt", "qa", "--max-tokens", "24", "--json"]
    let local = try await run(["eval", "embedded"] + arguments, in: folder)
    #expect(local.status == 0, "\(local.command.errors)")
    let server = try Command(["serve", "--model", JSONLineCommandTests.model, "--port", "0", "--threads", "1"], in: folder, name: "server")
    #expect(await eventually { server.output.contains("http://") || server.hasEnded }, "\(server.errors)")
    let address = try #require(server.output.firstMatch(of: /http:\S+/)).output
    let remote = try await run(["eval", "EmbeddedModel", "--server", String(address), "--template", "none"] + arguments, in: folder)
    server.send(SIGTERM)
    #expect(remote.status == 0, "\(remote.command.errors)")
    #expect(remote.command.output.contains("greedy_accuracy"))
    #expect(try figures(remote.command.output) == figures(local.command.output))
  }

  /// The figures of what `--json` prints.
  private func figures(_ output: String) throws -> NSDictionary {
    let document = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
    let benchmarks = try #require(document?["benchmarks"] as? [[String: Any]])
    return try #require(benchmarks.first?["figures"] as? NSDictionary)
  }

  @Test("A version of a run is measured as the run was told, and its base model too")
  func runs() async throws {
    let run = try await TinyRun("steps: 2")
    let trained = try run.train("run")
    #expect(await trained.status() == 0, "\(trained.errors)")
    let arguments = ["--questions", "embedded", "--samples", "0", "--limit", "4", "--threads", "1"]
    let last = try await self.run(["eval", "run", "--out", "last.jsonl"] + arguments, in: run.folder)
    #expect(last.status == 0, "\(last.command.errors)")
    #expect(last.command.output.contains("greedy, %") && !last.command.output.contains("majority"))
    let base = try await self.run(["eval", "run", "--at", "base", "--out", "base.jsonl"] + arguments, in: run.folder)
    #expect(base.status == 0, "\(base.command.errors)")
    let header = run.folder.lines("base.jsonl").first ?? ""
    #expect(
      header.contains("run (the model that it began with)") && header.contains(#""max_tokens":24"#) && header.contains(#""prompt":"Q: "#))
    let compared = try await self.run(["compare", JSONLineCommandTests.model, "run"] + arguments, in: run.folder)
    #expect(compared.status == 0, "\(compared.command.errors)")
    #expect(!compared.command.output.contains("the two differ"), "\(compared.command.output)")
    let never = try await self.run(["eval", "run", "--at", "99"] + arguments, in: run.folder)
    #expect(never.status == 1 && never.command.error.contains("has kept no checkpoint of step 99: expected "), "\(never.command.errors)")
  }

  @Test(
    "Arguments that do not fit are one line",
    arguments: [
      (["eval", "nowhere", "--questions", "embedded"], 1, "nowhere is no folder"),
      (["eval", "embedded", "--at", "last"], 1, "embedded is no run"),
      (["eval", "embedded", "--questions", "a.jsonl,,b.jsonl"], 2, "expected files with commas between them"),
      (["eval", "embedded", "--questions", "missing.jsonl"], 1, "missing.jsonl"),
      (["eval", "embedded", "--samples", "5000"], 2, "--samples"), (["eval", "embedded", "--prompt", "x"], 2, "prompt_template"),
      (["eval", "embedded", "--listen", "tcp://0.0.0.0:0"], 1, "--insecure"),
      (["eval", "embedded", "--insecure"], 2, "expected --listen, too"),
      (["eval", "embedded", "--timeout", "5"], 2, "expected --server, too"),
      (["eval", "m", "--server", "http://x", "--questions", "embedded", "--timeout", "86401"], 2, "--timeout"),
      (["eval", "m", "--server", "https://x/v1", "--questions", "embedded"], 1, "a server with TLS"),
      (["eval", "m", "--server", "http://x", "--questions", "embedded", "--template", "t.jinja"], 2, "a server has its own chat template"),
      (
        ["eval", "m", "--server", "http://x", "--questions", "embedded", "--template", "none", "--system", "s"], 1,
        "there is no chat template to put it in"
      ),
      (["compare", "note.txt", "embedded"], 1, "line 1 is not the header of an evaluation"),
    ])
  func usage(arguments: [String], status: Int32, part: String) async throws {
    let folder = try ScratchFolder()
    _ = try folder.file("note.txt", "a note\n")
    let ended = try await run(arguments, in: folder)
    #expect(ended.status == status)
    #expect(ended.command.errors.split(separator: "\n").count == 1 && ended.command.error.contains(part), "\(ended.command.errors)")
  }
}
