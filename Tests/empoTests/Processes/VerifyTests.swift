import Foundation
import TestSupport
import Testing

/// `empo verify` on runs of real processes.
@Suite struct VerifyTests {
  @Test("A run is bit-equal while it goes on and afterwards", arguments: ["", RunIsAFunctionTests.adapters])
  func run(settings: String) async throws {
    let run = try await TinyRun(settings)
    func verify(_ arguments: [String], _ name: String) throws -> Command {
      try Command(["verify", "run"] + arguments, in: run.folder, name: name)
    }
    let training = try run.train("run")
    #expect(await eventually { run.steps(of: "run") >= 1 })
    let early = try verify(["--step", "0"], "early")
    #expect(await early.status() == 0, "\(early.errors)")
    #expect(await training.status() == 0, "\(training.errors)")

    let all = try verify(["--all"], "all")
    #expect(await all.status() == 0, "\(all.output) \(all.errors)")
    let lines = all.output.split(separator: "\n")
    #expect(lines.count == 6 && lines.allSatisfy { $0.contains(": bit-equal, loss ") && $0.contains(", XXH3 ") }, "\(all.output)")
    #expect(lines[5].hasPrefix("step 5, from the base model: "))

    let last = try verify(["--step", "5"], "last")
    #expect(await last.status() == 0, "\(last.errors)")
    #expect(last.output.hasPrefix("step 5, from the checkpoint of version 4\n"))
    #expect(last.output.contains("policy_sha256 \(try run.digest(of: "run"))"), "\(last.output)")

    let none = try verify(["--step", "6"], "none")
    #expect(await none.status() == 1)
    #expect(none.error.contains("step 6 of run cannot be verified, since the ledger has no record of it; these can be: 0 to 5"))
    let both = try verify(["--step", "5", "--all"], "both")
    #expect(await both.status() == 2)

    // What the report says of the weights is compared as well.
    let report = run.folder.text("run/report.json")
    try run.write(report.replacing(try run.digest(of: "run"), with: String(repeating: "0", count: 64)), to: "run/report.json")
    let changed = try verify(["--step", "5"], "changed")
    #expect(await changed.status() == 1)
    #expect(changed.error.hasPrefix("empo: error: step 5: report.json: policy_sha256 recorded 0000"), "\(changed.errors)")
  }
}
