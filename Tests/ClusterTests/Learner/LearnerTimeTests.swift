import Cluster
import EMPO
import Testing
import Wire

/// A learner whose time is bounded.
@Suite("Learner's time") struct LearnerTimeTests {
  /// Trains a step that takes so long.
  private func train(_ script: inout LearnerScript, step: UInt32, taking milliseconds: Milliseconds) -> [LearnerMachine.Action] {
    script.now += milliseconds
    return script.fill(step: step, "a") + script.on(.policyPublished(version: step + 1))
  }

  @Test("A step that is sampled when the time is used up is left, its groups are kept, and no worker is sent home")
  func sampledStepIsLeft() throws {
    var script = try LearnerScript(Fixture.plan(steps: 9), end: 5_000)
    _ = script.on(.start)
    _ = script.join("a")
    _ = train(&script, step: 0, taking: 1_000)
    _ = script.send(step: 1, slot: 0, "a")
    let out = script.wait(4_000)
    #expect(out.prefix(2) == [.notify(.outOfTime(left: 0, step: 1_000)), .checkpoint(version: 1, oldest: 0)])
    let late = script.fill(step: 1, "a")
    #expect(late.persisted.count == 3 && late.trained.isEmpty)
    let end = script.on(.checkpointed(version: 1))
    #expect(end.last == .end(.outOfTime(version: 1)))
    #expect(!(out + late + end).contains(.send(.finish, to: Peer("a"))))
  }

  @Test("An update that runs when the time is used up is finished")
  func runningUpdateIsFinished() throws {
    var script = try LearnerScript(Fixture.plan(steps: 9), end: 5_000)
    _ = script.on(.start)
    _ = script.join("a")
    #expect(script.fill(step: 0, "a").trained == [0])
    #expect(script.wait(9_000).notices.contains(.outOfTime(left: 0, step: nil)))
    let published = script.on(.policyPublished(version: 1))
    #expect(published.contains(.checkpoint(version: 1, oldest: 0)) && published.trained.isEmpty)
    #expect(script.on(.checkpointed(version: 1)).last == .end(.outOfTime(version: 1)))
  }

  @Test("No step is begun that would end too late, as the last steps without the first tell")
  func noStepIsBegunTooLate() throws {
    var script = try LearnerScript(Fixture.plan(steps: 9), end: 10_000)
    _ = script.on(.start)
    _ = script.join("a")
    // The first step alone would leave no room for another.
    let first = train(&script, step: 0, taking: 4_000)
    let second = train(&script, step: 1, taking: 1_000)
    let third = train(&script, step: 2, taking: 3_000)
    #expect((first + second + third).notices.allSatisfy { if case .outOfTime = $0 { false } else { true } })
    let fourth = train(&script, step: 3, taking: 500)
    #expect(fourth.trained == [3] && !fourth.contains(.notify(.outOfTime(left: 1_500, step: 1_500))))
    let fifth = train(&script, step: 4, taking: 500)
    #expect(fifth.contains(.notify(.outOfTime(left: 1_000, step: 1_250))))
    #expect(fifth.last == .checkpoint(version: 5, oldest: 4))
    #expect(script.on(.checkpointed(version: 5)).last == .end(.outOfTime(version: 5)))
  }

  @Test("A measurement that is due is left to the next learner where no other step fits")
  func measurementIsLeft() throws {
    var script = try LearnerScript(Fixture.plan(steps: 9, evaluateEvery: 1, heldOut: 1), evaluated: [0], end: 3_000)
    _ = script.on(.start)
    _ = script.join("a")
    let only = train(&script, step: 0, taking: 2_000)
    #expect(only.notices.contains(.outOfTime(left: 1_000, step: 2_000)))
    #expect(!only.notices.contains(.measuring(version: 1, answered: 0, questions: 1)))
  }

  @Test("A learner that has no time left when it starts begins no update")
  func noTimeAtAll() throws {
    let whole = (0..<4).map { Fixture.result(step: 0, slot: $0) }
    var script = try LearnerScript(stored: whole, end: -1)
    let start = script.on(.start)
    #expect(start.trained.isEmpty)
    #expect(start.last == .end(.outOfTime(version: 0)))
  }

  @Test("A run whose last step ends in time is complete, and time that runs out afterwards changes nothing")
  func lastStep() throws {
    var script = try LearnerScript(Fixture.plan(steps: 1), end: 3_500)
    _ = script.on(.start)
    _ = script.join("a")
    #expect(train(&script, step: 0, taking: 3_000).last == .checkpoint(version: 1, oldest: 0))
    #expect(script.on(.checkpointed(version: 1)).notices.last == .complete)
    #expect(script.wait(1_000).isEmpty)
    #expect(script.say(.goodbye, "a").last == .end(.complete))
  }

  @Test("A request to stop that came before the time was used up counts")
  func earlierRequest() throws {
    var script = try LearnerScript(Fixture.plan(steps: 9), end: 5_000)
    _ = script.on(.start)
    _ = script.join("a")
    _ = train(&script, step: 0, taking: 1_000)
    _ = script.on(.stop)
    #expect(!script.wait(4_500).notices.contains(.outOfTime(left: 0, step: 1_000)))
    #expect(script.on(.checkpointed(version: 1)).last == .end(.stopped(version: 1)))
  }
}
