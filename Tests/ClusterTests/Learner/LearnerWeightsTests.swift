import Cluster
import Testing
import Wire

@Suite struct LearnerWeightsTests {
  /// Makes the next version, by a worker that has everything.
  private func step(_ script: inout LearnerScript, _ step: UInt32) -> LearnerMachine.Action? {
    _ = script.fill(step: step, lag: 0, "quick")
    return script.on(.policyPublished(version: step + 1)).first { if case .release = $0 { true } else { false } }
  }

  private func script() throws -> LearnerScript {
    var script = try LearnerScript(Fixture.plan(lag: 0))
    for worker in ["quick", "slow"] { _ = script.join(worker) }
    return script
  }

  private func request(_ version: UInt32) -> WorkerMessage { .weightsRequest(policyVersion: version, chunks: [0]) }

  @Test("A version is kept until the last worker has fetched it") func aVersionIsKeptUntilTheLastWorkerHasFetchedIt() throws {
    var script = try script()
    #expect(script.say(request(0), "slow").contains(.sendWeights(version: 0, chunks: [0], to: Peer("slow"))))
    #expect(step(&script, 0) == .release(below: 1, keeping: [0]))
    #expect(script.say(request(0), "slow").contains(.sendWeights(version: 0, chunks: [0], to: Peer("slow"))))
    #expect(step(&script, 1) == .release(below: 2, keeping: [0]))
    // Whole: what it lacks now are deltas.
    _ = script.beat("slow")
    #expect(step(&script, 2) == .release(below: 3))
    #expect(script.say(request(0), "slow").gone == [0])
  }

  @Test("A worker that is gone or asks no more holds nothing") func aWorkerThatIsGoneOrAsksNoMoreHoldsNothing() throws {
    var left = try script()
    _ = left.say(request(0), "slow")
    _ = left.say(.goodbye, "slow")
    #expect(step(&left, 0) == .release(below: 1))
    var idle = try script()
    _ = idle.say(request(0), "slow")
    for _ in 0..<10 {
      idle.now += 1_000
      _ = idle.beat("quick")
      _ = idle.say(
        .heartbeat(Heartbeat(incarnation: 1, leases: [], policyVersion: nil, busySeconds: 0, waitingSeconds: 0, sampledTokens: 0)), "slow")
    }
    #expect(step(&idle, 0) == .release(below: 1))
  }

  @Test("Few versions are held the oldest first") func fewVersionsAreHeldTheOldestFirst() throws {
    var script = try script()
    for version in 0..<3 as Range<UInt32> {
      _ = script.join("slow-\(version)")
      _ = script.say(request(version), "slow-\(version)")
      let held = Set((0...version).prefix(LearnerMachine.maximumHeld))
      #expect(step(&script, version) == .release(below: version + 1, keeping: held))
    }
    #expect(script.say(request(2), "slow-2").gone == [2])
  }
}
