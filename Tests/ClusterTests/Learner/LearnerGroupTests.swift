import Cluster
import EMPO
import Testing
import Wire

@Suite struct LearnerGroupTests {
  @Test("A group is persisted before it is acknowledged") func aGroupIsPersistedBeforeItIsAcknowledged() throws {
    var script = try LearnerScript()
    _ = script.join("a")
    let result = Fixture.sealed(Fixture.result(step: 0, slot: 2, lease: 3), for: "a")
    let actions = script.say(.result(result), "a")
    let persist = try #require(actions.firstIndex(of: .persist(result, worker: "a", question: 2)))
    let acknowledge = try #require(
      actions.firstIndex(of: .send(.acknowledge(WorkItem(step: 0, slot: 2), disposition: .accepted), to: Peer("a"))))
    #expect(persist < acknowledge)
    #expect(actions.notices.contains(.accepted(item: WorkItem(step: 0, slot: 2), worker: "a", missing: 3)))
  }

  @Test(
    "Groups are trained in slot order whatever order they came", arguments: [[0, 1, 2, 3], [3, 1, 0, 2], [2, 3, 1, 0]] as [[UInt32]])
  func groupsAreTrainedInSlotOrderWhateverOrderTheyCame(order: [UInt32]) throws {
    var script = try LearnerScript()
    _ = script.join("a")
    var actions: [LearnerMachine.Action] = []
    for slot in order { actions = script.send(step: 0, slot: slot, "a") }
    let expected = (0..<4).map { Fixture.sealed(Fixture.result(step: 0, slot: $0), for: "a") }
    #expect(actions.contains(.train(step: 0, groups: expected, questions: [0, 1, 2, 3])))
  }

  @Test("A second copy is answered and dropped") func aSecondCopyIsAnsweredAndDropped() throws {
    var script = try LearnerScript()
    _ = script.join("a")
    _ = script.send(step: 0, slot: 0, "a")
    let copy = script.send(step: 0, slot: 0, "a")
    #expect(copy.dispositions == [.duplicate])
    #expect(copy.persisted.isEmpty)
    _ = script.fill(step: 0, "a")
    _ = script.on(.policyPublished(version: 1))
    #expect(script.send(step: 0, slot: 1, "a").dispositions == [.duplicate])
  }

  @Test("Groups of other versions or closed steps are stale") func groupsOfOtherVersionsOrClosedStepsAreStale() throws {
    var script = try LearnerScript()
    _ = script.join("a")
    var result = Fixture.result(step: 1, slot: 0)
    result.policyVersion = 1
    let actions = script.say(.result(result), "a")
    #expect(actions.dispositions == [.stale])
    #expect(actions.persisted.isEmpty)
    // Step 3 of 4 is far from open: an earlier incarnation of the learner had got there.
    #expect(script.send(step: 3, slot: 0, "a").dispositions == [.stale])
    #expect(script.send(step: 1, slot: 0, "a").dispositions == [.accepted])
  }

  private static func response(length: Int) -> ScoredResponse {
    ScoredResponse(
      tokens: Array(repeating: 1, count: length), tokenLogProbabilities: Array(repeating: -1, count: length), isTruncated: false,
      answer: "", cluster: 0, reward: 0)
  }

  static let faults: [(String, @Sendable (inout WorkResult) -> Void)] = [
    ("step", { $0.item.step = 4 }),
    ("slot", { $0.item.slot = 4 }),
    ("largest step", { $0.item.step = .max }),
    ("largest slot", { $0.item.slot = .max }),
    ("too few responses", { $0.group.responses.removeLast() }),
    ("no responses", { $0.group.responses = [] }),
    ("too many responses", { $0.group.responses.append($0.group.responses[0]) }),
    ("empty response", { $0.group.responses[1] = response(length: 0) }),
    ("long response", { $0.group.responses[0] = response(length: 5) }),
    ("missing log-probability", { $0.group.responses[0].tokenLogProbabilities.removeLast() }),
    ("not a number", { $0.group.responses[0].tokenLogProbabilities[0] = .nan }),
    ("above 0", { $0.group.responses[0].tokenLogProbabilities[0] = 0.5 }),
    ("truncated short of the limit", { $0.group.responses[0].isTruncated = true }),
    ("ended without an end", { $0.group.responses[1].tokens[2] = 7 }),
    ("going on after its end", { $0.group.responses[1].tokens[0] = Fixture.end }),
    ("infinity", { $0.group.responses[0].tokenLogProbabilities[0] = -.infinity }),
    ("token beyond the vocabulary", { $0.group.responses[0].tokens[0] = 100 }),
    ("negative token", { $0.group.responses[0].tokens[0] = -1 }),
    ("infinite reward", { $0.group.responses[0].reward = .infinity }),
    ("cluster beyond the group", { $0.group.responses[0].cluster = 2 }),
    ("negative cluster", { $0.group.responses[0].cluster = -1 }),
    ("entropy", { $0.group.semanticEntropy = .nan }),
  ]

  @Test("A group that contradicts its task is dropped and its slot handed out again", arguments: faults.indices)
  func aGroupThatContradictsItsTaskIsDroppedAndItsSlotHandedOutAgain(index: Int) throws {
    let (name, damage) = Self.faults[index]
    var script = try LearnerScript()
    let lease = try #require(script.join("a").grants(to: "a").first { $0.item.slot == 0 }?.lease)
    var result = Fixture.result(step: 0, slot: 0, lease: lease)
    damage(&result)
    let actions = script.say(.result(result), "a")
    #expect(actions.persisted.isEmpty, "\(name)")
    #expect(actions.dispositions == [.stale], "\(name)")
    #expect(actions.notices.contains { if case .groupRejected = $0 { true } else { false } }, "\(name)")
    // The sound group still fits.
    #expect(script.send(step: 0, slot: 0, "a").dispositions == [.accepted], "\(name)")
  }

  @Test("Timings say who waited") func timingsSayWhoWaited() throws {
    var script = try LearnerScript()
    _ = script.on(.start)
    _ = script.join("a")
    script.now = 3_000
    _ = script.beat("a", busy: 1, waiting: 2)
    _ = script.fill(step: 0, "a")
    script.now = 4_000
    _ = script.beat("a", busy: 2, waiting: 2)
    let timing = try #require(
      script.on(.policyPublished(version: 1)).compactMap { if case .record(let timing) = $0 { timing } else { nil } }.first)
    #expect(timing.pace.learnerWaitShare == 0.75)
    #expect(timing.updateSeconds == 1)
    #expect(timing.pace.workerWaitShare == 0.5)
    // Four groups of six tokens came in the first 3 of the step's 4 seconds.
    #expect(timing.pace.seconds == 4 && timing.intakeSeconds == 3)
    #expect(timing.pace.tokensPerSecond == 8)
    // A worker that was restarted counts from 0 again, and nonsense counts for nothing.
    _ = script.beat("a", busy: 1, waiting: .nan)
    _ = script.fill(step: 1, "a")
    let next = try #require(
      script.on(.policyPublished(version: 2)).compactMap { if case .record(let timing) = $0 { timing } else { nil } }.first)
    #expect(next.workerBusySeconds == 1)
    #expect(next.workerWaitSeconds == 0)
  }
}
