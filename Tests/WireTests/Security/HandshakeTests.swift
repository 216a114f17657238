import Foundation
import Testing
import Wire

/// Who is let in, over real sockets.
@Suite(.timeLimit(.minutes(15))) struct HandshakeTests {
  let folder: KeyFolder

  init() throws {
    folder = try KeyFolder()
    try folder.make(.learner, "learner")
    for name in ["a", "b"] {
      try folder.make(.worker, name)
      try folder.authorize(name)
    }
  }

  private func worker(_ name: String, at learner: ZeroMQLearnerTransport, as said: String? = nil) throws -> ZeroMQWorkerTransport {
    try ZeroMQWorkerTransport(connecting: learner.endpoint, worker: said ?? name, credentials: folder.credentials(of: name))
  }

  /// What the learner hears until a worker hears something; the learner's thread is this one.
  private func refusal(of worker: ZeroMQWorkerTransport, by learner: ZeroMQLearnerTransport) throws -> (Refusal?, [LearnerInput]) {
    var heard: [LearnerInput] = []
    for _ in 0..<patience / 10 {
      if let input = try learner.receive(timeoutMilliseconds: 5) { heard.append(input) }
      guard case .message(.refuse(let refusal)) = try worker.receive(timeoutMilliseconds: 5) else { continue }
      // What the learner tells of it comes after the answer.
      while let input = try learner.receive(timeoutMilliseconds: 50) { heard.append(input) }
      return (refusal, heard)
    }
    return (nil, heard)
  }

  @Test("A listed key is let in under its name") func aListedKeyIsLetInUnderItsName() throws {
    let learner = try folder.makeLearner()
    let worker = try worker("a", at: learner)
    #expect(try worker.send(hello("a")) == .sent)
    #expect(try learner.receive(timeoutMilliseconds: patience) == .message(hello("a"), from: Peer("a")))
    #expect(try learner.send(.heartbeatReply(incarnation: 7), to: Peer("a")) == .sent)
    #expect(try worker.receive(timeoutMilliseconds: patience) == .message(.heartbeatReply(incarnation: 7)))
    #expect(try learner.send(.finish, to: Peer("b")) == .unreachable)
    // Weights go the same way.
    try worker.subscribe(to: learner.publisher)
    var heard: WorkerInput?
    for _ in 0..<patience / 10 where heard == nil {
      try learner.publish(sampleChunk)
      _ = try learner.receive(timeoutMilliseconds: 5)
      heard = try worker.receive(timeoutMilliseconds: 5)
    }
    #expect(heard == .broadcast(sampleChunk))
  }

  @Test("Keys let a learner listen everywhere") func keysLetALearnerListenEverywhere() throws {
    let learner = try folder.makeLearner(listen: "tcp://0.0.0.0:*")
    let port = try #require(learner.endpoint.split(separator: ":").last)
    let worker = try ZeroMQWorkerTransport(
      connecting: "tcp://127.0.0.1:\(port)", worker: "a", credentials: folder.credentials(of: "a"))
    #expect(try worker.send(.goodbye) == .sent)
    #expect(try learner.receive(timeoutMilliseconds: patience) == .message(.goodbye, from: Peer("a")))
  }

  @Test("An unlisted key is told so") func anUnlistedKeyIsToldSo() throws {
    try folder.make(.worker, "stranger")
    let learner = try folder.makeLearner()
    let worker = try worker("stranger", at: learner)
    #expect(try worker.send(hello("stranger")) == .sent)
    let (refusal, heard) = try refusal(of: worker, by: learner)
    #expect(refusal?.code == .unauthorized && refusal?.reason.contains("allow-list") == true)
    let key = try KeyFile.readPublic(folder.file("stranger.pub"), of: .worker)
    #expect(!heard.isEmpty)
    for input in heard {
      guard case .access(.denied(let peer, let reason)) = input else {
        Issue.record("\(input)")
        continue
      }
      #expect(peer == Peer("127.0.0.1") && reason.contains(key.text))
    }
  }

  @Test("A worker without keys is told so") func aWorkerWithoutKeysIsToldSo() throws {
    let learner = try folder.makeLearner()
    let worker = try ZeroMQWorkerTransport(connecting: learner.endpoint, worker: "a")
    #expect(try worker.send(hello("a")) == .sent)
    let (refusal, heard) = try refusal(of: worker, by: learner)
    #expect(refusal?.code == .unauthorized && refusal?.reason.contains("--key") == true)
    #expect(heard.isEmpty)
  }

  @Test("A worker with keys is told of a learner without") func aWorkerWithKeysIsToldOfALearnerWithout() throws {
    let learner = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*")
    let worker = try worker("a", at: learner)
    // Whichever end notices first closes, so that the worker may see nothing but closed connections for a while: it says so, names
    // this among the reasons, and goes on trying.
    var heard: [Refusal] = []
    for _ in 0..<3 where heard.last?.code != .unauthorized {
      if let refusal = try refusal(of: worker, by: learner).0 { heard.append(refusal) }
    }
    #expect(heard.last?.code == .unauthorized, "\(heard)")
    #expect(heard.allSatisfy { $0.reason.contains("without keys") }, "\(heard)")
  }

  @Test("A worker that expects another learner is told so") func aWorkerThatExpectsAnotherLearnerIsToldSo() throws {
    try folder.make(.learner, "other")
    let learner = try folder.makeLearner()
    let worker = try ZeroMQWorkerTransport(
      connecting: learner.endpoint, worker: "a", credentials: folder.credentials(of: "a", learner: "other"))
    let (refusal, heard) = try refusal(of: worker, by: learner)
    // A learner that is being restarted looks much the same, so the worker may go on trying.
    #expect(refusal?.code == .other && refusal?.reason.contains("--learner-key") == true)
    #expect(heard.isEmpty)
  }

  @Test("A key is good for one name") func aKeyIsGoodForOneName() throws {
    let learner = try folder.makeLearner()
    let right = try worker("b", at: learner)
    #expect(try right.send(hello("b")) == .sent)
    #expect(try learner.receive(timeoutMilliseconds: patience) == .message(hello("b"), from: Peer("b")))
    // Its own name is what everything else goes by; a hello that says another is a mistake, or worse.
    let renamed = try worker("a", at: learner, as: "b")
    #expect(try renamed.send(hello("b")) == .sent)
    let (refusal, heard) = try refusal(of: renamed, by: learner)
    #expect(refusal?.code == .unauthorized && refusal?.reason.contains("worker a") == true && refusal?.reason.contains("itself b") == true)
    #expect(heard.count == 1)
    guard case .access(.denied(Peer("a"), _)) = heard.first else {
      Issue.record("\(heard)")
      return
    }
    // Whoever has the name keeps the messages.
    #expect(try learner.send(.finish, to: Peer("b")) == .sent)
    #expect(try right.receive(timeoutMilliseconds: patience) == .message(.finish))
    #expect(try renamed.receive(timeoutMilliseconds: 50) == nil)
  }

  @Test("A restarted worker takes over") func aRestartedWorkerTakesOver() throws {
    let learner = try folder.makeLearner()
    let first = try worker("a", at: learner)
    #expect(try first.send(hello("a")) == .sent)
    #expect(try learner.receive(timeoutMilliseconds: patience) == .message(hello("a"), from: Peer("a")))
    let second = try worker("a", at: learner)
    #expect(try second.send(hello("a")) == .sent)
    #expect(try learner.receive(timeoutMilliseconds: patience) == .message(hello("a"), from: Peer("a")))
    // What the old connection still says doesn't turn the messages back to it.
    #expect(try first.send(.decline(leases: [])) == .sent)
    #expect(try learner.receive(timeoutMilliseconds: patience) == .message(.decline(leases: []), from: Peer("a")))
    #expect(try learner.send(.finish, to: Peer("a")) == .sent)
    #expect(try second.receive(timeoutMilliseconds: patience) == .message(.finish))
    #expect(try first.receive(timeoutMilliseconds: 50) == nil)
  }

  @Test("Who is revoked is told and heard no more") func whoIsRevokedIsToldAndHeardNoMore() throws {
    let learner = try folder.makeLearner()
    let workers = try ["a", "b"].map { try worker($0, at: learner) }
    for (name, worker) in zip(["a", "b"], workers) {
      #expect(try worker.send(hello(name)) == .sent)
      #expect(try learner.receive(timeoutMilliseconds: patience) == .message(hello(name), from: Peer(name)))
      try worker.subscribe(to: learner.publisher)
    }
    try spread(sampleChunk, from: learner, to: workers)

    try folder.revoke("a")
    let (refusal, heard) = try refusal(of: workers[0], by: learner)
    #expect(refusal?.code == .unauthorized)
    var events = heard
    while let input = try learner.receive(timeoutMilliseconds: 0) { events.append(input) }
    #expect(events.contains { if case .access(.revoked(Peer("a"), _)) = $0 { true } else { false } })
    #expect(events.contains { if case .access(.list(let line)) = $0 { line.contains("revoked: a") } else { false } })

    // Its connection is still there; what it says is not heard, and it hears why.
    #expect(try workers[0].send(.decline(leases: [1])) == .sent)
    let (again, said) = try self.refusal(of: workers[0], by: learner)
    #expect(again?.code == .unauthorized)
    #expect(said.allSatisfy { if case .message = $0 { false } else { true } })
    #expect(try learner.send(.finish, to: Peer("a")) == .unreachable)

    // The other one gets weights and words as before; the revoked one gets none.
    while try workers[0].receive(timeoutMilliseconds: 20) != nil {}
    var chunk = sampleChunk
    chunk.index = 1
    try spread(chunk, from: learner, to: [workers[1]])
    while let input = try workers[0].receive(timeoutMilliseconds: 20) { #expect(input != .broadcast(chunk)) }
    #expect(try learner.send(.finish, to: Peer("b")) == .sent)

    // And it cannot come back.
    workers[0].close()
    let returned = try worker("a", at: learner)
    let (last, _) = try self.refusal(of: returned, by: learner)
    #expect(last?.code == .unauthorized)
  }

  /// Publishes until every worker has heard it: subscriptions take a moment to arrive.
  private func spread(_ chunk: WeightChunk, from learner: ZeroMQLearnerTransport, to workers: [ZeroMQWorkerTransport]) throws {
    var missing = workers
    for _ in 0..<patience / 10 where !missing.isEmpty {
      try learner.publish(chunk)
      _ = try learner.receive(timeoutMilliseconds: 5)
      try missing.removeAll { try $0.receive(timeoutMilliseconds: 5) == .broadcast(chunk) }
    }
    #expect(missing.isEmpty)
  }

  @Test("A key that is added is let in") func aKeyThatIsAddedIsLetIn() throws {
    try folder.make(.worker, "late")
    let learner = try folder.makeLearner()
    try folder.authorize("late")
    // Read again within a second; a worker that came too early for it tries again for about as long.
    var line = ""
    while case .access(let event) = try learner.receive(timeoutMilliseconds: patience) {
      guard case .list(let text) = event else { continue }
      line = text
      break
    }
    #expect(line.contains("let in: late"))
    let worker = try worker("late", at: learner)
    #expect(try worker.send(hello("late")) == .sent)
    #expect(try learner.receive(timeoutMilliseconds: patience) == .message(hello("late"), from: Peer("late")))
  }

  @Test("A list that cannot be read turns nobody out") func aListThatCannotBeReadTurnsNobodyOut() throws {
    let learner = try folder.makeLearner()
    let worker = try worker("a", at: learner)
    try folder.write("empo-wor", to: "authorized/b.pub")
    guard case .access(.list(let line)) = try learner.receive(timeoutMilliseconds: patience) else {
      Issue.record("no word of the broken list")
      return
    }
    #expect(line.contains("b.pub line 1") && line.contains("passed over"))
    #expect(try worker.send(.goodbye) == .sent)
    #expect(try learner.receive(timeoutMilliseconds: patience) == .message(.goodbye, from: Peer("a")))
  }

  @Test("A file of the list that is none of keys holds up no revocation") func junkHoldsUpNoRevocation() throws {
    let learner = try folder.makeLearner()
    try folder.write("junk", to: "authorized/a-junk.pub")
    try folder.revoke("a")
    var lines = ""
    while case .access(let event) = try learner.receive(timeoutMilliseconds: patience) {
      guard case .list(let text) = event else { continue }
      lines += text + "\n"
      if text.contains("revoked: a") { break }
    }
    #expect(lines.contains("a-junk.pub line 1") && lines.contains("revoked: a"), "\(lines)")
  }

  @Test("Libzmq tells its encryption") func libzmqTellsItsEncryption() {
    #expect(ZeroMQEncryption.missing.warning != nil && ZeroMQEncryption.builtIn.warning != nil)
    #expect(ZeroMQEncryption.sodium.warning == nil)
    #expect(ZeroMQEncryption.current() != .missing, "keys need a libzmq with CURVE")
  }
}
