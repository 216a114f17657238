import Foundation
import TestSupport
import Testing

/// What the command line answers, above all to what it cannot use.
@Suite("Command line")
struct CommandLineTests {
  @Test(
    "usage errors are one line and status 2",
    arguments: [
      ["--bogus"], ["bogus"], ["train", "--steps", "0"], ["train", "--steps", "99999999999999999999"], ["train", "--workers", "x"],
      ["train", "--reward", "gold"], ["train", "--lag", "-1"], ["train", "--resume", "a", "--steps", "3"], ["train", "a.yaml", "b.yaml"],
      ["learner"], ["worker"], ["worker", "--connect", "tcp://127.0.0.1:1", "--threads", "0"], ["bench", "rollout", "--new", "0"],
      ["bench", "learner", "--length", "1"], ["pretrain"], ["train", "--max-tokens", "0"], ["train", "--prompt", "no place for it"],
      ["train", "--resume", "a", "--model", "b"], ["info"], ["export", "a"], ["export", "a", "b", "--dtype", "int8"],
      ["launch"], ["launch", "--hosts", "a", "b", "--resume"], ["train", "--resume", "a", "--prepare"],
    ])
  func usage(arguments: [String]) async throws {
    let command = try Command(arguments, in: ScratchFolder())
    #expect(await command.status() == 2)
    let lines = command.errors.split(separator: "\n")
    #expect(lines.count == 1 && lines[0].hasPrefix("empo: error: ") && lines[0].hasSuffix("--help)"), "\(command.errors)")
    #expect(command.output.isEmpty)
  }

  @Test(
    "other errors are one line that names the thing, and status 1",
    arguments: [
      (["train", "missing.yaml"], "missing.yaml"), (["train", "--resume", "missing"], "missing"),
      (["learner", "--run", "missing"], "missing"),
      (["worker", "--connect", "nowhere"], "nowhere"), (["worker", "--connect", "tcp://127.0.0.1:1", "--name", "a b"], "a b"),
      (["bench", "rollout", "missing"], "missing"), (["info", "missing"], "missing"), (["export", "missing", "out"], "missing"),
      (["launch", "--hosts", "missing"], "missing"), (["doctor", "--connect", "nowhere"], "nowhere"),
    ])
  func errors(arguments: [String], name: String) async throws {
    let command = try Command(arguments, in: ScratchFolder())
    #expect(await command.status() == 1)
    #expect(command.errors.split(separator: "\n").count == 1, "\(command.errors)")
    #expect(command.error.contains(name))
  }

  @Test("help and version are no errors", arguments: [["--version"], ["--help"], ["train", "--help"], ["help", "worker"]])
  func help(arguments: [String]) async throws {
    let command = try Command(arguments, in: ScratchFolder())
    #expect(await command.status() == 0)
    #expect(command.output.contains("empo") && command.errors.isEmpty)
  }
}

/// Runs that cannot begin.
@Suite("Bad input to a run")
struct BadInputTests {
  @Test("a configuration with an unknown key")
  func unknownKey() async throws {
    let run = try await TinyRun("grop_size: 3")
    let command = try run.train("run")
    #expect(await command.status() == 1)
    #expect(command.error.hasPrefix("empo: error: run.yaml line") && command.error.contains("grop_size"), "\(command.errors)")
    #expect(!run.folder.exists("run"))
  }

  @Test("a questions file with a broken line")
  func brokenLine() async throws {
    let run = try await TinyRun("questions: questions.jsonl")
    try run.write("{\"question\": \"1 + 1?\"}\n{\"question\": \"1 + 2?\"}\n{\"question\": \n", to: "questions.jsonl")
    let command = try run.train("run")
    #expect(await command.status() == 1)
    #expect(command.error.contains("questions.jsonl line 3"), "\(command.errors)")
    #expect(!run.folder.exists("run"))
  }

  @Test("weights that are cut off, and a header that claims 2^60 bytes", arguments: [true, false])
  func brokenWeights(isCut: Bool) async throws {
    let run = try await TinyRun()
    let path = run.folder.file("model/model.safetensors")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    if isCut {
      bytes.removeLast(1000)
    } else {
      bytes.replaceSubrange(0..<8, with: [0, 0, 0, 0, 0, 0, 0, 0x10])
    }
    try bytes.write(to: URL(fileURLWithPath: path))
    let command = try run.train("run")
    #expect(await command.status() == 1)
    #expect(command.error.hasPrefix("empo: error: ") && command.error.contains("model.safetensors"), "\(command.errors)")
  }

  @Test("a run folder that a living learner holds, and a port that is in use")
  func heldFolder() async throws {
    let run = try await TinyRun("workers: 0")
    let first = try run.train("first")
    #expect(await eventually { run.folder.exists("first/endpoints.json") })
    let pid = try #require(first.children["learner"])

    let second = try Command(["train", "--resume", "first"], in: run.folder, name: "second")
    #expect(await second.status() == 1)
    #expect(second.error.contains("first") && second.error.contains("\(pid)"), "\(second.errors)")

    struct Endpoints: Decodable {
      var learner: String
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: run.folder.file("first/endpoints.json")))
    let endpoint = try JSONDecoder().decode(Endpoints.self, from: data).learner
    try run.write(run.folder.text("run.yaml") + "\nlearner:\n  listen: \(endpoint)\n", to: "run.yaml")
    let third = try run.train("third")
    #expect(await third.status() == 1)
    #expect(third.error.hasPrefix("empo: error: ") && third.error.contains(endpoint), "\(third.errors)")

    // Nothing of this disturbed the first.
    #expect(first.children["learner"] == pid)
    first.send(SIGTERM)
    #expect(await first.status() == 143)
  }
}
