import Cluster
import Testing
import Wire

@Suite struct WorkerTaskTests {
  /// A worker with version 0 loaded and these slots of step 0 handed to its sampler.
  private func busy(slots: UInt32) -> WorkerScript {
    var script = WorkerScript()
    script.join()
    _ = script.broadcast(0)
    _ = script.hear(.tasks((0..<slots).map { Fixture.task(step: 0, slot: $0, version: 0, lease: UInt64($0 + 1)) }))
    return script
  }

  @Test("A group is sent again until it is answered") func aGroupIsSentAgainUntilItIsAnswered() {
    var script = busy(slots: 2)
    #expect(script.finish(step: 0, slot: 0).groups == [[0, 0]])
    #expect(script.wait(1_999).groups.isEmpty)
    #expect(script.wait(1).groups == [[0, 0]])
    // Unanswered groups are in hand, too.
    #expect(script.wait(1_000).leases == [[1, 2]])
    _ = script.hear(.acknowledge(WorkItem(step: 0, slot: 0), disposition: .accepted))
    #expect(script.wait(5_000).groups.isEmpty)
    #expect(script.wait(1_000).leases == [[2]])
  }

  @Test("Groups are not piled up before a silent learner") func groupsAreNotPiledUpBeforeASilentLearner() {
    var script = busy(slots: 1)
    _ = script.finish(step: 0, slot: 0)
    _ = script.waitInSilence(3_001)
    #expect((0..<20).flatMap { _ in script.waitInSilence(1_000).groups }.isEmpty)
    #expect(script.wait(0).groups == [[0, 0]])
  }

  @Test("A learner that never answers a group is not asked for ever") func aLearnerThatNeverAnswersAGroupIsNotAskedForEver() {
    var script = busy(slots: 1)
    let first = script.finish(step: 0, slot: 0).groups
    let again = (0..<50).flatMap { _ in script.wait(1_000).groups }
    #expect((first + again).count == 6)
    #expect(script.wait(1_000).leases == [[]])
  }

