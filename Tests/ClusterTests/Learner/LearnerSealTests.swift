import Cluster
import EMPO
import Testing
import Wire

@Suite struct LearnerSealTests {
  private func script(incarnation: UInt64 = 1, lineage: UInt64 = 1) throws -> LearnerScript {
    let secrets = LearnerSecrets(
      leaseKey: Array(repeating: 1, count: 32), auditKey: Array(repeating: 2, count: 32), firstTrustedIncarnation: lineage)
    var script = try LearnerScript()
    script.machine = try LearnerMachine(
      plan: Fixture.plan(), order: Fixture.order, incarnation: incarnation, secrets: secrets, state: LearnerState(retained: [0]))
    return script
  }

  private func send(_ script: inout LearnerScript, _ result: WorkResult, _ worker: String) -> [LearnerMachine.Action] {
    script.say(.result(result), worker)
  }

  static let forgeries: [(String, @Sendable (WorkResult) -> WorkResult)] = [
    (
      "no seal",
      { result in
        var forged = result
        forged.seal = LeaseSeal(incarnation: 1, code: [])
        return forged
      }
    ),
    (
      "another code",
      { result in
        var forged = Fixture.sealed(result, for: "a")
        forged.seal.code[7] ^= 1
        return forged
      }
    ),
    ("another worker's", { Fixture.sealed($0, for: "b") }),
    (
      "another slot's",
      { result in
        var forged = Fixture.sealed(result, for: "a")
        forged.item.slot = 1
        return forged
      }
    ),
    (
      "another step's",
      { result in
        var forged = Fixture.sealed(result, for: "a")
        forged.item.step = 1
        return forged
      }
    ),
    (
      "that of an evaluation",
      { result in
        var other = result
        other.item.kind = .evaluation
        var forged = Fixture.sealed(other, for: "a")
        forged.item = result.item
        return forged
      }
    ),
    ("of an incarnation to come", { Fixture.sealed($0, for: "a", incarnation: 3) }),
    (
      "with another incarnation than its own",
      { result in
        var forged = Fixture.sealed(result, for: "a", incarnation: 2)
        forged.seal.incarnation = 1
        return forged
      }
    ),
  ]

  @Test("A group without a lease of its sender is refused, and counts as a fault", arguments: forgeries.indices)
  func aGroupWithoutALeaseOfItsSenderIsRefused(index: Int) throws {
    let (name, forge) = Self.forgeries[index]
    var script = try script(incarnation: 2)
    _ = script.join("a")
    let forged = forge(Fixture.result(step: 0, slot: 0))
    let actions = send(&script, forged, "a")
    #expect(actions.persisted.isEmpty && actions.dispositions == [.stale], "\(name)")
    let told = actions.notices.contains { notice in
      if case .groupRejected(_, "a", let reason) = notice { reason.hasPrefix("it belongs to no lease") } else { false }
    }
    #expect(told, "\(name)")
    _ = send(&script, forged, "a")
    #expect(send(&script, forged, "a").notices.contains { if case .quarantined = $0 { true } else { false } }, "\(name)")
  }

  @Test("A genuine lease counts after it has run out, and after a restart") func aGenuineLeaseCountsAfterItHasRunOut() throws {
    var script = try script(incarnation: 5)
    _ = script.join("a")
    #expect(send(&script, Fixture.sealed(Fixture.result(step: 0, slot: 0), for: "a", incarnation: 3), "a").dispositions == [.accepted])
  }

  @Test("Leases from before the run went back are stale, and no fault") func leasesFromBeforeTheRunWentBackAreStale() throws {
    var script = try script(incarnation: 5, lineage: 4)
    _ = script.join("a")
    for _ in 0..<4 {
      let old = send(&script, Fixture.sealed(Fixture.result(step: 0, slot: 0), for: "a", incarnation: 3), "a")
      #expect(old.dispositions == [.stale] && old.persisted.isEmpty)
      #expect(!old.notices.contains { if case .quarantined = $0 { true } else { false } })
    }
    #expect(send(&script, Fixture.sealed(Fixture.result(step: 0, slot: 0), for: "a", incarnation: 4), "a").dispositions == [.accepted])
  }

  @Test("The learner's own scores count") func theLearnersOwnScoresCount() throws {
    var script = try script()
    _ = script.join("a")
    var forged = Fixture.result(step: 0, slot: 0)
    forged.group.responses[1].reward = 7
    let actions = script.on(.message(.result(Fixture.sealed(forged, for: "a")), from: Peer("a")))
    #expect(actions.persisted.isEmpty && actions.dispositions.isEmpty)
    let (result, peer) = try #require(
      actions.compactMap { if case .score(let result, let peer, _) = $0 { (result, peer) } else { nil } }.first)
    let scored = script.on(.scored(result, from: peer, own: Fixture.group(step: 0, slot: 0)))
    #expect(scored.persisted.map(\.group) == [Fixture.group(step: 0, slot: 0)] && scored.dispositions == [.accepted])
    #expect(scored.notices.contains { "\($0)".contains("a scored its tokens wrongly (sample 1: reward 7.0 against 1.0)") })
  }

  @Test("While a group is scored a second copy is one too many") func whileAGroupIsScoredASecondCopyIsOneTooMany() throws {
    var script = try script()
    _ = script.join("a")
    _ = script.join("b")
    let result = Fixture.result(step: 0, slot: 0)
    _ = script.on(.message(.result(Fixture.sealed(result, for: "a")), from: Peer("a")))
    let second = script.on(.message(.result(Fixture.sealed(result, for: "b")), from: Peer("b")))
    #expect(second.dispositions == [.duplicate])
    // Nor is its slot leased again.
    #expect(script.join("c").grants(to: "c").allSatisfy { $0.item != result.item })
  }
}
