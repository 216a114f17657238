import Cluster
import Testing
import Wire

@Suite struct LearnerLeaseTests {
  @Test("A lone worker gets one steps worth oldest first") func aLoneWorkerGetsOneStepsWorthOldestFirst() throws {
    var script = try LearnerScript()
    let actions = script.join("a")
    #expect(actions.first == .welcome(Peer("a"), policyVersion: 0))
    #expect(actions.slots(to: "a") == [[0, 0], [0, 1], [0, 2], [0, 3]])
    #expect(actions.grants(to: "a").allSatisfy { $0.policyVersion == 0 })
  }

  @Test("Credits bound the leases") func creditsBoundTheLeases() throws {
    var script = try LearnerScript()
    #expect(script.join("a", credits: 3).grants(to: "a").count == 3)
    #expect(script.send(step: 0, slot: 0, lease: 1, "a").slots(to: "a") == [[0, 3]])
    #expect(script.join("b", credits: 0).grants(to: "b").isEmpty)
  }

  @Test("Tasks of any size fit their messages") func tasksOfAnySizeFitTheirMessages() throws {
    var script = try LearnerScript(Fixture.plan(questionsPerStep: 120))
    let messages = script.join("a", credits: 1_000).compactMap { action -> Int? in
      if case .lease(let grants, _) = action { grants.count } else { nil }
    }
    #expect(messages.reduce(0, +) == 120)
    let largest = 2 * Limits.textBytes + 4 * Limits.tokens + 4 * Limits.nameBytes
    #expect(messages.allSatisfy { $0 * largest <= Limits.learnerMessageBytes && $0 <= Limits.tasks }, "\(messages)")
  }

  @Test("What a worker has in hand is bounded so that a later one finds tasks")
  func whatAWorkerHasInHandIsBoundedSoThatALaterOneFindsTasks() throws {
    var plan = Fixture.plan(questionsPerStep: 8)
    plan.tasksInHand = 3
    var script = try LearnerScript(plan)
    #expect(script.join("a").slots(to: "a") == [[0, 0], [0, 1], [0, 2]])
    #expect(script.join("b").slots(to: "b") == [[0, 3], [0, 4], [0, 5]])
    #expect(script.send(step: 0, slot: 0, lease: 1, "a").slots(to: "a") == [[0, 6]])
  }

  @Test("Workers share a step evenly") func workersShareAStepEvenly() throws {
    var script = try LearnerScript(Fixture.plan(questionsPerStep: 5))
    _ = script.join("a", credits: 1)
    let second = script.join("b")
    // Two workers: at most ceil(5 / 2) each.
    #expect(second.grants(to: "b").count == 3)
    let third = script.join("c")
    #expect(third.grants(to: "c").count == 2)
    #expect(third.slots(to: "c") == [[0, 4], [1, 0]])
  }

  @Test("A silent worker's leases go to another") func aSilentWorkersLeasesGoToAnother() throws {
    var script = try LearnerScript()
    _ = script.join("a")
    _ = script.join("b")
    script.now = 4_000
    let held = script.beat("b", leases: [])
    #expect(held.contains(.send(.heartbeatReply(incarnation: 1), to: Peer("b"))))
    let actions = script.wait(1_001)
    #expect(actions.notices.contains(.workerLost(worker: "a", reason: "silent for 5 s", leases: 4)))
    #expect(actions.slots(to: "b").prefix(4) == [[0, 0], [0, 1], [0, 2], [0, 3]])
  }

  @Test("Heartbeats extend exactly the leases they name") func heartbeatsExtendExactlyTheLeasesTheyName() throws {
    var script = try LearnerScript()
    let leases = script.join("a").grants(to: "a").map(\.lease)
    var notices: [LearnerNotice] = []
    for _ in 0..<3 {
      script.now += 2_500
      notices += script.beat("a", leases: Array(leases.dropFirst())).notices
    }
    #expect(notices == [.leaseReassigned(item: WorkItem(step: 0, slot: 0), worker: "a", reason: .expired)])
  }

  @Test("A heartbeat that comes after the deadline extends nothing") func aHeartbeatThatComesAfterTheDeadlineExtendsNothing() throws {
    var script = try LearnerScript()
    let leases = script.join("a").grants(to: "a").map(\.lease)
    script.now = 5_000
    #expect(script.beat("a", leases: Array(leases.prefix(2))).notices.isEmpty)
    // Nothing was heard meanwhile, so nobody has noticed that the others ran out.
    script.now = 5_001
    let late = script.beat("a", leases: leases)
    #expect(late.notices == [2, 3].map { .leaseReassigned(item: WorkItem(step: 0, slot: $0), worker: "a", reason: .expired) })
    #expect(late.slots(to: "a") == [[0, 2], [0, 3]])
  }

