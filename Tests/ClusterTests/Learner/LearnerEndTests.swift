import Cluster
import EMPO
import Testing
import Wire

/// A trainer may end the run before its last step.
@Suite struct LearnerEndTests {
  private func script(lag: UInt32, version: UInt32 = 0, end: UInt32? = nil, retained: Set<UInt32> = [0]) throws -> LearnerScript {
    var plan = Fixture.plan(steps: 9, questionsPerStep: 1, lag: lag, checkpointEvery: 4, evaluateEvery: 4, heldOut: 1)
    plan.evaluatesBefore = false
    return try LearnerScript(plan, version: version, retained: retained, evaluated: retained, ending: end)
  }

  private func checkpoints(_ actions: [LearnerMachine.Action]) -> [UInt32] {
    actions.compactMap { if case .checkpoint(let version, _, _) = $0 { version } else { nil } }
  }

  @Test("What is leased when the end is decided is trained, and nothing more is leased", arguments: [0, 1, 2] as [UInt32])
  func theEndIsBeyondWhatIsLeased(lag: UInt32) throws {
    var script = try script(lag: lag)
    script.now = 3_000
    var actions = script.join("a")
    let end = 2 + lag
    for step in 0..<end {
      actions += script.send(step: step, slot: 0, lag: lag, "a")
      actions += script.on(.policyPublished(version: step + 1, end: step >= 1 ? end : nil))
      if step + 1 == 4 || step + 1 == end {
        let version = step + 1
        actions += script.measure(version: version, questions: 1, responses: version == end ? 2 : 1, "a")
        actions += script.on(.evaluated(version: version))
      }
    }
    #expect(actions.trained == Array(0..<end))
    #expect(actions.grants(to: "a").filter { $0.item.kind == .sample }.map(\.item.step) == Array(0..<end))
    #expect(checkpoints(actions).last == end)
    // The last version is measured in full, wherever the run ends.
    #expect(actions.grants(to: "a").last { $0.item.kind == .evaluation }.map { [$0.policyVersion, $0.groupSize] } == [end, 2])
    #expect(script.on(.checkpointed(version: end)).contains(.send(.finish, to: Peer("a"))))
    #expect(script.say(.goodbye, "a").last == .end(.complete))
  }

  @Test("An end at or beyond the last step changes nothing")
  func anEndBeyondTheLastStepChangesNothing() throws {
    var script = try script(lag: 1)
    _ = script.join("a")
    var trained: [UInt32] = []
    for step in 0..<9 as Range<UInt32> {
      trained += script.send(step: step, slot: 0, "a").trained
      let published = script.on(.policyPublished(version: step + 1, end: step >= 7 ? 9 : nil))
      trained += published.trained
      guard step == 3 || step == 7 else { continue }
      _ = script.measure(version: step + 1, questions: 1, "a")
      trained += script.on(.evaluated(version: step + 1)).trained
    }
    #expect(trained == Array(0..<9))
  }

  @Test("A restart between the decision and the end goes on to that end")
  func aRestartGoesOnToTheEnd() throws {
    var script = try script(lag: 1, version: 4, end: 5, retained: [3, 4])
    _ = script.on(.start)
    #expect(script.join("a").grants(to: "a").map(\.item.step) == [4])
    #expect(script.send(step: 4, slot: 0, "a").trained == [4])
    #expect(checkpoints(script.on(.policyPublished(version: 5, end: 5))) == [5])
  }

  @Test("A restart after the end only tells workers")
  func aRestartAfterTheEnd() throws {
    var script = try script(lag: 1, version: 5, end: 5, retained: [5])
    #expect(script.on(.start) == [.notify(.complete)])
  }
}
