import Cluster
import Testing
import Wire

@Suite struct LearnerStragglerTests {
  /// Two workers share a step of eight; all but the last slot of each are answered, a second after they were leased.
  private func nearlyDone(_ plan: LearnerPlan = Fixture.plan(questionsPerStep: 8, lag: 0)) throws -> LearnerScript {
    var script = try LearnerScript(plan)
    _ = script.join("a", credits: 4)
    _ = script.join("b", credits: 4)
    script.now = 1_000
    for slot in [0, 1, 2] as [UInt32] { _ = script.send(step: 0, slot: slot, lease: UInt64(slot + 1), "a") }
    for slot in [4, 5, 6, 7] as [UInt32] { _ = script.send(step: 0, slot: slot, lease: UInt64(slot + 1), "b") }
    return script
  }

  /// Keeps both workers and the lease of slot 3 alive.
  private func pass(_ script: inout LearnerScript, to time: Milliseconds) -> [LearnerMachine.Action] {
    var actions: [LearnerMachine.Action] = []
    while script.now < time {
      script.now = min(time, script.now + 1_000)
      actions += script.beat("a", leases: [4]) + script.beat("b", leases: [9])
    }
    return actions
  }

  @Test("A late slot that the update waits for goes to an idle worker as well")
  func aLateSlotThatTheUpdateWaitsForGoesToAnIdleWorkerAsWell() throws {
    var script = try nearlyDone()
    #expect(pass(&script, to: 3_000).grants(to: "b").isEmpty)
    let late = script.wait(101)
    #expect(late.slots(to: "b") == [[0, 3]])
    #expect(late.notices == [.leaseDoubled(item: WorkItem(step: 0, slot: 3), worker: "a", second: "b", milliseconds: 3_101)])
    // Once is enough.
    #expect(pass(&script, to: 4_000).grants(to: "b").isEmpty)
    let first = script.send(step: 0, slot: 3, lease: 9, "b")
    #expect(first.dispositions == [.accepted] && first.trained == [0])
    let second = script.send(step: 0, slot: 3, lease: 4, "a")
    #expect(second.dispositions == [.duplicate] && second.persisted.isEmpty)
  }

  @Test("A second lease that is lost leaves the first") func aSecondLeaseThatIsLostLeavesTheFirst() throws {
    var script = try nearlyDone()
    _ = pass(&script, to: 3_000)
    _ = script.wait(101)
    let gone = script.say(.goodbye, "b")
    #expect(gone.notices == [.workerLeft(worker: "b", workers: 1)])
    #expect(gone.grants(to: "a").isEmpty)
    #expect(script.send(step: 0, slot: 3, lease: 4, "a").trained == [0])
  }

