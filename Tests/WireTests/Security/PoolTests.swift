import Foundation
import Testing
import Wire

/// Workers that share a key, over real sockets.
@Suite(.timeLimit(.minutes(15))) struct PoolTests {
  let folder: KeyFolder

  init() throws {
    folder = try KeyFolder()
    try folder.make(.learner, "learner")
    for pool in ["pods", "others"] {
      _ = try KeyFile.write(KeyPair.make(pool: pool), to: folder.path)
      try folder.authorize(pool)
    }
  }

  private func worker(_ name: String, at learner: ZeroMQLearnerTransport, key: String = "pods") throws -> ZeroMQWorkerTransport {
    try ZeroMQWorkerTransport(connecting: learner.endpoint, worker: name, credentials: folder.credentials(of: key))
  }

  /// What the learner hears until a worker is refused something; the learner's thread is this one.
  private func refusal(of worker: ZeroMQWorkerTransport, by learner: ZeroMQLearnerTransport) throws -> (Refusal?, [LearnerInput]) {
    var heard: [LearnerInput] = []
    for _ in 0..<patience / 10 {
      if let input = try learner.receive(timeoutMilliseconds: 5) { heard.append(input) }
      if case .message(.refuse(let refusal)) = try worker.receive(timeoutMilliseconds: 5) { return (refusal, heard) }
    }
    return (nil, heard)
  }

  @Test("The key of a pool is a file like any other") func theKeyOfAPoolIsAFileLikeAnyOther() throws {
    let pair = try KeyFile.readPair(folder.file("pods.key"), of: .worker)
    #expect(pair.name == "pods/*" && pair.pool == "pods")
    #expect(try String(contentsOfFile: folder.file("pods.pub"), encoding: .utf8) == "empo-worker pods/* \(pair.publicKey)\n")
    #expect(try AuthorizedKeys(paths: [folder.authorized]).name(of: pair.publicKey) == "pods/*")
    for name in ["pods/a", "pods/a/b"] { #expect(pair.covers(name)) }
    for name in ["pods", "pods/", "pods/*", "podsa", "others/a", "a", "/a", ""] { #expect(!pair.covers(name)) }
    let single = try folder.make(.worker, "a")
    #expect(single.pool == nil && single.covers("a") && !single.covers("a/b"))
  }

  @Test(
    "What is no pool",
    arguments: ["empo-learner pods/*", "empo-worker */*", "empo-worker /*", "empo-worker *", "empo-worker pods*", "empo-worker a/b/*"])
  func whatIsNoPool(_ words: String) throws {
    let pair = try KeyFile.readPair(folder.file("pods.key"), of: .worker)
    try folder.write("\(words) \(pair.publicKey)\n", to: "list")
    #expect(#expect(throws: WireError.self) { try AuthorizedKeys(paths: [folder.file("list")]) }?.code == .key)
    #expect(#expect(throws: WireError.self) { try KeyPair.make(pool: "a/b") }?.code == .key)
  }

  @Test("Workers of a pool are told apart") func workersOfAPoolAreToldApart() throws {
    let learner = try folder.makeLearner()
    let names = ["pods/a", "pods/b"]
    let workers = try names.map { try worker($0, at: learner) }
    for (name, worker) in zip(names, workers) {
      #expect(try worker.send(hello(name)) == .sent)
      #expect(try learner.receive(timeoutMilliseconds: patience) == .message(hello(name), from: Peer(name)))
    }
    for (name, worker) in zip(names, workers) {
      #expect(try worker.send(.decline(leases: [1])) == .sent)
      #expect(try learner.receive(timeoutMilliseconds: patience) == .message(.decline(leases: [1]), from: Peer(name)))
      #expect(try learner.send(.finish, to: Peer(name)) == .sent)
      #expect(try worker.receive(timeoutMilliseconds: patience) == .message(.finish))
    }
    // One that was started again takes over.
    let again = try worker("pods/a", at: learner)
    #expect(try again.send(hello("pods/a")) == .sent)
    #expect(try learner.receive(timeoutMilliseconds: patience) == .message(hello("pods/a"), from: Peer("pods/a")))
    #expect(try learner.send(.finish, to: Peer("pods/a")) == .sent)
    #expect(try again.receive(timeoutMilliseconds: patience) == .message(.finish))
  }

  @Test("A pools key is good for its own names alone", arguments: ["a", "pods", "pods/", "pods/*", "others/a", "podsx/a"])
  func aPoolsKeyIsGoodForItsOwnNamesAlone(_ name: String) throws {
    let learner = try folder.makeLearner()
    let right = try worker("others/a", at: learner, key: "others")
    #expect(try right.send(hello("others/a")) == .sent)
    #expect(try learner.receive(timeoutMilliseconds: patience) == .message(hello("others/a"), from: Peer("others/a")))
    let wrong = try worker("pods/x", at: learner)
    #expect(try wrong.send(hello(name)) == .sent)
    let (refusal, heard) = try refusal(of: wrong, by: learner)
    #expect(refusal?.code == .unauthorized && refusal?.reason.contains("the pool pods") == true)
    #expect(heard.allSatisfy { if case .access(.denied(Peer("pods/*"), _)) = $0 { true } else { false } }, "\(heard)")
    #expect(try learner.send(.finish, to: Peer("others/a")) == .sent)
    #expect(try right.receive(timeoutMilliseconds: patience) == .message(.finish))
    #expect(try wrong.receive(timeoutMilliseconds: 50) == nil)
  }

  @Test("Who has not said hello is asked to") func whoHasNotSaidHelloIsAskedTo() throws {
    let learner = try folder.makeLearner()
    let worker = try worker("pods/a", at: learner)
    // A connection that was made anew by itself looks like this.
    #expect(try worker.send(.decline(leases: [1])) == .sent)
    let (refusal, heard) = try refusal(of: worker, by: learner)
    #expect(refusal?.code == .unknownWorker && heard.isEmpty)
    #expect(try worker.send(hello("pods/a")) == .sent)
    #expect(try learner.receive(timeoutMilliseconds: patience) == .message(hello("pods/a"), from: Peer("pods/a")))
  }

  @Test("Another release is told so") func anotherReleaseIsToldSo() throws {
    let learner = try folder.makeLearner()
    let worker = try worker("pods/a", at: learner)
    let hello = WorkerMessage.hello(Hello(protocolVersion: 99, worker: "pods/a", software: "s", fingerprint: "f", credits: 1))
    #expect(try worker.send(hello) == .sent)
    guard case .message(.hello(let heard), let peer) = try learner.receive(timeoutMilliseconds: patience) else {
      Issue.record("no hello")
      return
    }
    #expect(heard.protocolVersion == 99)
    let refusal = LearnerMessage.refuse(Refusal(code: .protocolVersion, reason: "r"))
    #expect(try learner.send(refusal, to: peer) == .sent)
    #expect(try worker.receive(timeoutMilliseconds: patience) == .message(refusal))
  }

  @Test("A pool is revoked as a whole") func aPoolIsRevokedAsAWhole() throws {
    let learner = try folder.makeLearner()
    let names = ["pods/a", "pods/b", "others/a"]
    let workers = try names.map { try worker($0, at: learner, key: String($0.split(separator: "/")[0])) }
    for (name, worker) in zip(names, workers) {
      #expect(try worker.send(hello(name)) == .sent)
      #expect(try learner.receive(timeoutMilliseconds: patience) == .message(hello(name), from: Peer(name)))
    }
    try folder.revoke("pods")
    let (refusal, heard) = try refusal(of: workers[0], by: learner)
    #expect(refusal?.code == .unauthorized)
    var events = heard
    while let input = try learner.receive(timeoutMilliseconds: 0) { events.append(input) }
    for name in names.dropLast() {
      #expect(events.contains { if case .access(.revoked(Peer(name), _)) = $0 { true } else { false } }, "\(events)")
      #expect(try learner.send(.finish, to: Peer(name)) == .unreachable)
    }
    #expect(try learner.send(.finish, to: Peer("others/a")) == .sent)
    #expect(try workers[2].receive(timeoutMilliseconds: patience) == .message(.finish))
  }
}
