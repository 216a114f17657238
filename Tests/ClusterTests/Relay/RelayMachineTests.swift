import Cluster
import TestSupport
import Testing
import Wire

@Suite struct RelayMachineTests {
  private let stock = DeltaStock(count: 6, retained: 6)
  private let hello = WorkerMessage.hello(Hello(worker: "w", software: "test", fingerprint: "f", credits: 0))

  private func heartbeat() -> WorkerMessage {
    .heartbeat(Heartbeat(incarnation: 1, leases: [], policyVersion: nil, busySeconds: 0, waitingSeconds: 0, sampledTokens: 0))
  }

  @Test("A relay joins without wanting tasks and fetches the newest version once")
  func aRelayJoinsWithoutWantingTasksAndFetchesTheNewestVersionOnce() {
    var script = RelayScript()
    let actions = script.join(stock, version: 2)
    guard case .hello(let said)? = actions.toldLearner.first else {
      Issue.record("no hello")
      return
    }
    #expect(said.credits == 0 && said.fingerprint.isEmpty)
    // 50 chunks, 20 at first, and more when half have come.
    #expect(actions.requests == [[2, nil, 20], [2, nil, 10], [2, nil, 10], [2, nil, 10]])
    #expect(actions.published.isEmpty)
    #expect(script.wait(1_000).requests.isEmpty)
    for worker in 0..<8 {
      let asked = script.ask(2, from: "w\(worker)")
      #expect(asked.frames.map { $0.bytes.array() } == [stock.versions[2]] && asked.requests.isEmpty)
    }
  }