  @Test("The first lease that is lost leaves the second") func theFirstLeaseThatIsLostLeavesTheSecond() throws {
    var script = try nearlyDone()
    _ = pass(&script, to: 3_000)
    let second = script.wait(101).grants(to: "b").map(\.lease)
    #expect(script.say(.goodbye, "a").grants(to: "b").isEmpty)
    // Only when that one is lost, too, does the slot wait.
    #expect(
      script.say(.decline(leases: second), "b").notices.contains(
        .leaseReassigned(item: WorkItem(step: 0, slot: 3), worker: "b", reason: .declined)))
    #expect(script.join("c").slots(to: "c") == [[0, 3]])
  }

  @Test("Neither empty heartbeats nor the same result again count as work") func neitherEmptyHeartbeatsNorRepetitionsCountAsWork() throws {
    var plan = Fixture.plan(questionsPerStep: 8, lag: 0)
    plan.stragglerFactor = 0
    var script = try nearlyDone(plan)
    var notices: [LearnerNotice] = []
    while script.now < 13_000 {
      script.now += 500
      // It names its lease, then none, and sends what it has sent before under a lease that it has.
      notices += (script.beat("a", leases: [4]) + script.beat("a") + script.send(step: 0, slot: 0, lease: 4, "a")).notices
      notices += script.beat("b").notices
    }
    #expect(notices.contains { if case .workerHung(worker: "a", _, _) = $0 { true } else { false } })
  }

  @Test("A lease that is kept while others are answered ends all the same") func aLeaseThatIsKeptEndsAllTheSame() throws {
    var plan = Fixture.plan(questionsPerStep: 16, lag: 0)
    plan.stragglerFactor = 0
    var script = try LearnerScript(plan)
    let grants = script.join("a", credits: 16).grants(to: "a")
    var notices: [LearnerNotice] = []
    for second in 1...32 {
      script.now = Milliseconds(second) * 1_000
      notices += script.beat("a", leases: grants.map(\.lease)).notices
      // Twelve come soon, and one every now and then.
      let slots = second == 1 ? Array(4..<16) : second % 9 == 0 ? [second / 9] : []
      for slot in slots { notices += script.send(step: 0, slot: UInt32(slot), lag: 0, lease: grants[slot].lease, "a").notices }
    }
    #expect(notices.contains(.leaseReassigned(item: WorkItem(step: 0, slot: 0), worker: "a", reason: .expired)))
    #expect(!notices.contains { if case .workerHung = $0 { true } else { false } })
  }

  @Test("Nobody is disturbed who has something to do") func nobodyIsDisturbedWhoHasSomethingToDo() throws {
    // With a lag, b has tasks of the next step.
    var script = try nearlyDone(Fixture.plan(questionsPerStep: 8, lag: 1))
    #expect(!pass(&script, to: 4_000).notices.contains { if case .leaseDoubled = $0 { true } else { false } })
  }

  @Test("Without a factor nothing is leased twice") func withoutAFactorNothingIsLeasedTwice() throws {
    var plan = Fixture.plan(questionsPerStep: 8, lag: 0)
    plan.stragglerFactor = 0
    var script = try nearlyDone(plan)
    #expect(pass(&script, to: 8_000).grants(to: "b").isEmpty)
  }

  @Test("A worker that lives but answers nothing loses its tasks") func aWorkerThatLivesButAnswersNothingLosesItsTasks() throws {
    var plan = Fixture.plan(questionsPerStep: 8, lag: 0)
    plan.stragglerFactor = 0
    var script = try nearlyDone(plan)
    // It counts from the first heartbeat with weights, at two seconds.
    #expect(!pass(&script, to: 12_000).notices.contains { if case .workerHung = $0 { true } else { false } })
    let hung = pass(&script, to: 13_000)
    #expect(hung.notices.contains(.workerHung(worker: "a", milliseconds: 11_000, median: 1_000)))
    #expect(hung.notices.contains(.leaseReassigned(item: WorkItem(step: 0, slot: 3), worker: "a", reason: .hung)))
    #expect(hung.slots(to: "b") == [[0, 3]])
    // It is told of once, and gets nothing more until it answers.
    let quiet = pass(&script, to: 20_000)
    #expect(quiet.notices.isEmpty)
    _ = script.say(.decline(leases: [9]), "b")
    #expect(pass(&script, to: 21_000).grants(to: "a").isEmpty)
    let back = script.send(step: 0, slot: 3, lease: 4, "a")
    #expect(back.notices.contains(.workerRecovered(worker: "a")))
    #expect(back.dispositions == [.accepted])
    #expect(script.on(.policyPublished(version: 1)).grants(to: "a").count == 4)
  }

  @Test("A worker that hangs is found though others do its tasks") func aWorkerThatHangsIsFoundThoughOthersDoItsTasks() throws {
    var script = try nearlyDone()
    _ = pass(&script, to: 3_000)
    _ = script.wait(101)
    #expect(script.send(step: 0, slot: 3, lease: 9, "b").trained == [0])
    // It is given tasks of the next step, since it may only have been late.
    let next = script.on(.policyPublished(version: 1)).grants(to: "a")
    #expect(next.count == 4)
    var notices: [LearnerNotice] = []
    while script.now < 13_000 {
      script.now += 500
      notices += (script.beat("a", leases: [4] + next.map(\.lease)) + script.beat("b")).notices
    }
    #expect(notices.contains { if case .workerHung(worker: "a", _, _) = $0 { true } else { false } })
  }

  /// A learner that was restarted and lacks one slot, which a has and does not answer.
  private func restarted(_ change: (inout LearnerPlan) -> Void = { _ in }) throws -> LearnerScript {
    var plan = Fixture.plan(lag: 0)
    change(&plan)
    var script = try LearnerScript(plan, stored: (0..<3).map { Fixture.result(step: 0, slot: $0, lag: 0) })
    #expect(script.join("a").slots(to: "a") == [[0, 3]])
    return script
  }

  private func hang(_ script: inout LearnerScript, until time: Milliseconds) -> [LearnerMachine.Action] {
    var actions: [LearnerMachine.Action] = []
    while script.now < time {
      script.now = min(time, script.now + 1_000)
      actions += script.beat("a", leases: [1]) + script.beat("b")
    }
    return actions
  }

  @Test("A slot is late though nobody knows how long groups take") func aSlotIsLateThoughNobodyKnowsHowLongGroupsTake() throws {
    var script = try restarted()
    _ = script.join("b")
    #expect(hang(&script, until: 15_000).grants(to: "b").isEmpty)
    #expect(hang(&script, until: 15_101).slots(to: "b") == [[0, 3]])
  }

  @Test("A worker hangs though nobody knows how long groups take") func aWorkerHangsThoughNobodyKnowsHowLongGroupsTake() throws {
    var script = try restarted { $0.stragglerFactor = 0 }
    _ = script.join("b")
    // It counts from the first heartbeat with weights, at a second.
    #expect(hang(&script, until: 51_000).grants(to: "b").isEmpty)
    let hung = hang(&script, until: 51_101)
    #expect(hung.notices.contains(.workerHung(worker: "a", milliseconds: 50_101, median: nil)))
    #expect(hung.slots(to: "b") == [[0, 3]])
  }

  @Test("A worker that hangs yields its place to another") func aWorkerThatHangsYieldsItsPlaceToAnother() throws {
    var script = try restarted { $0.maximumWorkers = 1 }
    #expect(script.join("b").refusals == [.full])
    _ = hang(&script, until: 51_101)
    let joined = script.join("b")
    #expect(joined.notices.contains(.workerLost(worker: "a", reason: "hangs, and b takes its place", leases: 0)))
    #expect(joined.slots(to: "b") == [[0, 3]])
    #expect(script.beat("a", leases: [1]).refusals == [.unknownWorker])
    #expect(script.join("a").refusals == [.full])
    // Where there is room again it gets nothing before it shows progress, such as that it has nothing in hand.
    _ = script.say(.goodbye, "b")
    #expect(script.join("a").grants(to: "a").isEmpty)
    #expect(script.beat("a", leases: [1]).grants(to: "a").isEmpty)
    #expect(script.beat("a").slots(to: "a") == [[0, 3]])
  }

  @Test("Waiting for the first weights or for tasks is no hanging") func waitingForTheFirstWeightsOrForTasksIsNoHanging() throws {
    var plan = Fixture.plan(questionsPerStep: 8, lag: 0)
    plan.stragglerFactor = 0
    var script = try nearlyDone(plan)
    let gone = script.say(.goodbye, "a")
    #expect(gone.slots(to: "b") == [[0, 3]])
    #expect(script.say(.decline(leases: gone.grants(to: "b").map(\.lease)), "b").grants(to: "b").isEmpty)
    let lease = script.join("c").grants(to: "c").map(\.lease)
    func beat(version: UInt32?) -> WorkerMessage {
      .heartbeat(
        Heartbeat(
          incarnation: 1, leases: lease, policyVersion: version, busySeconds: 0, waitingSeconds: 0, sampledTokens: 0))
    }
    for second in 2...20 {
      script.now = Milliseconds(second) * 1_000
      let notices = script.say(beat(version: second < 10 ? nil : 0), "c").notices
      #expect(!notices.contains { if case .workerHung = $0 { true } else { false } }, "\(second) s")
    }
    script.now = 20_101
    #expect(script.say(beat(version: 0), "c").notices.contains(.workerHung(worker: "c", milliseconds: 10_101, median: 1_000)))
  }
}
