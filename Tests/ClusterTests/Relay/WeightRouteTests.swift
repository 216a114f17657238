import Cluster
import Testing
import Wire

@Suite struct WeightRouteTests {
  private let request = WorkerMessage.weightsRequest(policyVersion: 0, chunks: [])
  private let hello = Hello(worker: "w", software: "test", fingerprint: "f", credits: 0)

  private func route() -> WeightRoute { WeightRoute(hello: hello, helloRetry: 100, patience: 1_000, now: 0) }

  private func welcome(incarnation: UInt64 = 1, publisher: String = "tcp://relay:1", run: String = "run") throws -> Welcome {
    guard case .welcome(let welcome) = Fixture.welcome(incarnation: incarnation, run: run, publisher: publisher) else {
      throw ClusterError(.checkpoint, "no welcome")
    }
    return welcome
  }

  private func joined() throws -> WeightRoute {
    var route = route()
    route.note(learner: try welcome(publisher: "tcp://learner:1"), now: 0)
    _ = route.hear(.welcome(try welcome()), now: 0)
    return route
  }

  @Test("Weights come from the relay and all else stays") func weightsComeFromTheRelayAndAllElseStays() throws {
    var route = route()
    #expect(route.advance(now: 0) == [.tellRelay(.hello(hello))])
    route.note(learner: try welcome(publisher: "tcp://learner:1"), now: 10)
    #expect(route.subscribe(to: "tcp://learner:1").isEmpty)
    #expect(route.destination(of: request, now: 0) == .nowhere)
    let actions = route.hear(.welcome(try welcome()), now: 20)
    #expect(actions.contains(.subscribeToRelay("tcp://relay:1")) && actions.contains(.notify(.relayFound)))
    #expect(route.destination(of: request, now: 0) == .relay)
    #expect(route.destination(of: .goodbye, now: 0) == .learner)
    let chunk = LearnerMessage.weights(Fixture.chunks(0)[0])
    #expect(route.hear(chunk, now: 30).contains(.pass(chunk)))
  }

  @Test("A relay that is not there is waited for only so long") func aRelayThatIsNotThereIsWaitedForOnlySoLong() throws {
    var route = route()
    route.note(learner: try welcome(publisher: "tcp://learner:1"), now: 0)
    #expect(!route.advance(now: 999).contains(.subscribeToLearner("tcp://learner:1")))
    let actions = route.advance(now: 1_000)
    #expect(actions.contains(.subscribeToLearner("tcp://learner:1")))
    #expect(actions.contains { if case .notify(.relayLost) = $0 { true } else { false } })
    #expect(route.destination(of: request, now: 0) == .learner)
    // It is looked for all the same, and used when it is there.
    #expect((0..<50).contains { route.advance(now: 1_000 + 100 * Milliseconds($0)).contains(.tellRelay(.hello(hello))) })
    let found = route.hear(.welcome(try welcome()), now: 7_000)
    #expect(found.prefix(2).contains(.unsubscribeFromLearner) && found.contains(.subscribeToRelay("tcp://relay:1")))
    #expect(route.destination(of: request, now: 0) == .relay)
  }

  @Test("A relay that came back at once is listened to where it publishes now")
  func aRelayThatCameBackAtOnceIsListenedToWhereItPublishesNow() throws {
    var route = try joined()
    let greeting = route.hear(.refuse(Refusal(code: .unknownWorker, reason: "say hello first")), now: 100)
    #expect(greeting.contains(.tellRelay(.hello(hello))))
    #expect(route.hear(.welcome(try welcome(publisher: "tcp://relay:2")), now: 200).contains(.subscribeToRelay("tcp://relay:2")))
    #expect(route.destination(of: request, now: 0) == .relay)
  }

  @Test("A relay that falls silent is left once") func aRelayThatFallsSilentIsLeftOnce() throws {
    var route = try joined()
    var now: Milliseconds = 0
    for _ in 0..<20 {
      now += 200
      #expect(route.hear(.heartbeatReply(incarnation: 1), now: now).allSatisfy { if case .tellRelay = $0 { true } else { false } })
    }
    let actions = stride(from: now, through: now + 5_000, by: 100).flatMap { route.advance(now: $0) }
    #expect(actions.count { $0 == .subscribeToLearner("tcp://learner:1") } == 1)
    #expect(actions.count { if case .notify = $0 { true } else { false } } == 1)
  }