  @Test("Nobody extends the lease of another") func nobodyExtendsTheLeaseOfAnother() throws {
    var script = try LearnerScript()
    let leases = script.join("a").grants(to: "a").map(\.lease)
    _ = script.join("b")
    script.now = 4_999
    _ = script.beat("b", leases: leases)
    _ = script.beat("a")
    #expect(script.wait(2).notices.contains(.leaseReassigned(item: WorkItem(step: 0, slot: 0), worker: "a", reason: .expired)))
  }

  @Test("A group of a lost lease counts and the second is a duplicate") func aGroupOfALostLeaseCountsAndTheSecondIsADuplicate() throws {
    var script = try LearnerScript()
    let first = script.join("a").grants(to: "a")[0]
    _ = script.wait(5_001)
    let second = script.join("b").grants(to: "b")[0]
    #expect(second.item == first.item && second.lease != first.lease)
    _ = script.join("a")
    #expect(script.send(step: 0, slot: 0, lease: first.lease, "a").dispositions == [.accepted])
    let late = script.send(step: 0, slot: 0, lease: second.lease, "b")
    #expect(late.dispositions == [.duplicate])
    #expect(late.persisted.isEmpty)
  }

  @Test("What is given back goes to another and the giver gets no more") func whatIsGivenBackGoesToAnotherAndTheGiverGetsNoMore() throws {
    var script = try LearnerScript()
    let leases = script.join("a").grants(to: "a").map(\.lease)
    _ = script.join("b", credits: 4)
    let actions = script.say(.decline(leases: Array(leases.prefix(2))), "a")
    #expect(actions.grants(to: "a").isEmpty)
    #expect(script.send(step: 0, slot: 3, lease: leases[3], "a").grants(to: "a").isEmpty)
    let farewell = script.say(.goodbye, "a")
    #expect(farewell.notices.contains(.workerLeft(worker: "a", workers: 1)))
    // Everything of step 0 but the slot that was filled is b's or waits for it.
    let filled = script.fill(step: 0, "b")
    #expect(filled.dispositions.filter { $0 == .accepted }.count == 3)
    #expect(filled.trained == [0])
  }

  @Test("A worker that gave tasks back and stays gets tasks again") func aWorkerThatGaveTasksBackAndStaysGetsTasksAgain() throws {
    var script = try LearnerScript()
    let leases = script.join("a").grants(to: "a").map(\.lease)
    // It came late, from an earlier life of the worker's: this one has no thought of leaving.
    #expect(script.say(.decline(leases: leases), "a").grants(to: "a").isEmpty)
    for _ in 1...5 {
      script.now += 1_000
      #expect(script.beat("a").grants(to: "a").isEmpty)
    }
    script.now += 101
    let actions = script.beat("a") + script.wait(1)
    #expect(actions.slots(to: "a") == [[0, 0], [0, 1], [0, 2], [0, 3]])
  }

  @Test("Lag one leases the next step during the update and lag zero waits") func lagOneLeasesTheNextStepDuringTheUpdateAndLagZeroWaits()
    throws
  {
    var overlapped = try LearnerScript(Fixture.plan(lag: 1))
    _ = overlapped.join("a")
    let during = overlapped.fill(step: 0, "a")
    #expect(during.trained == [0])
    #expect(during.slots(to: "a") == [[1, 0], [1, 1], [1, 2], [1, 3]])
    // Step 2 needs version 1, which the update is about to make.
    #expect(overlapped.fill(step: 1, "a").grants(to: "a").isEmpty)
    let published = overlapped.on(.policyPublished(version: 1))
    #expect(published.trained == [1])
    #expect(published.grants(to: "a").allSatisfy { $0.item.step == 2 && $0.policyVersion == 1 })

    var strict = try LearnerScript(Fixture.plan(lag: 0))
    _ = strict.join("a")
    #expect(strict.fill(step: 0, lag: 0, "a").grants(to: "a").isEmpty)
    let next = strict.on(.policyPublished(version: 1))
    #expect(next.grants(to: "a").count == 4)
    #expect(next.grants(to: "a").allSatisfy { $0.item.step == 1 && $0.policyVersion == 1 })
  }

  @Test("Weights are sent while they are retained") func weightsAreSentWhileTheyAreRetained() throws {
    var script = try LearnerScript(Fixture.plan(lag: 0))
    _ = script.join("a")
    #expect(
      script.say(.weightsRequest(policyVersion: 0, chunks: [1]), "a").contains(.sendWeights(version: 0, chunks: [1], to: Peer("a"))))
    _ = script.beat("a")
    _ = script.fill(step: 0, lag: 0, "a")
    let published = script.on(.policyPublished(version: 1))
    #expect(published.contains(.publish(version: 1)) && published.contains(.release(below: 1)))
    #expect(script.say(.weightsRequest(policyVersion: 0, chunks: []), "a").gone == [0])
    #expect(script.say(.weightsRequest(policyVersion: 2, chunks: []), "a").gone == [2])
  }
}
