import Cluster
import Logging
import Testing
import Wire

@Suite struct LearnerWorkerTests {
  @Test("Strangers are told to say hello at a bounded rate") func strangersAreToldToSayHelloAtABoundedRate() throws {
    var script = try LearnerScript()
    var refusals: [Refusal.Code] = []
    for _ in 0..<100 { refusals += script.beat("stranger").refusals }
    #expect(refusals == [.unknownWorker])
    script.now = 1_000
    #expect(script.send(step: 0, slot: 0, "stranger").refusals == [.unknownWorker])
    #expect(script.say(.goodbye, "other").isEmpty)
  }

  @Test("Malformed messages are counted and answered at a bounded rate") func malformedMessagesAreCountedAndAnsweredAtABoundedRate() throws
  {
    var script = try LearnerScript()
    let peer = Peer(identity: [0, 1, 2])
    #expect(script.on(.malformed(peer, reason: "not an array")).refusals == [.malformed])
    for _ in 0..<41 { #expect(script.on(.malformed(peer, reason: "not an array")).isEmpty) }
    script.now = 1_000
    #expect(
      script.on(.malformed(peer, reason: "not an array")).notices == [
        .misbehaved(peer: "0x000102", reason: "not an array", count: 43)
      ])
    // Whatever number of peers misbehaves, answers and memory stay bounded.
    var answers = 0
    for index in 0..<5_000 { answers += script.on(.malformed(Peer("p\(index)"), reason: "")).refusals.count }
    #expect(answers <= 1_024)
  }

  @Test("Who goes on misbehaving is met with silence") func whoGoesOnMisbehavingIsMetWithSilence() throws {
    var script = try LearnerScript()
    var answers = 0
    var lines = 0
    for _ in 0..<600 {
      let actions = script.on(.malformed(Peer("p"), reason: "noise"))
      answers += actions.refusals.count
      lines += actions.notices.count { if case .misbehaved = $0 { true } else { false } }
      script.now += 500
    }
    // After 0, 1, 3, 7, 15, 31 and 63 s, and every 64 s from there on.
    #expect(answers == 10 && lines == 10)
    // Who was quiet for long is answered at once, and again soon.
    script.now += 1_000_000
    #expect(script.on(.malformed(Peer("p"), reason: "noise")).refusals == [.malformed])
    script.now += 1_000
    #expect(script.on(.malformed(Peer("p"), reason: "noise")).refusals == [.malformed])
  }