  @Test("A relay that answers heartbeats alone is left for a while") func aRelayThatAnswersHeartbeatsAloneIsLeftForAWhile() throws {
    var route = try joined()
    var left: Milliseconds?
    for now in stride(from: Milliseconds(100), to: 30_000, by: 100) {
      if now % 500 == 0, left == nil { #expect(route.destination(of: request, now: now) == .relay) }
      let actions = route.hear(.heartbeatReply(incarnation: 1), now: now)
      if actions.contains(.subscribeToLearner("tcp://learner:1")) { left = now }
      if let left, actions.contains(.notify(.relayFound)) {
        #expect(now > left + 10_000)
        return
      }
    }
    Issue.record("left at \(left ?? -1), and never found again")
  }

  @Test("A relay that answers now and then is not left") func aRelayThatAnswersNowAndThenIsNotLeft() throws {
    var route = try joined()
    for now in stride(from: Milliseconds(100), to: 60_000, by: 100) {
      if now % 500 == 0 { #expect(route.destination(of: request, now: now) == .relay) }
      let answer: LearnerMessage = now % 3_000 == 0 ? .weights(Fixture.chunks(0)[0]) : .heartbeatReply(incarnation: 1)
      #expect(!route.hear(answer, now: now).contains(.subscribeToLearner("tcp://learner:1")))
    }
    // What came by broadcast is not asked for again, which is no fault of the relay's.
    #expect(route.destination(of: request, now: 60_000) == .relay)
    _ = route.hear(.heartbeatReply(incarnation: 1), now: 70_000)
    #expect(route.destination(of: request, now: 70_000) == .relay)
    #expect(!route.hear(.heartbeatReply(incarnation: 1), now: 70_100).contains(.subscribeToLearner("tcp://learner:1")))
  }

  @Test("A relay of another life of the learner is not asked") func aRelayOfAnotherLifeOfTheLearnerIsNotAsked() throws {
    var route = try joined()
    route.note(learner: try welcome(incarnation: 2, publisher: "tcp://learner:1"), now: 100)
    #expect(route.destination(of: request, now: 0) == .nowhere)
    // It hears of it, too, and says so.
    let greeting = route.hear(.heartbeatReply(incarnation: 2), now: 200)
    #expect(greeting.contains(.tellRelay(.hello(hello))))
    #expect(route.hear(.welcome(try welcome(incarnation: 2)), now: 300).contains(.subscribeToRelay("tcp://relay:1")))
    #expect(route.destination(of: request, now: 0) == .relay)
    // One that does not is left.
    route.note(learner: try welcome(incarnation: 3, publisher: "tcp://learner:1"), now: 400)
    for now in stride(from: Milliseconds(500), to: 1_400, by: 100) { _ = route.hear(.heartbeatReply(incarnation: 2), now: now) }
    #expect(route.hear(.heartbeatReply(incarnation: 2), now: 1_400).contains(.subscribeToLearner("tcp://learner:1")))
  }

  @Test("A relay that serves another run or refuses is not asked") func aRelayThatServesAnotherRunOrRefusesIsNotAsked() throws {
    var other = route()
    other.note(learner: try welcome(publisher: "tcp://learner:1"), now: 0)
    #expect(!other.hear(.welcome(try welcome(run: "other")), now: 10).contains(.notify(.relayFound)))
    #expect(other.advance(now: 1_000).contains(.subscribeToLearner("tcp://learner:1")))
    var refused = route()
    refused.note(learner: try welcome(publisher: "tcp://learner:1"), now: 0)
    let actions = refused.hear(.refuse(Refusal(code: .unauthorized, reason: "no")), now: 10)
    #expect(actions.contains(.notify(.relayLost(reason: "no"))) && actions.contains(.subscribeToLearner("tcp://learner:1")))
    #expect(stride(from: Milliseconds(0), to: 60_000, by: 500).allSatisfy { refused.advance(now: $0).isEmpty })
  }
}
