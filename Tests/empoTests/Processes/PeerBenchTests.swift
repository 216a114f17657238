import Foundation
import TestSupport
import Testing

/// Benches in turn with a peer's script; here the interpreter itself is a script that makes its figures up.
@Suite("Peers", .serialized)
struct PeerBenchTests {
  private static let shape = ["--groups", "2", "--responses", "2", "--prompt", "3", "--response", "4", "--steps", "1", "--threads", "1"]

  @Test("Rounds are run in turn, with as many threads, and end in medians, ratio and spread")
  func comparison() async throws {
    let run = try await TinyRun()
    try Self.install(in: run, saying: #"{"tokens_per_s": 0.5, "seconds_per_step": 9}"#)
    let command = try bench(run, ["learner", "model"] + Self.shape + ["--rounds", "2"])
    #expect(await command.status() == 0, "\(command.errors)")
    let calls = run.folder.lines("calls")
    let expected =
      "threads 1: peers/fake.py model --dtype float32 --threads 1 --groups 2 --responses 2 --prompt 3 --response 4 --steps 1 --micro-batch "
    #expect(calls.count == 2 && calls.allSatisfy { $0.hasPrefix(expected) }, "\(calls)")
    let words = command.errors.split(separator: "\n").map { $0.prefix { $0 != " " } }
    #expect(words == ["round", "round", "empo", "fake", "ratio"], "\(command.errors)")
    struct Spread: Decodable {
      var median: Double
      var minimum: Double
      var maximum: Double
    }
    struct Result: Decodable {
      var bench: String
      var peer: String
      var rounds: Int
      var unit: String
      var ours: Spread
      var theirs: Spread
      var ratio: Spread
    }
    let result = try JSONDecoder().decode(Result.self, from: Data(command.output.utf8))
    #expect(result.bench == "learner" && result.peer == "fake" && result.rounds == 2 && result.unit == "tokens_per_s")
    #expect(result.theirs.median == 0.5 && result.theirs.maximum == 0.5)
    #expect(result.ours.minimum <= result.ours.median && result.ours.median <= result.ours.maximum)
    #expect(result.ratio.minimum == result.ours.minimum / 0.5)
  }

  @Test("A bench of sampling is compared by its own flags")
  func rollout() async throws {
    let run = try await TinyRun()
    try Self.install(in: run, saying: #"{"tokens_per_s": 2}"#)
    let flags = ["--prompts", "1", "--group", "2", "--prompt", "3", "--new", "4", "--rounds", "1"]
    let command = try bench(run, ["rollout", "model"] + flags)
    #expect(await command.status() == 0, "\(command.errors)")
    #expect(run.folder.lines("calls").first?.hasSuffix("--prompts 1 --group 2 --prompt 3 --new 4") == true)
  }

  @Test(
    "A peer that fails or says nothing of use ends the bench with one line",
    arguments: [("", "printed no line of JSON with tokens_per_s or seconds_per_step"), ("exit", "ended with"), ("{}", "printed no line")])
  func failures(output: String, expected: String) async throws {
    let run = try await TinyRun()
    try Self.install(in: run, saying: output)
    let command = try bench(run, ["learner", "model"] + Self.shape)
    #expect(await command.status() == 1)
    #expect(command.error.contains("peers/venv/bin/python peers/fake.py") && command.error.contains(expected), "\(command.errors)")
  }

  @Test("What cannot be compared is refused in one line")
  func refusals() async throws {
    let run = try await TinyRun()
    let cases: [(arguments: [String], status: Int32, expected: String)] = [
      (["learner", "model", "--vs", "fake", "--peers", "peers"], 1, "there is no peer \"fake\": looked for peers/fake.py"),
      (["learner", "model", "--vs", "fake"], 2, "--vs and --peers belong together"),
      (["learner", "--vs", "fake", "--peers", "peers"], 2, "--vs compares on a real model"),
      (["learner", "--responses", "1"], 2, "--responses 1: expected an integer from 2 to 1024"),
      (["rollout", "model", "--check", "--vs", "fake", "--peers", "peers"], 2, "--check is of this program alone"),
      (["rollout", "model", "--vs", "fake", "--peers", "peers", "--rounds", "0"], 2, "--rounds 0"),
    ]
    for (arguments, status, expected) in cases {
      let command = try Command(["bench"] + arguments, in: run.folder)
      #expect(await command.status() == status, "\(command.errors)")
      #expect(command.errors.split(separator: "\n").count == 1 && command.error.contains(expected), "\(command.errors)")
    }
  }

  private func bench(_ run: TinyRun, _ arguments: [String]) throws -> Command {
    try Command(["bench"] + arguments + ["--vs", "fake", "--peers", "peers"], in: run.folder)
  }

  /// Makes the folder of a peer that prints a line, or ends with an error where it is `exit`.
  private static func install(in run: TinyRun, saying line: String) throws {
    try FileManager.default.createDirectory(atPath: run.folder.file("peers/venv/bin"), withIntermediateDirectories: true)
    let end = line == "exit" ? "exit 3" : "echo '\(line)'"
    try run.write("#!/bin/sh\necho \"threads $OMP_NUM_THREADS: $*\" >>calls\n\(end)\n", to: "peers/venv/bin/python")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: run.folder.file("peers/venv/bin/python"))
    try run.write("", to: "peers/fake.py")
  }
}