  @Test("Lines about peers are bounded however many there are") func linesAboutPeersAreBoundedHoweverManyThereAre() throws {
    var script = try LearnerScript()
    var lines = 0
    for index in 0..<500 { lines += script.on(.access(.denied(Peer("10.0.0.\(index)"), reason: "not listed"))).notices.count }
    #expect(lines == 20)
    script.now += 10_000
    #expect(
      script.on(.access(.denied(Peer("10.0.1.1"), reason: "not listed"))).notices.prefix(2) == [
        .untold(count: 480), .refused(peer: "10.0.1.1", reason: "not listed"),
      ])
  }

  @Test("A revoked worker's leases go to others at once") func aRevokedWorkersLeasesGoToOthersAtOnce() throws {
    var script = try LearnerScript()
    _ = script.on(.start)
    let held = script.join("a").grants(to: "a")
    #expect(held.map { [$0.item.step, $0.item.slot] } == [[0, 0], [0, 1], [0, 2], [0, 3]])
    // Half of a step is the share of each of two; of one, it is the whole.
    #expect(script.join("b").slots(to: "b") == [[1, 0], [1, 1]])
    let actions = script.on(.access(.revoked(Peer("a"), reason: "its key is no longer let in")))
    #expect(actions.notices.contains(.workerLost(worker: "a", reason: "its key is no longer let in", leases: held.count)))
    #expect(actions.slots(to: "b") == [[0, 0], [0, 1]])
    // What it never was in, it cannot be thrown out of.
    #expect(script.on(.access(.revoked(Peer("a"), reason: ""))).isEmpty)
    #expect(script.on(.access(.list("2 keys"))).notices == [.accessChanged("2 keys")])
  }

  @Test("Workers that do not fit are refused") func workersThatDoNotFitAreRefused() throws {
    var script = try LearnerScript(Fixture.plan(fingerprint: "f", maximumWorkers: 1))
    #expect(script.say(Fixture.hello("a", protocolVersion: 1), "a").refusals == [.protocolVersion])
    #expect(script.say(Fixture.hello("a"), "b").refusals == [.malformed])
    let strange = Hello(worker: "a", software: "", fingerprint: "g", credits: 1)
    #expect(script.say(.hello(strange), "a").refusals == [.fingerprint])
    #expect(script.join("a").refusals.isEmpty)
    #expect(script.join("b").refusals == [.full])
  }

  @Test("A relay sends no groups") func aRelaySendsNoGroups() throws {
    var script = try LearnerScript(Fixture.plan(fingerprint: "f"))
    _ = script.on(.start)
    let relay = Hello(worker: "r", software: "", fingerprint: "", credits: 0)
    #expect(script.say(.hello(relay), "r").refusals.isEmpty)
    let actions = script.send(step: 0, slot: 0, "r")
    #expect(actions.refusals == [.malformed])
    #expect(!actions.contains { if case .persist = $0 { true } else { false } })
  }

  @Test("A refusal over bits says how to relax it") func aRefusalOverBitsSaysHowToRelaxIt() throws {
    var script = try LearnerScript(Fixture.plan(fingerprint: "f"))
    let hello = Hello(worker: "a", software: "", fingerprint: "g", credits: 1)
    let notice = try #require(script.say(.hello(hello), "a").notices.first)
    #expect(notice.description.contains("a computes with g, the run with f") && notice.description.contains("require_same_bits: false"))
  }

  @Test("Where bits may differ the first worker is the reference") func whereBitsMayDifferTheFirstWorkerIsTheReference() throws {
    var plan = Fixture.plan(fingerprint: "learner")
    plan.requiresSameBits = false
    var script = try LearnerScript(plan)
    func join(_ name: String, _ fingerprint: String) -> [LearnerMachine.Action] {
      script.say(.hello(Hello(worker: name, software: "", fingerprint: fingerprint, credits: 1)), name)
    }
    func isTold(_ actions: [LearnerMachine.Action]) -> Bool {
      actions.notices.contains { if case .mixedArithmetic = $0 { true } else { false } }
    }
    #expect(!isTold(join("a", "f")))
    #expect(!isTold(join("b", "f")))
    let other = join("c", "g")
    #expect(other.notices.contains(.mixedArithmetic(worker: "c", fingerprint: "g", reference: "f")))
    #expect(other.slots(to: "c") == [[0, 2]])
    script.now = 2_000
    #expect(!isTold(join("c", "g")))
  }

  @Test("A worker of another build is taken in and both are named once") func aWorkerOfAnotherBuildIsTakenInAndBothAreNamedOnce() throws {
    var plan = Fixture.plan(fingerprint: "f")
    plan.software = "empo 1 (a)"
    var script = try LearnerScript(plan)
    func join(_ name: String, _ software: String) -> [LearnerMachine.Action] {
      script.say(.hello(Hello(worker: name, software: software, fingerprint: "f", credits: 1)), name)
    }
    func isTold(_ actions: [LearnerMachine.Action]) -> Bool {
      actions.notices.contains { if case .otherBuild = $0 { true } else { false } }
    }
    #expect(!isTold(join("a", "empo 1 (a)")))
    let other = join("b", "empo 1 (b)")
    let notice = LearnerNotice.otherBuild(worker: "b", software: "empo 1 (b)", learner: "empo 1 (a)")
    #expect(other.refusals.isEmpty && other.notices.contains(notice) && notice.level == .warning)
    #expect(notice.description.hasPrefix("b is empo 1 (b), this learner empo 1 (a): "))
    script.now = 2_000
    #expect(!isTold(join("b", "empo 1 (b)")))
  }

  @Test("A refused worker is always told and the user once an interval") func aRefusedWorkerIsAlwaysToldAndTheUserOnceAnInterval() throws {
    var script = try LearnerScript(Fixture.plan(fingerprint: "f"))
    var actions: [LearnerMachine.Action] = []
    for _ in 0..<100 { actions += script.say(Fixture.hello("a", protocolVersion: 99), "a") }
    #expect(actions.refusals.count == 100 && actions.notices.count == 1)
    script.now = 1_000
    #expect(script.say(Fixture.hello("", protocolVersion: 99), "a").notices.first?.description.contains("worker a speaks") == true)
  }

  @Test("A worker that comes back keeps the leases it names") func aWorkerThatComesBackKeepsTheLeasesItNames() throws {
    var script = try LearnerScript()
    let leases = script.join("a").grants(to: "a").map(\.lease)
    script.now = 2_000
    let again = script.join("a")
    #expect(again.first == .welcome(Peer("a"), policyVersion: 0))
    #expect(again.grants(to: "a").isEmpty)
    let first = script.beat("a", leases: [leases[1], leases[2]])
    #expect(
      first.notices == [
        .leaseReassigned(item: WorkItem(step: 0, slot: 0), worker: "a", reason: .forgotten),
        .leaseReassigned(item: WorkItem(step: 0, slot: 3), worker: "a", reason: .forgotten),
      ])
    #expect(first.slots(to: "a") == [[0, 0], [0, 3]])
    // Only the first heartbeat after a hello settles it: tasks on their way are no reason to take them away.
    #expect(script.beat("a", leases: []).notices.isEmpty)
  }

  @Test("Hellos that piled up count as one") func hellosThatPiledUpCountAsOne() throws {
    var script = try LearnerScript()
    _ = script.join("a")
    for _ in 0..<10 { #expect(script.join("a").isEmpty) }
  }

  @Test("Heartbeats for another incarnation extend nothing") func heartbeatsForAnotherIncarnationExtendNothing() throws {
    var script = try LearnerScript()
    let leases = script.join("a").grants(to: "a").map(\.lease)
    script.now = 4_000
    let actions = script.say(
      .heartbeat(
        Heartbeat(incarnation: 9, leases: leases, policyVersion: nil, busySeconds: 0, waitingSeconds: 0, sampledTokens: 0)), "a")
    #expect(actions == [.send(.heartbeatReply(incarnation: 1), to: Peer("a"))])
    #expect(script.wait(1_001).notices.count { if case .leaseReassigned = $0 { true } else { false } } == 4)
  }

  @Test("Waiting is told every ten seconds with its reason") func waitingIsToldEveryTenSecondsWithItsReason() throws {
    var script = try LearnerScript()
    _ = script.on(.start)
    #expect(script.wait(9_999).notices.isEmpty)
    let wait = LearnerWait(step: 0, missing: 4, leased: 0, workers: 0, takers: 0, milliseconds: 10_000)
    #expect(script.wait(1).notices == [.waiting(wait)])
    #expect(wait.description.contains("no worker is connected"))
    #expect(
      LearnerWait(step: 0, missing: 4, leased: 0, workers: 2, takers: 0, milliseconds: 10_000).description.contains(
        "workers: 2, none of which is given tasks"))
    #expect(script.wait(9_999).notices.isEmpty)
    #expect(script.wait(1).notices.count == 1)
  }
}
