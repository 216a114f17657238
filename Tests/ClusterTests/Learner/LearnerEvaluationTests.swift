import Cluster
import EMPO
import Testing
import Wire

@Suite struct LearnerEvaluationTests {
  private func evaluated(_ actions: [LearnerMachine.Action]) -> [UInt32] {
    actions.compactMap { if case .evaluate(let version, _) = $0 { version } else { nil } }
  }

  private func script(evaluateEvery: UInt32 = 2, _ change: (inout LearnerPlan) -> Void = { _ in }) throws -> LearnerScript {
    var plan = Fixture.plan(steps: 2, questionsPerStep: 1, lag: 0, evaluateEvery: evaluateEvery, heldOut: 2)
    change(&plan)
    return try LearnerScript(plan)
  }

  @Test("An evaluation is leased, before samples, and judged when every question is answered") func anEvaluationIsLeased() throws {
    var script = try script()
    #expect(script.on(.start).notices == [.measuring(version: 0, answered: 0, questions: 2)])
    let grants = script.join("a").grants(to: "a")
    #expect(grants.map(\.item) == [WorkItem(.evaluation, step: 0, slot: 0), WorkItem(.evaluation, step: 0, slot: 1)])
    // The greedy response and one sample, for the first and the last version.
    #expect(grants.allSatisfy { $0.groupSize == 2 && $0.policyVersion == 0 && $0.given.isEmpty })
    let first = script.say(.result(Fixture.measured(version: 0, place: 1, responses: 2)), "a")
    #expect(first.dispositions == [.accepted] && first.persisted.isEmpty && evaluated(first).isEmpty)
    #expect(evaluated(script.say(.result(Fixture.measured(version: 0, place: 0, responses: 2)), "a")) == [0])
  }

  @Test("An update may begin beside the evaluation of its own version, not of an older one") func anUpdateMayBeginBesideAnEvaluation()
    throws
  {
    var script = try script()
    _ = script.on(.start)
    _ = script.join("a")
    #expect(script.send(step: 0, slot: 0, lag: 0, "a").trained == [0])
    let published = script.on(.policyPublished(version: 1))
    // The version stays while it is measured, also in checkpoints.
    #expect(published.contains(.release(below: 1, keeping: [0])))
    #expect(script.say(.weightsRequest(policyVersion: 0, chunks: []), "a").contains(.sendWeights(version: 0, chunks: [], to: Peer("a"))))
    #expect(script.send(step: 1, slot: 0, lag: 0, "a").trained.isEmpty)
    #expect(evaluated(script.measure(version: 0, questions: 2, responses: 2, "a")) == [0])
    let done = script.on(.evaluated(version: 0))
    #expect(done.trained == [1])
    #expect(done.contains(.release(below: 1)))
  }

  @Test("A run is complete when its last version is measured") func aRunIsCompleteWhenItsLastVersionIsMeasured() throws {
    var script = try script { $0.evaluatesBefore = false }
    #expect(script.on(.start).isEmpty)
    script.now = 3_000
    _ = script.join("a")
    for step in 0..<2 as Range<UInt32> {
      _ = script.send(step: step, slot: 0, lag: 0, "a")
      _ = script.on(.policyPublished(version: step + 1))
    }
    #expect(!script.on(.checkpointed(version: 2)).contains(.send(.finish, to: Peer("a"))))
    #expect(evaluated(script.measure(version: 2, questions: 2, responses: 2, "a")) == [2])
    #expect(script.on(.evaluated(version: 2)).contains(.send(.finish, to: Peer("a"))))
    #expect(script.say(.goodbye, "a").last == .end(.complete))
  }

  @Test("A learner that is stopped in the last update leaves the measurement to the next") func aLearnerThatIsStoppedLeavesTheMeasurement()
    throws
  {
    var script = try script { $0.evaluatesBefore = false }
    _ = script.join("a")
    _ = script.send(step: 0, slot: 0, lag: 0, "a")
    _ = script.on(.policyPublished(version: 1))
    _ = script.send(step: 1, slot: 0, lag: 0, "a")
    _ = script.on(.stop)
    _ = script.on(.policyPublished(version: 2))
    #expect(script.on(.checkpointed(version: 2)).last == .end(.stopped(version: 2)))
  }

  @Test("A restart measures what was not measured and is still there") func aRestartMeasuresWhatWasNotMeasured() throws {
    let plan = Fixture.plan(evaluateEvery: 1, heldOut: 1)
    var again = try LearnerScript(plan, version: 1, retained: [0, 1], evaluated: [0, 1])
    #expect(again.on(.start).isEmpty)
    var cutShort = try LearnerScript(plan, version: 1, retained: [0, 1], evaluated: [1])
    #expect(cutShort.on(.start).notices == [.measuring(version: 0, answered: 0, questions: 1)])
  }

  @Test("Progress is told, and what is measured is checked like what is sampled") func progressIsTold() throws {
    var script = try script { $0.audit = AuditPlan(share: 1) }
    _ = script.on(.start)
    _ = script.join("a")
    let result = Fixture.measured(version: 0, place: 0, responses: 2)
    let sent = script.say(.result(result), "a")
    #expect(sent.contains { if case .check(let checked, question: 0) = $0 { checked.item == result.item } else { false } })
    #expect(script.wait(6_000).notices.contains(.measuring(version: 0, answered: 1, questions: 2)))
    var truth = result.group
    truth.responses[1].tokens[0] = 7
    let settled = script.on(.checked(result.item, own: truth))
    #expect(settled.notices.contains { if case .lieFound = $0 { true } else { false } })
    _ = script.join("b")
    #expect(script.measure(version: 0, questions: 2, responses: 2, "b").dispositions == [.accepted, .accepted])
  }
}
