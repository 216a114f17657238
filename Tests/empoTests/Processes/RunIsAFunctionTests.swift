import Foundation
import TestSupport
import Testing

/// Whole runs in real processes: whatever happens to them, the final parameters are the same.
@Suite("A run is a function", .serialized)
struct RunIsAFunctionTests {
  /// Adapters in place of all weights.
  static let adapters = "train: lora\nlora:\n  rank: 4\n  targets: q_proj,down_proj"

  @Test("Of neither the number of workers, nor of threads, nor of what is killed when", arguments: ["", adapters])
  func digests(settings: String) async throws {
    let run = try await TinyRun(settings)
    // Together, since most of a run this short is waiting.
    let plain = try run.train("plain")
    let others = try [1, 3].map { try run.train("workers-\($0)", ["--workers", "\($0)"]) }
    try run.write(run.folder.text("run.yaml") + "\nlearner:\n  threads: 1\nworker:\n  threads: 2\n  max_sequences: 3\n", to: "other.yaml")
    let threads = try Command(["train", "other.yaml", "--run", "threads"], in: run.folder, name: "threads")
    let killed = try [Victim("worker-1", of: run), Victim("learner", of: run)]

    for command in [plain, threads] + others + killed.map(\.command) {
      #expect(await command.status() == 0, "\(command.errors)")
    }
    let expected = try run.digest(of: "plain")
    #expect(expected.count == 64)
    for name in ["workers-1", "workers-3", "threads"] { #expect(try run.digest(of: name) == expected) }
    for victim in killed {
      #expect(victim.command.errors.contains("died of signal 9 (SIGKILL): restart 1 of"))
      #expect(try run.digest(of: victim.name) == expected)
    }
  }

  @Test(
    "Of who computes which part of a gradient, nor of what is killed meanwhile",
    arguments: ["gradient_parts: 3", "dtype: bfloat16\ngradient_parts: 3", adapters, "dtype: bfloat16\narithmetic: bf16\n" + adapters])
  func gradients(settings: String) async throws {
    let run = try await TinyRun(settings)
    let plain = try run.train("plain", ["--gradients", "learner"])
    let spread = ["--gradients", "workers"]
    let others = try [
      run.train("alone", spread + ["--workers", "1", "--learner-works", "false"]),
      run.train("three", spread + ["--workers", "3", "--learner-works", "false"]),
      run.train("mixed", spread + ["--learner-works", "true"]),
      run.train("checked", spread + ["--audit", "1"]),
    ]
    let killed = try [Victim("worker-1", of: run, spread), Victim("learner", of: run, spread)]
    for command in [plain] + others + killed.map(\.command) { #expect(await command.status() == 0, "\(command.errors)") }
    let expected = try run.digest(of: "plain")
    for name in ["alone", "three", "mixed", "checked"] + killed.map(\.name) { #expect(try run.digest(of: name) == expected, "\(name)") }
    #expect(others.allSatisfy { $0.output.contains("bound by ") }, "\(others[0].output)")
  }

  /// A run of which one process is killed at its beginning and after three steps.
  ///
  /// A thread of its own does it: tests that compute may keep the tasks of this one waiting until the run is over.
  struct Victim {
    let name: String
    let command: Command

    init(_ process: String, of run: TinyRun, _ flags: [String] = []) throws {
      let name = "killed-" + process
      let command = try run.train(name, flags)
      self.name = name
      self.command = command
      Thread.detachNewThread {
        for steps in [0, 3] {
          while run.steps(of: name) < steps || command.children[process] == nil {
            if command.hasEnded { return }
            Thread.sleep(forTimeInterval: 0.02)
          }
          guard let pid = command.children[process] else { return }
          Foundation.kill(pid, SIGKILL)
          while command.children[process] == pid { Thread.sleep(forTimeInterval: 0.02) }
        }
      }
    }
  }

  /// In bfloat16, where a policy is not its parameters and both must come back; and the like of adapters.
  @Test(
    "Of neither the supervisor's death, which leaves no orphans, nor of an interrupt", arguments: ["dtype: bfloat16", adapters])
  func resumption(settings: String) async throws {
    let run = try await TinyRun(settings)
    let plain = try run.train("plain")
    let killed = try run.train("killed")
    #expect(await eventually { run.steps(of: "killed") >= 2 && killed.children.count == 3 })
    let children = killed.children.values
    killed.send(SIGKILL)
    #expect(await killed.status() == 128 + SIGKILL)
    let resumed = try run.resume("killed")
    #expect(await eventually { !children.contains(where: isRunning) })

    let interrupted = try run.train("interrupted")
    #expect(await eventually { run.steps(of: "interrupted") >= 1 })
    interrupted.send(SIGINT)
    #expect(await interrupted.status() == 130, "\(interrupted.errors)")
    #expect(interrupted.lastLine == "to resume: empo train --resume interrupted")
    #expect(interrupted.children.isEmpty)
    // Others compute the gradients from then on.
    let continued = try run.resume("interrupted", ["--gradients", "workers", "--learner-works", "false"])

    for command in [plain, resumed, continued] { #expect(await command.status() == 0, "\(command.errors)") }
    #expect([interrupted, continued].map { $0.output.contains("bound by ") } == [false, true], "\(continued.output)")
    let expected = try run.digest(of: "plain")
    #expect(try run.digest(of: "killed") == expected)
    #expect(try run.digest(of: "interrupted") == expected)
  }

  @Test("Of neither a damaged nor a deleted ledger, once the loss is accepted", arguments: ["damaged", "deleted"])
  func loss(_ kind: String) async throws {
    let run = try await TinyRun()
    let plain = try run.train("plain")
    let killed = try run.train("killed")
    #expect(await eventually { run.steps(of: "killed") >= 3 })
    let children = killed.children.values
    killed.send(SIGKILL)
    #expect(await killed.status() == 128 + SIGKILL)
    #expect(await eventually { !children.contains(where: isRunning) })
    let ledger = run.folder.file("killed/ledger.sqlite")
    if kind == "deleted" {
      for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: ledger + suffix) }
    } else {
      // What was written since the learner began is in the log.
      try FileManager.default.removeItem(atPath: ledger + "-wal")
    }
    let refused = try run.resume("killed")
    #expect(await refused.status() == 1)
    #expect(refused.error.contains("ledger.sqlite") && refused.error.contains("continue with --accept-loss"), "\(refused.errors)")
    #expect(refused.error.contains("is missing") == (kind == "deleted"), "\(refused.error)")
    let accepted = try run.resume("killed", ["--accept-loss"])
    for command in [plain, accepted] { #expect(await command.status() == 0, "\(command.errors)") }
    #expect(accepted.output.contains("loss accepted: of the steps from "), "\(accepted.output)")
    #expect(try run.digest(of: "killed") == run.digest(of: "plain"))
  }

  @Test("Of which groups were unanimous, and not of who sampled them or died")
  func skipping() async throws {
    let run = try await TinyRun(
      """
      questions: questions.jsonl
      whole_response: true
      judge: exact
      skip_unanimous: 1
      """)
    let questions = (2...6).map { #"{"question": "Tom has \#($0) apples and eats one."}"# }
    try run.write(questions.joined(separator: "\n") + "\n", to: "questions.jsonl")
    // Nearly greedy and short, so that some groups are unanimous and others are not.
    let flags = ["--temperature", "0.05", "--max-tokens", "4", "--group-size", "2", "--steps", "8"]
    let plain = try run.train("plain", flags)
    let alone = try run.train("alone", flags + ["--workers", "1"])
    let killed = try run.train("killed", flags)
    #expect(await eventually { run.steps(of: "killed") >= 3 })
    killed.send(SIGKILL)
    #expect(await killed.status() == 128 + SIGKILL)
    let resumed = try run.resume("killed")
    for command in [plain, alone, resumed] { #expect(await command.status() == 0, "\(command.errors)") }
    let expected = try run.digest(of: "plain")
    #expect(try run.digest(of: "alone") == expected)
    #expect(try run.digest(of: "killed") == expected)
    func skipped(_ name: String) throws -> [Double?] {
      try run.folder.lines(name + "/metrics.jsonl").map { line in
        try JSONDecoder().decode([String: Double].self, from: Data(line.utf8))["skipped_questions"]
      }
    }
    let counts = try skipped("plain").map { $0 ?? -1 }
    #expect(counts.allSatisfy { $0 >= 0 } && counts.reduce(0, +) > 0, "\(counts)")
    #expect(try skipped("alone") == skipped("plain"))
    #expect(try skipped("killed") == skipped("plain"))
    #expect(run.folder.text("plain/report.json").contains(#""tokens_saved""#))
  }

  @Test(
    "On-policy ratios are exactly 1",
    arguments: ["dtype: float32", "dtype: bfloat16\narithmetic: exact", "dtype: bfloat16\narithmetic: bf16"], ["", "\n" + adapters])
  func ratios(storage: String, trained: String) async throws {
    let run = try await TinyRun(storage + trained)
    let command = try run.train("on-policy", ["--lag", "0", "--steps", "3"])
    #expect(await command.status() == 0, "\(command.errors)")
    let lines = run.folder.lines("on-policy/metrics.jsonl")
    #expect(lines.count == 3)
    for line in lines {
      let metrics = try JSONDecoder().decode([String: Double].self, from: Data(line.utf8))
      #expect(metrics["trained_tokens"] ?? 0 > 0)
      #expect(metrics["minimum_ratio"] == 1 && metrics["maximum_ratio"] == 1)
    }
  }
}
