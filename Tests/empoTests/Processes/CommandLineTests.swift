import Foundation
import Runs
import TestSupport
import Testing

/// What the command line answers, above all to what it cannot use.
@Suite("Command line")
struct CommandLineTests {
  @Test(
    "Usage errors are one line and status 2",
    arguments: [
      ["--bogus"], ["bogus"], ["train", "--steps", "0"], ["train", "--steps", "99999999999999999999"], ["train", "--workers", "x"],
      ["train", "--reward", "gold"], ["train", "--lag", "-1"], ["train", "a.yaml", "b.yaml"],
      ["learner"], ["learner", "--run", "a", "--learner-works", "maybe"], ["worker"],
      ["worker", "--connect", "tcp://127.0.0.1:1", "--threads", "0"], ["bench", "rollout", "--new", "0"],
      ["bench", "learner", "--length", "1"], ["pretrain"], ["train", "--max-tokens", "0"], ["train", "--prompt", "no place for it"],
      ["train", "--resume", "a", "--model", "b"], ["info"], ["export", "a"], ["export", "a", "b", "--dtype", "int8"],
      ["launch"], ["launch", "--hosts", "a", "b", "--resume"], ["train", "--resume", "a", "--prepare"],
      ["config", "--model", "a"], ["config", "--format", "toml"], ["config", "a"],
    ])
  func usage(arguments: [String]) async throws {
    let command = try Command(arguments, in: ScratchFolder())
    #expect(await command.status() == 2)
    let lines = command.errors.split(separator: "\n")
    #expect(lines.count == 1 && lines[0].hasPrefix("empo: error: ") && lines[0].hasSuffix("--help)"), "\(command.errors)")
    #expect(command.output.isEmpty)
  }

