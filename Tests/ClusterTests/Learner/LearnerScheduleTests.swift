import Cluster
import EMPO
import Testing
import Wire

@Suite struct LearnerScheduleTests {
  /// Trains from `first` up to and including `last`.
  private func train(_ script: inout LearnerScript, steps: ClosedRange<UInt32>) -> [LearnerMachine.Action] {
    steps.flatMap { step in
      script.fill(step: step, "a") + script.on(.policyPublished(version: step + 1))
    }
  }

  @Test("A complete run is checkpointed before workers are told and ends when they left")
  func aCompleteRunIsCheckpointedBeforeWorkersAreToldAndEndsWhenTheyLeft() throws {
    var script = try LearnerScript()
    script.now = 3_000
    _ = script.join("a")
    let trained = train(&script, steps: 0...3)
    #expect(trained.trained == [0, 1, 2, 3])
    #expect(trained.last == .checkpoint(version: 4, oldest: 3))
    #expect(!trained.contains(.send(.finish, to: Peer("a"))))
    let durable = script.on(.checkpointed(version: 4))
    #expect(durable.contains(.send(.finish, to: Peer("a"))))
    #expect(script.beat("a").contains(.send(.finish, to: Peer("a"))))
    #expect(script.join("late") == [.send(.finish, to: Peer("late"))])
    #expect(script.say(.goodbye, "a").last == .end(.complete))
    #expect(script.wait(1_000).isEmpty)
  }

  @Test("A worker that says no goodbye is not waited for long") func aWorkerThatSaysNoGoodbyeIsNotWaitedForLong() throws {
    var script = try LearnerScript(Fixture.plan(steps: 1))
    _ = script.join("a")
    _ = train(&script, steps: 0...0)
    _ = script.on(.checkpointed(version: 1))
    #expect(script.wait(2_999).isEmpty)
    #expect(script.wait(1) == [.end(.complete)])
  }

  @Test("Checkpoints are due by version") func checkpointsAreDueByVersion() throws {
    var script = try LearnerScript(Fixture.plan(steps: 5, checkpointEvery: 2))
    _ = script.join("a")
    let due = train(&script, steps: 0...4).filter { if case .checkpoint = $0 { true } else { false } }
    #expect(due == [.checkpoint(version: 2, oldest: 1), .checkpoint(version: 4, oldest: 3), .checkpoint(version: 5, oldest: 4)])
  }

  @Test("Stopping an idle learner checkpoints and ends") func stoppingAnIdleLearnerCheckpointsAndEnds() throws {
    var script = try LearnerScript()
    _ = script.join("a")
    _ = train(&script, steps: 0...0)
    #expect(script.on(.stop) == [.notify(.stopping), .checkpoint(version: 1, oldest: 0)])
    // Groups that are on their way are still kept; nothing new is leased or trained.
    let late = script.fill(step: 1, "a")
    #expect(late.dispositions == [.accepted, .accepted, .accepted, .accepted])
    #expect(late.trained.isEmpty && late.grants(to: "a").isEmpty)
    let end = script.on(.checkpointed(version: 1))
    #expect(end.last == .end(.stopped(version: 1)))
    #expect(!end.contains(.send(.finish, to: Peer("a"))))
  }

  @Test("Stopping during an update waits for it") func stoppingDuringAnUpdateWaitsForIt() throws {
    var script = try LearnerScript()
    _ = script.join("a")
    _ = script.fill(step: 0, "a")
    _ = script.fill(step: 1, "a")
    #expect(script.on(.stop) == [.notify(.stopping)])
    let published = script.on(.policyPublished(version: 1))
    #expect(published.contains(.checkpoint(version: 1, oldest: 0)))
    #expect(published.trained.isEmpty)
    #expect(script.on(.checkpointed(version: 1)).last == .end(.stopped(version: 1)))
  }

  @Test("Stopping a fresh learner ends at once") func stoppingAFreshLearnerEndsAtOnce() throws {
    var script = try LearnerScript()
    _ = script.on(.start)
    #expect(script.on(.stop).last == .end(.stopped(version: 0)))
  }

  @Test("A restart replays whole steps and leases only what is missing") func aRestartReplaysWholeStepsAndLeasesOnlyWhatIsMissing() throws {
    // Checkpoint at version 1; the ledger holds steps 1 and 2 whole, and one slot of step 3.
    var stored = (0..<4).flatMap { slot in [Fixture.result(step: 1, slot: slot), Fixture.result(step: 2, slot: slot)] }
    stored.append(Fixture.result(step: 3, slot: 2))
    stored.append(Fixture.result(step: 0, slot: 0))
    var script = try LearnerScript(version: 1, retained: [0, 1], stored: stored.reversed())
    #expect(
      script.on(.start).contains(.train(step: 1, groups: (0..<4).map { Fixture.result(step: 1, slot: $0) }, questions: [4, 5, 6, 7])))
    #expect(script.join("a").grants(to: "a").isEmpty)
    let next = script.on(.policyPublished(version: 2))
    #expect(next.trained == [2])
    #expect(next.slots(to: "a") == [[3, 0], [3, 1], [3, 3]])
    #expect(script.send(step: 3, slot: 2, "a").dispositions == [.duplicate])
    _ = script.on(.policyPublished(version: 3))
    #expect(script.fill(step: 3, "a").trained == [3])
  }

  @Test("A restart of a complete run only tells workers") func aRestartOfACompleteRunOnlyTellsWorkers() throws {
    var script = try LearnerScript(version: 4, retained: [4])
    #expect(script.on(.start) == [.notify(.complete)])
    // Workers of its predecessor may still wait for it.
    #expect(script.beat("a") == [.send(.finish, to: Peer("a"))])
    #expect(script.wait(2_999).isEmpty)
    #expect(script.wait(1) == [.end(.complete)])
  }

  @Test("A restart without a version it needs says so") func aRestartWithoutAVersionItNeedsSaysSo() throws {
    // Step 1 is whole, step 2 needs version 1, step 1 needed version 0.
    let whole = (0..<4).map { Fixture.result(step: 1, slot: $0) }
    _ = try LearnerScript(version: 1, retained: [1], stored: whole)
    let error = try #require(throws: ClusterError.self) {
      try LearnerScript(version: 1, retained: [1], stored: Array(whole.dropLast()))
    }
    #expect(error.code == .checkpoint)
    #expect(error.message.contains("policy version 0"))
  }

  @Test("A ledger of another configuration is refused") func aLedgerOfAnotherConfigurationIsRefused() throws {
    var wrong = Fixture.result(step: 0, slot: 0)
    wrong.group.responses.removeLast()
    let error = try #require(throws: ClusterError.self) { try LearnerScript(stored: [wrong]) }
    #expect(error.code == .ledger)
    #expect(throws: ClusterError.self) { try LearnerScript(version: 9, retained: [9]) }
  }
}
