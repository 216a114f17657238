import Glibc
import Testing
import Wire

/// What both implementations must do alike. Waits have a deadline far beyond what a healthy machine takes, and end with the event.
enum Network: String, CaseIterable, Sendable {
  case inProcess, zeroMQ
}

let patience = 60_000

/// A learner and the workers that join it, over either implementation.
struct Joined {
  let learner: any LearnerTransport
  let makeWorker: (String) throws -> any WorkerTransport
}

func joined(_ network: Network) throws -> Joined {
  switch network {
  case .inProcess:
    let network = InProcessNetwork(capacity: 64)
    return Joined(learner: try network.makeLearner(), makeWorker: { try network.makeWorker($0) })
  case .zeroMQ:
    let learner = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*")
    let endpoint = learner.endpoint
    return Joined(learner: learner, makeWorker: { try ZeroMQWorkerTransport(connecting: endpoint, worker: $0) })
  }
}

func hello(_ name: String) -> WorkerMessage {
  .hello(Hello(worker: name, software: "test", fingerprint: "none", credits: 1))
}

@Suite(.timeLimit(.minutes(15))) struct TransportTests {
  @Test("Messages go both ways", arguments: Network.allCases) func messagesGoBothWays(_ network: Network) throws {
    let net = try joined(network)
    let worker = try net.makeWorker("w-1")
    for case .worker(let message) in samples.map(\.message) {
      #expect(try worker.send(message) == .sent)
      #expect(try net.learner.receive(timeoutMilliseconds: patience) == .message(message, from: Peer("w-1")))
    }
    for case .learner(let message) in samples.map(\.message) {
      #expect(try net.learner.send(message, to: Peer("w-1")) == .sent)
      #expect(try worker.receive(timeoutMilliseconds: patience) == .message(message))
    }
  }

  @Test("Unknown peers are unreachable", arguments: Network.allCases) func unknownPeersAreUnreachable(_ network: Network) throws {
    let net = try joined(network)
    #expect(try net.learner.send(.finish, to: Peer("nobody")) == .unreachable)
  }

  @Test("Nothing arrives within no time", arguments: Network.allCases) func nothingArrivesWithinNoTime(_ network: Network) throws {
    let net = try joined(network)
    #expect(try net.learner.receive(timeoutMilliseconds: 0) == nil)
    #expect(try net.learner.receive(timeoutMilliseconds: 1) == nil)
    let worker = try net.makeWorker("w")
    #expect(try worker.receive(timeoutMilliseconds: 1) == nil)
  }

  @Test("Subscribers hear weights", arguments: Network.allCases) func subscribersHearWeights(_ network: Network) throws {
    let net = try joined(network)
    let names = ["a", "b"]
    let workers = try names.map(net.makeWorker)
    for worker in workers { try worker.subscribe(to: net.learner.publisher) }
    // A subscription travels in the background: publish until everyone has heard, as a run would until the repair.
    for worker in workers {
      var heard: WorkerInput?
      for _ in 0..<patience / 10 where heard == nil {
        try net.learner.publish(sampleChunk)
        heard = try worker.receive(timeoutMilliseconds: 10)
      }
      #expect(heard == .broadcast(sampleChunk))
    }
  }

  @Test("Rings from other threads end a wait", arguments: Network.allCases) func ringsFromOtherThreadsEndAWait(_ network: Network) throws {
    let net = try joined(network)
    let mailbox = Mailbox<Int>(capacity: 4, wake: net.learner.wake)
    let thread = try startThread { for number in 0..<3 { _ = mailbox.post(number) } }
    var seen: [Int] = []
    while seen.count < 3 {
      guard try net.learner.receive(timeoutMilliseconds: patience) == .wake else { break }
      seen += mailbox.drain()
    }
    #expect(seen == [0, 1, 2])
    pthread_join(thread, nil)
    #expect(try net.learner.receive(timeoutMilliseconds: 0) ?? .wake == .wake)

    let worker = try net.makeWorker("w")
    worker.wake.signal()
    #expect(try worker.receive(timeoutMilliseconds: patience) == .wake)
    #expect(try worker.receive(timeoutMilliseconds: 0) == nil)
  }

  @Test("A restarted worker takes its name over", arguments: Network.allCases) func aRestartedWorkerTakesItsNameOver(_ network: Network)
    throws
  {
    let net = try joined(network)
    let first = try net.makeWorker("w")
    #expect(try first.send(hello("w")) == .sent)
    #expect(try net.learner.receive(timeoutMilliseconds: patience) == .message(hello("w"), from: Peer("w")))
    let second = try net.makeWorker("w")
    #expect(try second.send(.goodbye) == .sent)
    #expect(try net.learner.receive(timeoutMilliseconds: patience) == .message(.goodbye, from: Peer("w")))
    #expect(try net.learner.send(.finish, to: Peer("w")) == .sent)
    #expect(try second.receive(timeoutMilliseconds: patience) == .message(.finish))
    first.close()
  }

  @Test("A closed transport says so", arguments: Network.allCases) func aClosedTransportSaysSo(_ network: Network) throws {
    let net = try joined(network)
    let worker = try net.makeWorker("w")
    worker.close()
    net.learner.close()
    #expect(#expect(throws: WireError.self) { try worker.send(.goodbye) }?.code == .closed)
    #expect(#expect(throws: WireError.self) { try worker.receive(timeoutMilliseconds: 0) }?.code == .closed)
    #expect(#expect(throws: WireError.self) { try net.learner.receive(timeoutMilliseconds: 0) }?.code == .closed)
    #expect(#expect(throws: WireError.self) { try net.learner.publish(sampleChunk) }?.code == .closed)
  }

  @Test("What is too large is refused before it leaves", arguments: Network.allCases) func whatIsTooLargeIsRefusedBeforeItLeaves(
    _ network: Network
  ) throws {
    let net = try joined(network)
    let worker = try net.makeWorker("w")
    #expect(
      #expect(throws: WireError.self) {
        try worker.send(.decline(leases: [UInt64](repeating: 0, count: Limits.leases + 1)))
      }?.code == .limit)
    #expect(try worker.send(.goodbye) == .sent)
    #expect(try net.learner.receive(timeoutMilliseconds: patience) == .message(.goodbye, from: Peer("w")))
  }

  @Test("What a subscriber missed is repaired", arguments: Network.allCases) func whatASubscriberMissedIsRepaired(_ network: Network) throws
  {
    let net = try joined(network)
    let worker = try net.makeWorker("w")
    let manifest = WeightManifest(parameters: [], totalBytes: 2_500_001, chunkBytes: 25_000)
    let weights = (0..<Int(manifest.totalBytes)).map { UInt8(truncatingIfNeeded: $0 >> 3) }
    let frame = WeightFrame(WeightBytes(weights), policyVersion: 1, manifest: manifest)
    try worker.subscribe(to: net.learner.publisher)
    var assembly = WeightAssembly(policyVersion: 1, manifest: manifest)
    // Chunk 17 is dropped for certain; others are when the queue is full or the subscription has not arrived yet.
    for index in 0..<manifest.chunkCount where index != 17 { try net.learner.publish(frame.chunk(index)) }
    while case .broadcast(let chunk) = try worker.receive(timeoutMilliseconds: 0) { _ = assembly.accept(chunk) }
    let missing = assembly.missing()
    #expect(missing.contains(17))

    #expect(try worker.send(.weightsRequest(policyVersion: 1, chunks: missing)) == .sent)
    guard case .message(.weightsRequest(_, _, let asked), let peer) = try net.learner.receive(timeoutMilliseconds: patience) else {
      Issue.record("the request did not arrive")
      return
    }
    #expect(asked == missing)
    var waiting = asked[...]
    while !assembly.isWhole {
      while let index = waiting.first, try net.learner.send(.weights(frame.chunk(Int(index))), to: peer) == .sent { waiting.removeFirst() }
      switch try worker.receive(timeoutMilliseconds: patience) {
      case .message(.weights(let chunk)), .broadcast(let chunk): _ = assembly.accept(chunk)
      case let other:
        Issue.record("\(String(describing: other)) instead of a chunk")
        return
      }
    }
    #expect(assembly.bytes == weights)
  }

  @Test("Strangers inside the process are reported") func strangersInsideTheProcessAreReported() throws {
    let network = InProcessNetwork(capacity: 2)
    #expect(network.inject([0x91, 0x06], from: Peer("early")) == .sent)
    let learner = try network.makeLearner()
    #expect(network.inject([0xc1], from: Peer("x")) == .sent)
    #expect(network.inject([0xc1], from: Peer("x")) == .congested)
    #expect(try learner.receive(timeoutMilliseconds: 0) == .message(.goodbye, from: Peer("early")))
    guard case .malformed(let peer, let reason) = try learner.receive(timeoutMilliseconds: 0) else {
      Issue.record("garbage was not reported")
      return
    }
    #expect(peer.description == "x")
    #expect(reason.contains("0xc1"))
  }
}

/// Runs a closure on a thread of its own.
func startThread(_ body: @escaping @Sendable () -> Void) throws -> pthread_t {
  let box = unsafe Unmanaged.passRetained(ThreadBody(body)).toOpaque()
  var thread = pthread_t()
  let status = unsafe pthread_create(
    &thread, nil,
    { argument in
      guard let argument = unsafe argument else { return nil }
      unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, box)
  try #require(status == 0)
  return thread
}

private final class ThreadBody: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }
}
