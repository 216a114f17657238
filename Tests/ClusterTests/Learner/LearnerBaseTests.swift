import Cluster
import Testing
import Wire

@Suite struct LearnerBaseTests {
  private func script(hasBaseWeights: Bool = true) throws -> LearnerScript {
    var plan = Fixture.plan()
    plan.hasBaseWeights = hasBaseWeights
    return try LearnerScript(plan)
  }

  private func beat(_ script: inout LearnerScript, _ worker: String, isReady: Bool, incarnation: UInt64 = 1) -> [LearnerMachine.Action] {
    script.say(
      .heartbeat(
        Heartbeat(
          incarnation: incarnation, leases: [], policyVersion: nil, busySeconds: 0, waitingSeconds: 0, sampledTokens: 0, isReady: isReady)),
      worker)
  }

  @Test func `A worker is given tasks once it has the base weights`() throws {
    var script = try script()
    #expect(script.join("a").grants(to: "a").isEmpty)
    #expect(beat(&script, "a", isReady: false).grants(to: "a").isEmpty)
    // Another life of the learner is meant.
    #expect(beat(&script, "a", isReady: true, incarnation: 9).grants(to: "a").isEmpty)
    #expect(beat(&script, "a", isReady: true).grants(to: "a").count == 4)
  }

  @Test func `A worker that waits for base weights is not taken for hung`() throws {
    var script = try script()
    _ = script.join("a")
    var actions: [LearnerMachine.Action] = []
    for _ in 0..<600 {
      script.now += 1_000
      actions += beat(&script, "a", isReady: false)
    }
    #expect(!actions.notices.contains { if case .workerHung = $0 { true } else if case .workerLost = $0 { true } else { false } })
    let waits = actions.notices.compactMap { if case .waiting(let wait) = $0 { wait } else { nil } }
    #expect(waits.first?.unready == 1)
    #expect(waits.first?.description.hasSuffix("workers: 1, of which 0 are given tasks and 1 get the base weights") == true)
  }

  @Test func `A worker that was started anew shows again that it has them`() throws {
    var script = try script()
    _ = script.join("a")
    #expect(beat(&script, "a", isReady: true).grants(to: "a").count == 4)
    script.now += 2_000
    #expect(script.join("a").grants(to: "a").isEmpty)
    #expect(beat(&script, "a", isReady: false).grants(to: "a").isEmpty)
    #expect(beat(&script, "a", isReady: true).grants(to: "a").count == 4)
  }

  @Test func `Base weights go to whoever was taken in, and to nobody else`() throws {
    var script = try script()
    let request = WorkerMessage.weightsRequest(policyVersion: BaseDescription.version, chunks: [3])
    let stranger = script.say(request, "a")
    #expect(!stranger.contains { if case .sendBase = $0 { true } else { false } })
    _ = script.join("a")
    #expect(script.say(request, "a").contains(.sendBase(chunks: [3], to: Peer("a"))))
  }

  @Test func `Without base weights there are none, and every worker is ready`() throws {
    var script = try script(hasBaseWeights: false)
    #expect(script.join("a").grants(to: "a").count == 4)
    let answer = script.say(.weightsRequest(policyVersion: BaseDescription.version, chunks: [3]), "a")
    #expect(answer.contains(.send(.weightsGone(policyVersion: BaseDescription.version, newest: 0), to: Peer("a"))))
  }
}
