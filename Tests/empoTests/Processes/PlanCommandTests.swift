import Foundation
import TestSupport
import Testing

/// `empo plan`: what a run would take.
@Suite("empo plan")
struct PlanCommandTests {
  private struct Plan: Decodable {
    var run_steps: Int
    var is_probed: Bool
    var parts: Int
    var part_s: Double
    var hosts: [Row]

    struct Row: Decodable {
      var seconds_per_step: Double
    }
  }

  private func plan(_ arguments: [String], in run: TinyRun) async throws -> Plan {
    let command = try Command(["plan", "--run", "run", "--hosts", "1,2", "--json"] + arguments, in: run.folder, name: "plan")
    #expect(await command.status() == 0, "\(command.errors)")
    return try JSONDecoder().decode(Plan.self, from: Data(command.output.utf8))
  }

  @Test("A run's own steps are what its plan is from, unless something else is asked for") func ownSteps() async throws {
    let run = try await TinyRun("gradient_parts: 3")
    // On policy, so that the learner waits for groups in every step.
    let prepared = try run.train("run", ["--gradients", "workers", "--lag", "0", "--prepare"])
    #expect(await prepared.status() == 0, "\(prepared.errors)")
    let before = try await plan([], in: run)
    #expect(before.run_steps == 0 && before.is_probed)

    let resumed = try run.resume("run")
    #expect(await resumed.status() == 0, "\(resumed.errors)")
    let after = try await plan(["--steps", "1000"], in: run)
    #expect(after.run_steps == 6 && !after.is_probed)
    #expect(after.parts == 3 && after.part_s > 0 && after.hosts.allSatisfy { $0.seconds_per_step > 0 })
    for arguments in [["--probe"], ["--group-size", "2"]] {
      let probed = try await plan(arguments, in: run)
      #expect(probed.run_steps == 0 && probed.is_probed, "\(arguments)")
    }
    let text = try Command(["plan", "--run", "run"], in: run.folder, name: "text")
    #expect(await text.status() == 0, "\(text.errors)")
    #expect(text.output.hasPrefix("The figures are from 6 steps of the run.\n"), "\(text.output)")
  }
}