  @Test("Another lease for a task in hand is taken over") func anotherLeaseForATaskInHandIsTakenOver() {
    var script = busy(slots: 2)
    _ = script.finish(step: 0, slot: 0)
    let actions = script.hear(
      .tasks([Fixture.task(step: 0, slot: 0, version: 0, lease: 11), Fixture.task(step: 0, slot: 1, version: 0, lease: 12)]))
    #expect(actions.sampled.isEmpty)
    #expect(actions.groups == [[0, 0]])
    #expect(script.wait(1_000).leases == [[11, 12]])
    let done = script.finish(step: 0, slot: 1).sent
    #expect(
      done.contains(
        .result(
          WorkResult(
            lease: 12, seal: Fixture.task(step: 0, slot: 1, version: 0, lease: 12).seal, item: WorkItem(step: 0, slot: 1), policyVersion: 0,
            group: Fixture.group(step: 0, slot: 1), seconds: 1))))
  }

  @Test("Of an earlier incarnation only what the new one has survives") func ofAnEarlierIncarnationOnlyWhatTheNewOneHasSurvives() {
    var script = WorkerScript()
    script.join(version: 3)
    _ = script.broadcast(3)
    _ = script.hear(.tasks((0..<3).map { Fixture.task(step: 4, slot: $0, version: 3, lease: UInt64($0 + 1)) }))
    _ = script.begin(step: 4, slot: 0)
    _ = script.begin(step: 4, slot: 2)
    _ = script.finish(step: 4, slot: 2)
    _ = script.hear(.refuse(Refusal(code: .unknownWorker, reason: "")))

    // The new learner has version 3, too: what was begun goes on, under no lease; what is done is offered again.
    var same = script
    let kept = same.hear(Fixture.welcome(incarnation: 2, version: 3))
    #expect(kept.groups == [[4, 2]])
    #expect(kept.leases == [[]])
    #expect(kept.contains(.cancel(tickets: [2])))
    #expect(!kept.contains { if case .prepare = $0 { true } else { false } })
    #expect(same.finish(step: 4, slot: 0).groups == [[4, 0]])

    // A learner that fell back to version 2 will make version 3 anew.
    let dropped = script.hear(Fixture.welcome(incarnation: 2, version: 2))
    #expect(dropped.groups.isEmpty)
    #expect(dropped.contains(.cancel(tickets: [1, 2])))
    #expect(script.finish(step: 4, slot: 0).groups.isEmpty)
    let again = script.hearTask(step: 4, slot: 0, version: 3, lease: 1)
    #expect(again.sampled.isEmpty)
    #expect(script.broadcast(3).loaded == [3])
  }

  @Test("A check of other responses is another task") func aCheckOfOtherResponsesIsAnotherTask() throws {
    func check(_ given: [[Int32]], lease: UInt64) -> Task {
      var task = Fixture.task(step: 0, slot: 0, version: 0, lease: lease)
      (task.item, task.given) = (task.item.check, given)
      return task
    }
    var script = WorkerScript()
    script.join()
    _ = script.broadcast(0)
    let first = script.hear(.tasks([check([[1], [2]], lease: 1)]))
    #expect(first.sampled == [[0, 0]])
    // The same again is under way, or done.
    #expect(script.hear(.tasks([check([[1], [2]], lease: 2)])).sampled.isEmpty)
    #expect(script.finish(step: 0, slot: 0).groups == [[0, 0]])
    #expect(script.hear(.tasks([check([[1], [2]], lease: 3)])).groups == [[0, 0]])
    // The slot was filled anew: what was found of the old responses says nothing of the new ones.
    let other = script.hear(.tasks([check([[3], [4]], lease: 4)]))
    #expect(other.groups.isEmpty && other.sampled == [[0, 0]])
  }

  @Test("Another run starts from nothing, and so does one that went back", arguments: [("other", 1), ("run", 2)])
  func anotherRunStartsFromNothing(run: String, lineage: UInt64) {
    var script = busy(slots: 1)
    let actions = script.hear(Fixture.welcome(incarnation: 2, lineage: lineage, run: run))
    #expect(actions.contains(.cancel(tickets: [1])))
    #expect(actions.contains { if case .prepare = $0 { true } else { false } })
    #expect(script.hearTask(step: 0, slot: 0, version: 0, lease: 1).sampled.isEmpty)
  }

  @Test("A draining worker gives back what it has not begun and finishes the rest")
  func aDrainingWorkerGivesBackWhatItHasNotBegunAndFinishesTheRest() {
    var script = busy(slots: 3)
    _ = script.begin(step: 0, slot: 1)
    let drain = script.on(.drain)
    #expect(drain.sent == [.decline(leases: [1, 3])])
    #expect(drain.contains(.cancel(tickets: [1, 3])))
    // Tasks that were on their way are given back as well.
    #expect(script.hearTask(step: 0, slot: 3, version: 0, lease: 4).sent == [.decline(leases: [4])])
    #expect(script.finish(step: 0, slot: 1).outcome == nil)
    let end = script.hear(.acknowledge(WorkItem(step: 0, slot: 1), disposition: .accepted))
    #expect(end.sent == [.goodbye])
    #expect(end.outcome == .drained)
  }

  @Test("Draining is bounded in time") func drainingIsBoundedInTime() {
    var script = busy(slots: 1)
    _ = script.begin(step: 0, slot: 0)
    _ = script.on(.drain)
    #expect(script.wait(2_999).outcome == nil)
    let end = script.wait(1)
    #expect(end.sent.suffix(2) == [.decline(leases: [1]), .goodbye])
    #expect(end.outcome == .drained)
    var stranger = WorkerScript()
    _ = stranger.on(.start)
    #expect(stranger.on(.drain) == [.notify(.draining(declined: 0, unfinished: 0)), .end(.drained)])
  }

  @Test("A draining worker whose learner is silent leaves when its leases have run out")
  func aDrainingWorkerWhoseLearnerIsSilentLeavesWhenItsLeasesHaveRunOut() {
    var plan = Fixture.worker()
    plan.drain = 60_000
    var script = WorkerScript(plan)
    script.join()
    _ = script.broadcast(0)
    _ = script.hearTask(step: 0, slot: 0, version: 0, lease: 1)
    _ = script.begin(step: 0, slot: 0)
    _ = script.on(.drain)
    // While the learner answers, heartbeats extend the lease of what is finished.
    for _ in 0..<20 {
      let actions = script.wait(1_000)
      #expect(actions.leases == [[1]] && actions.outcome == nil)
    }
    #expect(script.waitInSilence(5_000).outcome == nil)
    #expect(script.waitInSilence(1).outcome == .drained)
  }

  @Test("The end of the run ends the worker") func theEndOfTheRunEndsTheWorker() {
    var script = busy(slots: 1)
    let end = script.hear(.finish)
    #expect(end == [.cancel(tickets: [1]), .send(.goodbye), .end(.finished)])
    #expect(end.outcome?.isSuccess == true)
  }

  @Test("A sampler that fails hands its tasks back by leaving") func aSamplerThatFailsHandsItsTasksBackByLeaving() {
    var script = busy(slots: 1)
    let end = script.on(.failed(reason: "out of memory"))
    #expect(end.sent == [.goodbye])
    #expect(end.outcome == .failed(reason: "out of memory"))
  }

  @Test("Heartbeats tell how the time was spent") func heartbeatsTellHowTheTimeWasSpent() throws {
    var script = WorkerScript()
    script.join()
    script.now = 2_000
    _ = script.broadcast(0)
    _ = script.hearTask(step: 0, slot: 0, version: 0, lease: 1)
    script.now = 3_000
    _ = script.finish(step: 0, slot: 0)
    let heartbeat = try #require(
      script.wait(1_000).sent.compactMap { if case .heartbeat(let heartbeat) = $0 { heartbeat } else { nil } }.last)
    #expect(heartbeat.busySeconds == 1)
    #expect(heartbeat.waitingSeconds == 3)
    #expect(heartbeat.sampledTokens == 6)
    #expect(heartbeat.policyVersion == 0)
  }
}
