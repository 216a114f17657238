import Foundation
import TestSupport
import Testing

/// Runs that their guard ends, in real processes.
@Suite("The guard", .serialized)
struct GuardTests {
  private struct Report: Decodable {
    struct Finding: Decodable {
      var stopped: Bool
      var decided_at_version: Int?
      var alarms: [String]
    }
    var steps: Int
    var `guard`: Finding?
  }

  private func report(_ name: String, of run: TinyRun) throws -> Report {
    try JSONDecoder().decode(Report.self, from: Data(contentsOf: URL(fileURLWithPath: run.folder.file(name + "/report.json"))))
  }

  /// Updates that are far too large, so that the second or third step raises an alarm.
  private static let fast = ["--learning-rate", "0.05"]

  @Test("A run that it ends is the shorter run, with one worker or two, and with a learner that dies between decision and end")
  func stopping() async throws {
    let run = try await TinyRun("steps: 12\nlag: 3\nguard_window: 1\nguard: stop")
    let plain = try run.train("plain", Self.fast)
    let alone = try run.train("alone", Self.fast + ["--workers", "1"])
    let killed = try RunIsAFunctionTests.Victim("learner", of: run, Self.fast)
    for command in [plain, alone, killed.command] { #expect(await command.status() == 0, "\(command.errors)") }
    #expect(killed.command.errors.contains("died of signal 9 (SIGKILL): restart 1 of"))

    let found = try report("plain", of: run)
    let decided = try #require(found.guard?.decided_at_version)
    #expect(found.guard?.stopped == true && found.guard?.alarms.isEmpty == false)
    #expect(found.steps == decided + 3 && found.steps < 12)
    #expect(run.steps(of: "plain") == found.steps)
    #expect(plain.output.contains("stopped         by the guard after step \(found.steps) of 12"), "\(plain.output)")
    #expect(try report("alone", of: run).steps == found.steps && report(killed.name, of: run).steps == found.steps)

    let shorter = try run.train("shorter", Self.fast + ["--guard", "off", "--steps", "\(found.steps)"])
    #expect(await shorter.status() == 0, "\(shorter.errors)")
    #expect(try report("shorter", of: run).guard == nil)
    let expected = try run.digest(of: "shorter")
    for name in ["plain", "alone", killed.name] { #expect(try run.digest(of: name) == expected, "\(name)") }

    // What is over stays over.
    let resumed = try run.resume("plain")
    #expect(await resumed.status() == 0, "\(resumed.errors)")
    #expect(try run.digest(of: "plain") == expected && report("plain", of: run).steps == found.steps)
  }

  @Test("A guard that warns says so and changes nothing, and an export says what it takes")
  func warning() async throws {
    let run = try await TinyRun("steps: 6\nguard_window: 1\nguard: warn")
    let warned = try run.train("warned", Self.fast)
    let off = try run.train("off", Self.fast + ["--guard", "off"])
    for command in [warned, off] { #expect(await command.status() == 0, "\(command.errors)") }
    #expect(try run.digest(of: "warned") == run.digest(of: "off"))
    let found = try report("warned", of: run)
    #expect(found.steps == 6 && found.guard?.stopped == false && found.guard?.decided_at_version == nil)
    let alarm = try #require(found.guard?.alarms.first)
    #expect(warned.output.contains(alarm) || warned.errors.contains(alarm), "\(alarm)")
    let export = try Command(["export", "warned", "exported", "--last"], in: run.folder, name: "export")
    #expect(await export.status() == 0, "\(export.errors)")
    #expect(export.errors.contains("step-000006 (the run's last) written to exported"), "\(export.errors)")
    #expect(!run.folder.exists("off/best.json"))
    let best = try Command(["export", "warned", "best"], in: run.folder, name: "best")
    #expect(await best.status() == 0, "\(best.errors)")
    #expect(run.folder.exists("warned/best.json") && best.errors.contains("step-00000"), "\(best.errors)")
  }
}
