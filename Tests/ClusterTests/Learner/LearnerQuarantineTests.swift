import Cluster
import EMPO
import Testing
import Wire

@Suite struct LearnerQuarantineTests {
  /// Lets a worker send a group that contradicts its task.
  private func sendBad(_ script: inout LearnerScript, slot: UInt32 = 0, _ worker: String) -> [LearnerMachine.Action] {
    var result = Fixture.result(step: 0, slot: slot)
    result.group.responses.removeLast()
    return script.say(.result(result), worker)
  }

  private func periods(_ actions: [LearnerMachine.Action]) -> [Milliseconds] {
    actions.notices.compactMap { notice in
      if case .quarantined(_, let milliseconds, _) = notice { milliseconds } else { nil }
    }
  }

  @Test("Repeated bad groups cost a worker its tasks") func repeatedBadGroupsCostAWorkerItsTasks() throws {
    var script = try LearnerScript()
    _ = script.join("a")
    // Two workers share the slots of both open steps.
    #expect(script.join("b").slots(to: "b") == [[1, 0], [1, 1]])
    #expect(periods(sendBad(&script, "a") + sendBad(&script, "a")).isEmpty)
    let third = sendBad(&script, "a")
    #expect(
      third.notices.contains(
        .quarantined(
          worker: "a", milliseconds: 60_000,
          reason: "3 groups contradicted their tasks, the last one: 1 responses where 2 were asked for")))
    #expect(third.refusals == [.other])
    #expect(third.slots(to: "b") == [[0, 0], [0, 1]])
    // Nothing that it says counts now, good or bad.
    let sound = script.send(step: 0, slot: 0, "a")
    #expect(sound.dispositions == [.stale] && sound.persisted.isEmpty)
    // It lives and is answered.
    #expect(script.beat("a").contains(.send(.heartbeatReply(incarnation: 1), to: Peer("a"))))
  }

  @Test("Quarantine outlives another hello and ends") func quarantineOutlivesAnotherHelloAndEnds() throws {
    var script = try LearnerScript()
    _ = script.join("a")
    for _ in 0..<3 { _ = sendBad(&script, "a") }
    _ = script.say(.goodbye, "a")
    script.now = 2_000
    #expect(script.join("a").grants(to: "a").isEmpty)
    _ = script.send(step: 0, slot: 0, "a")
    var notices: [LearnerNotice] = []
    var slots: [[UInt32]] = []
    while script.now < 61_000 {
      script.now += 1_000
      let actions = script.beat("a")
      notices += actions.notices
      slots += actions.slots(to: "a")
    }
    #expect(notices.contains(.quarantineEnded(worker: "a", dropped: 1)))
    #expect(slots.prefix(4) == [[0, 0], [0, 1], [0, 2], [0, 3]])
    #expect(script.send(step: 0, slot: 0, "a").dispositions == [.accepted])
  }

  @Test("Every stay is twice as long up to a bound") func everyStayIsTwiceAsLongUpToABound() throws {
    var script = try LearnerScript()
    var found: [Milliseconds] = []
    for _ in 0..<10 {
      _ = script.join("a")
      for _ in 0..<3 { found += periods(sendBad(&script, "a")) }
      script.now += found.last ?? 0
      _ = script.on(.tick)
      _ = script.wait(1_000)
    }
    #expect(found == [1, 2, 4, 8, 16, 32, 64, 64, 64, 64].map { $0 * 60_000 })
  }

  @Test("An hour of good conduct is a clean sheet") func anHourOfGoodConductIsACleanSheet() throws {
    var script = try LearnerScript()
    _ = script.join("a")
    _ = sendBad(&script, "a")
    _ = sendBad(&script, "a")
    script.now = 3_600_000
    _ = script.join("a")
    #expect(periods(sendBad(&script, "a") + sendBad(&script, "a")).isEmpty)
    #expect(periods(sendBad(&script, "a")) == [60_000])
  }

  @Test("Without a period nobody is kept away") func withoutAPeriodNobodyIsKeptAway() throws {
    var plan = Fixture.plan()
    plan.quarantine = 0
    var script = try LearnerScript(plan)
    _ = script.join("a")
    for _ in 0..<10 { #expect(periods(sendBad(&script, "a")).isEmpty) }
    #expect(script.send(step: 0, slot: 0, "a").dispositions == [.accepted])
  }
}