  @Test(
    "Other errors are one line that names the thing, and status 1",
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

  @Test(
    "A start that is refused for its keys or its address leaves no run folder",
    arguments: [["--learner-listen", "tcp://0.0.0.0:5555"], ["--key", "missing.key", "--authorized", "missing"]])
  func refusedStarts(arguments: [String]) async throws {
    let folder = try ScratchFolder()
    let command = try Command(["train", "--run", "run"] + arguments, in: folder)
    #expect(await command.status() == 1)
    #expect(command.errors.split(separator: "\n").count == 1, "\(command.errors)")
    #expect(!folder.exists("run"))
  }

  @Test("Help and version are no errors", arguments: [["--version"], ["--help"], ["train", "--help"], ["help", "worker"]])
  func help(arguments: [String]) async throws {
    let command = try Command(arguments, in: ScratchFolder())
    #expect(await command.status() == 0)
    #expect(command.output.contains("empo") && command.errors.isEmpty)
  }
}

/// The keys of a run's configuration as flags.
@Suite("Keys as flags")
struct KeyFlagTests {
  @Test("The help lists the flags of every key")
  func help() async throws {
    let command = try Command(["train", "--help"], in: ScratchFolder())
    #expect(await command.status() == 0)
    let words = Set(command.output.split { $0.isWhitespace || ",/".contains($0) })
    for key in ConfigurationKey.all {
      for flag in key.flags { #expect(words.contains(flag[...]), "\(flag)") }
    }
  }

  @Test(
    "A flag that cannot be used is named with what was expected",
    arguments: [
      (["--stepz", "3"], "Unknown option '--stepz'. Did you mean '--steps'?"), (["--steps"], "Missing value for '--steps <N>'"),
      (["--model"], "Missing value for '--model <DIR>'"), (["--model", "--workers", "1"], "Missing value for '--model <DIR>'"),
      (["--steps", "3", "--steps", "4"], "--steps is given 2 times, as 3 and 4: expected one value"),
      (["--temperature", "1", "--sampling-temperature=2"], "--temperature is given 2 times, as 1 and 2"),
      (["--mask-truncated", "--no-mask-truncated"], "had already been set with flag '--mask-truncated'"),
      (["--mask-truncated=false"], "--mask-truncated"), (["--no-steps"], "Unknown option '--no-steps'"),
      (["--sampling-top-p", "0"], "flag --sampling-top-p: sampling.top_p: found \"0\", expected a number above 0 and at most 1"),
      (["--lag", "-1"], "flag --lag: lag: found \"-1\", expected an integer from 0 to 8"),
      (["--advantage", "best"], "flag --advantage: advantage: found \"best\", expected one of group-std, group-sample-std, mean-only"),
      (["--resume", "a", "--audit", "0.5"], "it takes no --audit"),
      (["--resume", "a", "--gradients", "workers", "--gradient-parts", "2"], "it takes no --gradient-parts"),
      (["--resume", "a", "--no-whole-response"], "it takes no --whole-response"),
    ])
  func errors(arguments: [String], expected: String) async throws {
    let command = try Command(["train"] + arguments, in: ScratchFolder())
    #expect(await command.status() == 2)
    #expect(command.errors.split(separator: "\n").count == 1 && command.error.contains(expected), "\(command.errors)")
  }

  @Test("Flags in every form set keys of every kind, and win over the file")
  func forms() async throws {
    let folder = try ScratchFolder()
    let file = try folder.file("c.yaml", "steps: 9\nsampling:\n  top_k: 3\n  top_p: 0.5\n")
    let command = try Command(
      [
        "train", file, "--dry-run", "--sampling-top-k", "5", "--empty-reward", "-0.5", "--no-require-same-bits", "--mask-truncated",
        "--optimizer-beta1=0.8", "--max-tokens", "12", "--sampling-temperature", "0.7", "--advantage", "mean-only",
      ], in: folder)
    #expect(await command.status() == 0, "\(command.errors)")
    let lines = Set(command.output.split(separator: "\n").map { $0.drop { $0 == " " } })
    for line in [
      "steps: 9", "top_k: 5", "top_p: 0.5", "empty_reward: \"-0.5\"", "require_same_bits: false", "mask_truncated: true", "beta1: 0.8",
      "max_new_tokens: 12", "temperature: 0.7", "advantage: mean-only",
    ] { #expect(lines.contains(line[...]), "\(line)") }
  }

  @Test("Empo config prints the page, the schema, and a file that trains as no file does")
  func config() async throws {
    let folder = try ScratchFolder()
    func output(_ name: String, _ arguments: [String]) async throws -> String {
      let command = try Command(arguments, in: folder, name: name)
      #expect(await command.status() == 0, "\(command.errors)")
      return command.output
    }
    #expect(try await output("page", ["config"]) == ConfigurationPage.text)
    #expect(try await output("schema", ["config", "--format", "schema"]) == ConfigurationSchema.text)
    let file = try folder.file("defaults.yaml", try await output("yaml", ["config", "--format", "yaml"]))
    #expect(try await output("file", ["train", file, "--dry-run"]) == output("none", ["train", "--dry-run"]))

    let missing = try Command(["config", "--format", "yaml", "--model", "missing"], in: folder, name: "missing")
    #expect(await missing.status() == 1)
    #expect(missing.error.contains("missing"), "\(missing.errors)")
  }
}

/// Runs that cannot begin.
@Suite("Bad input to a run")
struct BadInputTests {
  @Test("A configuration with an unknown key")
  func unknownKey() async throws {
    let run = try await TinyRun("grop_size: 3")
    let command = try run.train("run")
    #expect(await command.status() == 1)
    #expect(command.error.hasPrefix("empo: error: run.yaml line") && command.error.contains("grop_size"), "\(command.errors)")
    #expect(!run.folder.exists("run"))
  }

  @Test("A questions file with a broken line")
  func brokenLine() async throws {
    let run = try await TinyRun("questions: questions.jsonl")
    try run.write("{\"question\": \"1 + 1?\"}\n{\"question\": \"1 + 2?\"}\n{\"question\": \n", to: "questions.jsonl")
    let command = try run.train("run")
    #expect(await command.status() == 1)
    #expect(command.error.contains("questions.jsonl line 3"), "\(command.errors)")
    #expect(!run.folder.exists("run"))
  }

  @Test("Weights that are cut off, and a header that claims 2^60 bytes", arguments: [true, false])
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

  @Test("A run folder that a living learner holds, and a port that is in use")
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