  @Test("What is published goes on as it came") func whatIsPublishedGoesOnAsItCame() {
    var script = RelayScript()
    _ = script.join(stock, version: 2)
    for chunk in stock.broadcast(3) { #expect(script.on(.broadcast(chunk)).published == [chunk]) }
    var damaged = stock.broadcast(4)[0]
    damaged.digest ^= 1
    #expect(script.on(.broadcast(damaged)).published.isEmpty)
  }

  @Test("A worker is sent the deltas from its own version or a key frame made of them")
  func aWorkerIsSentTheDeltasFromItsOwnVersionOrAKeyFrameMadeOfThem() throws {
    var script = RelayScript()
    _ = script.join(stock, version: 1)
    for version in 2...5 { for chunk in stock.broadcast(version) { _ = script.on(.broadcast(chunk)) } }
    let delta = try #require(script.ask(5, base: 3).frames.first)
    #expect(delta.base == 3 && delta.policyVersion == 4)
    let whole = script.ask(5)
    #expect(whole.frames.map { $0.bytes.array() } == [stock.versions[5]] && whole.requests.isEmpty)
    #expect(script.ask(4).frames.map { $0.bytes.array() } == [stock.versions[4]])
  }

  @Test("A gap is repaired once for all and goes on to them") func aGapIsRepairedOnceForAllAndGoesOnToThem() {
    var script = RelayScript()
    _ = script.join(stock, version: 2)
    let chunks = stock.broadcast(3)
    for chunk in chunks.dropFirst() { _ = script.on(.broadcast(chunk)) }
    for worker in 0..<8 { #expect(script.ask(3, base: 2, from: "w\(worker)").frames.isEmpty) }
    let actions = script.serve(script.wait(600), from: stock)
    #expect(actions.requests == [[3, 2, 1]])
    #expect(actions.published == [chunks[0]])
    #expect(script.ask(3, base: 2).frames.map(\.policyVersion) == [3])
  }

  @Test("A version that was missed whole is fetched by its delta") func aVersionThatWasMissedWholeIsFetchedByItsDelta() {
    var script = RelayScript()
    _ = script.join(stock, version: 2)
    // Nothing of version 3 came, and all of version 4.
    for chunk in stock.broadcast(4) { _ = script.on(.broadcast(chunk)) }
    var actions: [RelayMachine.Action] = []
    for _ in 0..<4 { actions += script.serve(script.wait(600), from: stock) }
    #expect(actions.requests.allSatisfy { $0[1] == 2 } && !actions.requests.isEmpty, "\(actions.requests)")
    #expect(script.ask(4).frames.map { $0.bytes.array() } == [stock.versions[4]])
  }

  @Test("What is asked for and what is broadcast do not displace each other") func whatIsAskedForAndWhatIsBroadcastDoNotDisplaceEachOther()
    throws
  {
    var script = RelayScript()
    _ = script.join(stock, version: 2)
    let (older, newer) = (
      try #require(stock.published.frame(towards: 1, from: nil)), try #require(stock.published.frame(towards: 3, from: nil))
    )
    var requested = script.ask(1).requests.map { $0[0] }
    for index in 0..<newer.chunkCount {
      requested += script.hear(.weights(older.chunk(index))).requests.map { $0[0] }
      // Once the newer one is whole, there are two that are newer than this.
      if index + 1 == older.chunkCount { #expect(script.ask(1).frames.map { $0.bytes.array() } == [stock.versions[1]]) }
      requested += script.on(.broadcast(newer.chunk(index))).requests.map { $0[0] }
    }
    #expect(requested.allSatisfy { $0 == 1 } && requested.count <= 4, "\(requested)")
    #expect(script.ask(3).frames.map { $0.bytes.array() } == [stock.versions[3]])
  }

  @Test("A worker of an earlier life is asked to say hello") func aWorkerOfAnEarlierLifeIsAskedToSayHello() {
    var script = RelayScript()
    _ = script.join(stock, version: 2)
    let refusals = script.on(.worker(heartbeat(), from: Peer("w"))).told
    #expect(refusals == [.refuse(Refusal(code: .unknownWorker, reason: "say hello first"))])
    #expect(script.on(.worker(hello, from: Peer("w"))).welcomes.count == 1)
    #expect(script.on(.worker(heartbeat(), from: Peer("w"))).told == [.heartbeatReply(incarnation: 1)])
  }

  @Test("What can not be had keeps nobody waiting") func whatCanNotBeHadKeepsNobodyWaiting() {
    var script = RelayScript()
    _ = script.join(stock, version: 5)
    let actions = script.serve(script.ask(7), from: stock)
    #expect(actions.requests.count == 1 && actions.told.isEmpty)
    #expect(script.wait(600).requests.isEmpty)
  }

  @Test("A version of which nothing was heard is fetched for whoever knows it")
  func aVersionOfWhichNothingWasHeardIsFetchedForWhoeverKnowsIt() {
    var script = RelayScript()
    _ = script.join(stock, version: 2)
    let actions = script.serve(script.ask(3, base: 2), from: stock)
    #expect(!actions.requests.isEmpty && actions.requests.allSatisfy { $0[0] == 3 && $0[1] == 2 })
    #expect(script.ask(3).frames.map { $0.bytes.array() } == [stock.versions[3]])
  }

  @Test("Older versions do not give way before they are had") func olderVersionsDoNotGiveWayBeforeTheyAreHad() {
    var script = RelayScript()
    let stock = DeltaStock(count: 7, isNewEachTime: true, retained: 7)
    _ = script.join(stock, version: 4)
    for chunk in stock.broadcast(5) { _ = script.on(.broadcast(chunk)) }
    for version: UInt32 in [2, 3] { _ = script.serve(script.ask(version), from: stock) }
    for _ in 0..<10 {
      for version: UInt32 in [2, 3, 5] {
        #expect(script.ask(version).frames.map { $0.bytes.array() } == [stock.versions[Int(version)]])
      }
      _ = script.wait(1_000)
    }
    // Once nobody asks for them any more, they go.
    _ = script.wait(20_000)
    for chunk in stock.broadcast(6) { _ = script.on(.broadcast(chunk)) }
    #expect(script.ask(2).frames.isEmpty)
    #expect(script.ask(5).frames.map { $0.bytes.array() } == [stock.versions[5]])
  }

  @Test("A key frame goes to whoever waits for it as it comes") func aKeyFrameGoesToWhoeverWaitsForItAsItComes() throws {
    var script = RelayScript()
    _ = script.join(stock, version: 3)
    for worker in ["a", "b"] { _ = script.ask(2, from: worker) }
    let frame = try #require(stock.published.frame(towards: 2, from: nil))
    #expect(script.hear(.weights(frame.chunk(0))).told == Array(repeating: .weights(frame.chunk(0)), count: 2))
    #expect(script.hear(.weights(frame.chunk(0))).told.isEmpty)
  }

  @Test("What was begun is finished though newer versions come") func whatWasBegunIsFinishedThoughNewerVersionsCome() throws {
    var script = RelayScript()
    let stock = DeltaStock(count: 30, retained: 30)
    _ = script.on(.start)
    var requests = script.hear(DeltaStock.welcome(version: 0)).requests
    let first = try #require(stock.published.frame(towards: 0, from: nil))
    for version in 1..<30 {
      for chunk in stock.broadcast(version) { requests += script.on(.broadcast(chunk)).requests }
      requests += script.hear(.weights(first.chunk(version - 1))).requests
    }
    #expect(requests.allSatisfy { $0[0] == 0 })
    for index in 29..<first.chunkCount { _ = script.hear(.weights(first.chunk(index))) }
    #expect(script.ask(0).frames.map { $0.bytes.array() } == [stock.versions[0]])
  }

  @Test("A broadcast is no answer to a request for another") func aBroadcastIsNoAnswerToARequestForAnother() throws {
    var script = RelayScript()
    _ = script.join(stock, version: 2)
    #expect(script.ask(1).requests == [[1, nil, 20]])
    // The answer is lost; newer deltas come all the time.
    var requests: [[UInt32?]] = []
    for version in 3...5 {
      for chunk in stock.broadcast(version) {
        script.now += 400
        requests += script.on(.broadcast(chunk)).requests
        _ = script.hear(.heartbeatReply(incarnation: 1))
      }
    }
    #expect(requests.contains([1, nil, 20]))
  }

  @Test("A key frame is made for nobody who takes the delta") func aKeyFrameIsMadeForNobodyWhoTakesTheDelta() throws {
    var script = RelayScript()
    _ = script.join(stock, version: 2)
    _ = script.ask(3, base: 2)
    for chunk in stock.broadcast(3) { _ = script.on(.broadcast(chunk)) }
    #expect(script.wait(600).requests.isEmpty)
    #expect(script.ask(3, base: 2).frames.map(\.base) == [2])
  }

  @Test("What is being fetched is not said to be done with") func whatIsBeingFetchedIsNotSaidToBeDoneWith() {
    var script = RelayScript()
    _ = script.join(stock, version: 3)
    _ = script.ask(2)
    func newest(_ actions: [RelayMachine.Action]) -> [UInt32?] {
      actions.toldLearner.compactMap { message in
        if case .heartbeat(let heartbeat) = message { heartbeat.policyVersion } else { nil }
      }
    }
    #expect(newest(script.wait(1_000)) == [nil])
    _ = script.serve(script.ask(2) + script.wait(5_000), from: stock)
    #expect(newest(script.wait(1_000)) == [3])
  }

  @Test("A worker that asks for everything keeps nobody waiting") func aWorkerThatAsksForEverythingKeepsNobodyWaiting() {
    var script = RelayScript()
    _ = script.join(stock, version: 3)
    for version: UInt32 in 100..<200 { _ = script.ask(version, from: "greedy") }
    _ = script.ask(2, from: "w")
    var actions = script.wait(600)
    for _ in 0..<4 { actions = script.serve(actions, from: stock) + script.wait(600) }
    #expect(script.ask(2, from: "w").frames.map { $0.bytes.array() } == [stock.versions[2]])
  }

  @Test("That a version is gone is told to those who asked for it") func thatAVersionIsGoneIsToldToThoseWhoAskedForIt() {
    var script = RelayScript()
    let stock = DeltaStock(count: 6, retained: 2)
    _ = script.on(.start)
    // It asks for version 4, and for version 5 as soon as somebody waits for that: the answers cross.
    _ = script.hear(DeltaStock.welcome(version: 4))
    let asked = script.ask(5)
    #expect(script.hear(.weightsGone(policyVersion: 4, newest: 5)).told.isEmpty)
    #expect(script.serve(asked + script.wait(600), from: stock).requests.allSatisfy { $0[0] == 5 })
    #expect(script.ask(5).frames.map { $0.bytes.array() } == [stock.versions[5]])
  }

  @Test("An older version is fetched for whoever needs it") func anOlderVersionIsFetchedForWhoeverNeedsIt() {
    var script = RelayScript()
    _ = script.join(stock, version: 3)
    let actions = script.serve(script.ask(2), from: stock)
    #expect(actions.requests.map { $0[0] } == [2, 2, 2, 2] && actions.requests.allSatisfy { $0[1] == nil })
    #expect(actions.published.isEmpty)
    #expect(script.ask(2).frames.map { $0.bytes.array() } == [stock.versions[2]])
    #expect(script.ask(3).frames.map { $0.bytes.array() } == [stock.versions[3]])
  }

  @Test("A version that is gone is told as gone") func aVersionThatIsGoneIsToldAsGone() {
    var script = RelayScript()
    let short = DeltaStock(count: 6, retained: 1)
    _ = script.join(short, version: 5)
    let actions = script.serve(script.ask(1), from: short)
    #expect(actions.told == [.weightsGone(policyVersion: 1, newest: 5)])
    #expect(script.wait(1_000).requests.isEmpty)
  }

  @Test("Workers hear nothing while the learner is silent") func workersHearNothingWhileTheLearnerIsSilent() {
    var script = RelayScript()
    #expect(script.on(.start).welcomes.isEmpty)
    #expect(script.on(.worker(hello, from: Peer("w"))).welcomes.isEmpty)
    _ = script.serve(script.hear(DeltaStock.welcome(version: 2)), from: stock)
    let welcome = script.on(.worker(hello, from: Peer("w"))).welcomes
    #expect(welcome.map(\.incarnation) == [1] && welcome.allSatisfy(\.files.isEmpty))
    #expect(script.on(.worker(heartbeat(), from: Peer("w"))).told == [.heartbeatReply(incarnation: 1)])
    script.now += 3_001
    #expect(script.on(.worker(heartbeat(), from: Peer("w"))).told.isEmpty)
    #expect(script.on(.worker(hello, from: Peer("w"))).welcomes.isEmpty)
    // Weights it has it hands out all the same.
    #expect(script.ask(2).frames.count == 1)
  }

  @Test("A restarted learners versions are fetched anew") func aRestartedLearnersVersionsAreFetchedAnew() {
    var script = RelayScript()
    _ = script.join(stock, version: 2)
    for chunk in stock.broadcast(3) { _ = script.on(.broadcast(chunk)) }
    #expect(script.ask(3, base: 2).frames.count == 1)
    #expect(script.hear(.heartbeatReply(incarnation: 2)).toldLearner.contains { if case .hello = $0 { true } else { false } })
    guard case .welcome(var welcome) = DeltaStock.welcome(version: 2) else { return }
    welcome.incarnation = 2
    _ = script.hear(.welcome(welcome))
    #expect(script.ask(3, base: 2).frames.isEmpty)
    #expect(script.ask(2).frames.map { $0.bytes.array() } == [stock.versions[2]])
  }

  @Test("A relay ends with the run or with its welcome") func aRelayEndsWithTheRunOrWithItsWelcome() {
    var script = RelayScript()
    _ = script.join(stock, version: 2)
    #expect(script.hear(.finish).outcome == .finished)
    var refused = RelayScript()
    _ = refused.on(.start)
    #expect(refused.hear(.refuse(Refusal(code: .unauthorized, reason: "no"))).outcome == .refused(reason: "no"))
    var left = RelayScript()
    _ = left.on(.start)
    left.now = 60_000
    #expect(left.on(.tick).outcome == .gaveUp(afterSeconds: 60))
  }

  @Test("Whatever is lost on the way workers get the version's bits", arguments: [UInt32](1...8))
  func whateverIsLostOnTheWayWorkersGetTheVersionsBits(seed: UInt32) {
    let stock = DeltaStock(count: 12, retained: 12, seed: UInt64(seed))
    var random = SeededRandom(seed: UInt64(seed))
    var script = RelayScript()
    _ = script.join(stock, version: 0)
    for version in 1..<12 {
      for chunk in stock.broadcast(version) where !Int.random(in: 0..<3, using: &random).isMultiple(of: 3) {
        _ = script.on(.broadcast(chunk))
      }
      let known = stock.published
      for _ in 0..<8 {
        let actions = script.wait(600)
        for case .tellLearner(.weightsRequest(let target, let base, let chunks)) in actions {
          guard target <= UInt32(version), let frame = known.frame(towards: target, from: base) else { continue }
          for index in chunks where Int(index) < frame.chunkCount && Bool.random(using: &random) {
            _ = script.hear(.weights(frame.chunk(Int(index))))
          }
        }
        _ = script.ask(UInt32(version))
      }
      for frame in script.ask(UInt32(version)).frames {
        #expect(frame.bytes.array() == stock.versions[version], "seed \(seed) version \(version)")
      }
    }
    var last: [WeightFrame] = []
    for _ in 0..<40 where last.isEmpty { last = script.serve(script.wait(600) + script.ask(11), from: stock).frames }
    #expect(last.last?.bytes.array() == stock.versions[11])
  }
}
