import Cluster
import Testing
import Wire

/// The rate of a step's own groups. A group of the fixture has six response tokens.
@Suite struct StepTimingTests {
  /// The timing of the step that ends with a version.
  private func publish(_ version: UInt32, _ script: inout LearnerScript) throws -> StepTiming {
    try #require(
      script.on(.policyPublished(version: version)).compactMap { if case .record(let timing) = $0 { timing } else { nil } }.first)
  }

  @Test("With a lag, the last step has the rate of its own groups, though all were in before it began")
  func lastStepHasARate() throws {
    var script = try LearnerScript(Fixture.plan(steps: 3))
    _ = script.on(.start)
    _ = script.join("a")
    // A worker that gives a group every half second. Updates take 1.5 s, and the next step's groups come meanwhile.
    var timings: [StepTiming] = []
    for step in 0..<3 as Range<UInt32> {
      if step == 0 { try sendSlowly(step: 0, &script) }
      if step < 2 { try sendSlowly(step: step + 1, &script) } else { script.now += 1_500 }
      timings.append(try publish(step + 1, &script))
    }
    #expect(timings.map(\.pace.seconds) == [4, 2, 1.5])
    #expect(timings.map(\.groups) == [4, 4, 4])
    #expect(timings.map(\.intakeSeconds) == [2, 2, 2])
    #expect(timings.map(\.pace.tokensPerSecond) == [12, 12, 12])
    #expect(timings.map(\.pace.groupsPerSecond) == [2, 2, 2])
    #expect(script.machine.version == 3)
  }

  private func sendSlowly(step: UInt32, _ script: inout LearnerScript) throws {
    for slot in 0..<4 as Range<UInt32> {
      script.now += 500
      #expect(script.send(step: step, slot: slot, "a").dispositions == [.accepted])
    }
  }

  @Test("A group counts for its step, in whatever order the groups of two steps come")
  func groupsCountForTheirStep() throws {
    var script = try LearnerScript()
    _ = script.on(.start)
    _ = script.join("a")
    let order: [(step: UInt32, slot: UInt32)] = [(0, 0), (0, 1), (1, 0), (0, 2), (1, 1), (1, 2), (1, 3), (0, 3)]
    for (step, slot) in order {
      script.now += 1_000
      _ = script.send(step: step, slot: slot, "a")
    }
    // A second copy is nobody's.
    _ = script.send(step: 1, slot: 3, "a")
    let first = try publish(1, &script)
    #expect(first.groups == 4 && first.intakeSeconds == 8 && first.pace.duplicates == 1)
    // From the group before its first, at 2 s, to its last, at 7 s.
    let second = try publish(2, &script)
    #expect(second.groups == 4 && second.intakeSeconds == 5 && second.responseTokens == 24)
    #expect(second.pace.duplicates == 0)
  }

  @Test("A step whose groups a restarted learner found in the ledger has no rate")
  func foundGroupsHaveNoRate() throws {
    let stored = (0..<4).map { Fixture.result(step: 0, slot: $0) } + (0..<2).map { Fixture.result(step: 1, slot: $0) }
    var script = try LearnerScript(stored: stored)
    script.now = 1_000
    #expect(script.on(.start).trained == [0])
    _ = script.join("a")
    script.now = 3_000
    _ = script.send(step: 1, slot: 2, "a")
    _ = script.send(step: 1, slot: 3, "a")
    let found = try publish(1, &script)
    #expect(found.groups == 0 && found.pace.tokensPerSecond == 0 && found.pace.groupsPerSecond == 0)
    // Of the next step it counts what it accepted itself, since its start.
    let next = try publish(2, &script)
    #expect(next.groups == 2 && next.intakeSeconds == 2 && next.pace.tokensPerSecond == 6)
  }
}
