import Foundation
import TestSupport
import Testing

/// Runs that are given some hours at a time.
@Suite("Hours", .serialized)
struct TimeLimitTests {
  @Test("A run in many short parts ends where the undisturbed one does, and each part says how to go on")
  func parts() async throws {
    let run = try await TinyRun()
    let plain = try run.train("plain")
    #expect(await plain.status() == 0, "\(plain.errors)")

    // A tenth of a second ends before anything is trained; twice as long each time, it is enough at last on any machine.
    var seconds = 0.1
    var part = try run.train("timed", Self.hours(seconds))
    var parts = 1
    while true {
      #expect(await part.status() == 0, "\(part.errors)")
      #expect(part.children.isEmpty)
      if run.folder.exists("timed/report.json") { break }
      let hours = Self.hours(seconds)[1]
      #expect(part.lastLine == "to resume: empo train --resume timed --hours \(hours)", "\(part.errors)")
      #expect(part.output.contains("out of time "), "\(part.output)")
      #expect(!part.errors.contains("restart"), "\(part.errors)")
      seconds *= 2
      parts += 1
      try #require(parts < 16)
      part = try run.resume("timed", Self.hours(seconds))
    }
    #expect(parts > 1)
    #expect(try run.digest(of: "timed") == run.digest(of: "plain"))
    #expect(run.steps(of: "timed") == 6)
  }

  @Test("A learner of its own ends with status 0, and a worker of another host waits for the next one")
  func learnerAlone() async throws {
    let run = try await TinyRun()
    let plain = try run.train("plain")
    let preparation = try run.train("alone", ["--workers", "0", "--prepare"])
    #expect(await preparation.status() == 0, "\(preparation.errors)")
    let first = try Command(["learner", "--run", "alone"] + Self.hours(3), in: run.folder, name: "first")
    #expect(await eventually { run.folder.exists("alone/endpoints.json") || first.hasEnded })
    struct Endpoints: Decodable {
      var learner: String
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: run.folder.file("alone/endpoints.json")))
    let endpoint = try JSONDecoder().decode(Endpoints.self, from: data).learner
    let worker = try Command(["worker", "--connect", endpoint, "--name", "far"], in: run.folder, name: "worker")
    #expect(await first.status() == 0, "\(first.errors)")
    if !run.folder.exists("alone/report.json") {
      #expect(first.lastLine.hasPrefix("to resume: empo learner --run alone --hours 0.0008"), "\(first.errors)")
      #expect(!worker.hasEnded)
    }
    let second = try Command(["learner", "--run", "alone"], in: run.folder, name: "second")
    for command in [plain, second, worker] { #expect(await command.status() == 0, "\(command.errors)") }
    #expect(try run.digest(of: "alone") == run.digest(of: "plain"))
  }

  @Test(
    "Hours that no run can have are a usage error",
    arguments: [
      (["train", "--hours", "0"], "--hours 0: expected a number above 0 and at most 87600"),
      (["train", "--hours=-1"], "--hours -1: expected a number above 0"), (["train", "--hours", "nan"], "--hours nan"),
      (["learner", "--run", "a", "--hours", "1e9"], "at most 87600"), (["train", "--hours", "soon"], "--hours"),
      (["train", "--hours", "1", "--dry-run"], "it takes no --dry-run"), (["train", "--hours", "1", "--prepare"], "it takes no --prepare"),
      (["launch", "--hosts", "a", "--hours", "0"], "--hours 0: expected a number above 0"),
    ])
  func usage(arguments: [String], expected: String) async throws {
    let command = try Command(arguments, in: ScratchFolder())
    #expect(await command.status() == 2)
    #expect(command.errors.split(separator: "\n").count == 1 && command.error.contains(expected), "\(command.errors)")
  }

  /// A flag for so many seconds, as the program writes it.
  private static func hours(_ seconds: Double) -> [String] {
    ["--hours", "\(seconds / 3600)".replacing("e-0", with: "e-")]
  }
}
