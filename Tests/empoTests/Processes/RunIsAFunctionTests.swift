import Foundation
import Testing

/// Whole runs in real processes: whatever happens to them, the final parameters are the same.
@Suite("A run is a function", .serialized)
struct RunIsAFunctionTests {
  @Test("of neither the number of workers, nor of threads, nor of what is killed when")
  func digests() async throws {
    let run = try await TinyRun()
    let plain = try run.train("plain")
    #expect(await plain.status() == 0, "\(plain.errors)")
    let expected = try run.digest(of: "plain")
    #expect(expected.count == 64)

    for workers in [1, 3] {
      let name = "workers-\(workers)"
      let command = try run.train(name, ["--workers", "\(workers)"])
      #expect(await command.status() == 0, "\(command.errors)")
      #expect(try run.digest(of: name) == expected)
    }

    try run.write(run.folder.text("run.yaml") + "\nlearner:\n  threads: 1\nworker:\n  threads: 2\n  max_sequences: 3\n", to: "run.yaml")
    let threads = try run.train("threads")
    #expect(await threads.status() == 0, "\(threads.errors)")
    #expect(try run.digest(of: "threads") == expected)

    for victim in ["worker-1", "learner"] {
      let name = "killed-\(victim)"
      let command = try run.train(name)
      for steps in [0, 3] {
        #expect(await eventually { run.steps(of: name) >= steps && command.children[victim] != nil })
        let pid = try #require(command.children[victim])
        kill(pid, SIGKILL)
        #expect(await eventually { command.children[victim] != pid })
      }
      #expect(await command.status() == 0, "\(command.errors)")
      #expect(command.errors.contains("died of signal 9 (SIGKILL): restart 1 of"))
      #expect(try run.digest(of: name) == expected)
    }
  }

  @Test("of neither the supervisor's death, which leaves no orphans, nor of an interrupt")
  func resumption() async throws {
    let run = try await TinyRun()
    let plain = try run.train("plain")
    #expect(await plain.status() == 0, "\(plain.errors)")

    let killed = try run.train("killed")
    #expect(await eventually { run.steps(of: "killed") >= 2 && killed.children.count == 3 })
    let children = killed.children.values
    killed.send(SIGKILL)
    #expect(await killed.status() == 128 + SIGKILL)
    let resumed = try run.resume("killed")
    #expect(await eventually(within: .seconds(5)) { !children.contains(where: isRunning) })
    #expect(await resumed.status() == 0, "\(resumed.errors)")
    #expect(try run.digest(of: "killed") == run.digest(of: "plain"))

    let interrupted = try run.train("interrupted")
    #expect(await eventually { run.steps(of: "interrupted") >= 1 })
    interrupted.send(SIGINT)
    #expect(await interrupted.status(within: .seconds(10)) == 130, "\(interrupted.errors)")
    #expect(interrupted.error == "to go on: empo train --resume interrupted")
    #expect(interrupted.children.isEmpty)
    let continued = try run.resume("interrupted")
    #expect(await continued.status() == 0, "\(continued.errors)")
    #expect(try run.digest(of: "interrupted") == run.digest(of: "plain"))
  }

  @Test("on-policy ratios are exactly 1")
  func ratios() async throws {
    let run = try await TinyRun()
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
