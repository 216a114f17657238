import Runs
import TestSupport
import Testing

/// A run that goes on for more steps.
@Suite("A longer run")
struct LongerRunTests {
  private func refusal(_ flags: [String: String], to steps: Int) throws -> String {
    let configuration = try RunConfiguration.load(environment: [:], flags: flags)
    let error = #expect(throws: RunsError.self) { try configuration.lengthened(to: steps) }
    return error?.message ?? ""
  }

  @Test("With a constant rate it is the run that was begun with as many steps") func constant() throws {
    let short = try RunConfiguration.load(environment: [:], flags: ["steps": "20", "optimizer.schedule": "constant"])
    let long = try RunConfiguration.load(environment: [:], flags: ["steps": "30", "optimizer.schedule": "constant"])
    #expect(try short.lengthened(to: 30) == long)
    #expect(try short.lengthened(to: 20) == short)
    #expect(short.outcomeDigest == long.outcomeDigest)
  }

  @Test("Where the result would be another one, it is refused with the reason")
  func refusals() throws {
    for schedule in ["linear", "cosine", "trapezoid"] {
      let told = try refusal(["steps": "20", "optimizer.schedule": schedule], to: 30)
      #expect(told.contains("the run has 20, and cannot go on to 30: with optimizer.schedule \(schedule), the learning rate of every step"))
    }
    #expect(try refusal(["steps": "20"], to: 19).contains("a run that goes on takes more steps, and none away"))
    #expect(try refusal(["steps": "3"], to: 9).contains("its warm-up of 3 was cut to the run's length"))
    let guarded = ["steps": "15", "guard": "stop", "held_out": "embedded", "evaluate_every": "10"]
    #expect(try refusal(guarded, to: 20).contains("its guard may end the run by the measurement after step 15"))
    #expect(throws: Never.self) {
      try RunConfiguration.load(environment: [:], flags: guarded.merging(["steps": "20"]) { $1 }).lengthened(to: 30)
    }
  }
}
