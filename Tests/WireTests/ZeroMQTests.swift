import Glibc
import TestSupport
import Testing
import Wire

@Suite(.timeLimit(.minutes(15))) struct ZeroMQTests {
  @Test(
    "Binding beyond loopback needs a word",
    arguments: [
      "tcp://0.0.0.0:*", "tcp://*:5555", "tcp://[::]:5555", "tcp://192.168.1.7:5555", "tcp://example.org:5555", "tcp://127.0.0.1.evil:1",
      "tcp://127.1:1",
    ]) func bindingBeyondLoopbackNeedsAWord(_ endpoint: String)
  {
    let error = #expect(throws: WireError.self) { _ = try ZeroMQLearnerTransport(listen: endpoint) }
    #expect(error?.code == .insecure)
    #expect(error?.message.contains("--insecure") == true)
    let other = #expect(throws: WireError.self) {
      _ = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*", publish: endpoint)
    }
    #expect(other?.code == .insecure)
  }

  @Test("Binding everywhere works when it is allowed") func bindingEverywhereWorksWhenItIsAllowed() throws {
    let learner = try ZeroMQLearnerTransport(listen: "tcp://0.0.0.0:*", insecure: true)
    let port = try #require(learner.endpoint.split(separator: ":").last)
    #expect(learner.publisher.hasPrefix("tcp://*:"))
    let worker = try ZeroMQWorkerTransport(connecting: "tcp://127.0.0.1:\(port)", worker: "w")
    #expect(try worker.send(.goodbye) == .sent)
    #expect(try learner.receive(timeoutMilliseconds: patience) == .message(.goodbye, from: Peer("w")))
  }

  @Test(
    "What is no endpoint is named",
    arguments: [
      "", "5555", "tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:99999", "tcp://127.0.0.1:-1", "tcp://:5", "udp://127.0.0.1:5",
      "tcp://a b:5",
      "tcp://127.0.0.1:+5", "tcp://127.0.0.1:٥",
    ]) func whatIsNoEndpointIsNamed(_ text: String)
  {
    for error in [
      #expect(throws: WireError.self) { _ = try ZeroMQLearnerTransport(listen: text) },
      #expect(throws: WireError.self) { _ = try ZeroMQWorkerTransport(connecting: text, worker: "w") },
    ] {
      #expect(error?.code == .address)
      #expect(error?.message.contains(text.debugDescription) == true)
    }
  }

  @Test("A worker needs a host a port and a name") func aWorkerNeedsAHostAPortAndAName() {
    #expect(#expect(throws: WireError.self) { _ = try ZeroMQWorkerTransport(connecting: "tcp://*:5", worker: "w") }?.code == .address)
    #expect(#expect(throws: WireError.self) { _ = try ZeroMQWorkerTransport(connecting: "tcp://a:*", worker: "w") }?.code == .address)
    for name in ["", "with space", "ü", String(repeating: "x", count: 65)] {
      #expect(#expect(throws: WireError.self) { _ = try ZeroMQWorkerTransport(connecting: "tcp://a:5", worker: name) }?.code == .address)
    }
  }

  @Test("An address in use is named") func anAddressInUseIsNamed() throws {
    let learner = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*")
    let error = #expect(throws: WireError.self) { _ = try ZeroMQLearnerTransport(listen: learner.endpoint) }
    #expect(error?.code == .addressInUse)
    #expect(error?.message.contains(learner.endpoint) == true)
  }

  @Test("Workers outlive their learner") func workersOutliveTheirLearner() throws {
    let first = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*")
    let endpoint = first.endpoint
    let worker = try ZeroMQWorkerTransport(connecting: endpoint, worker: "w")
    #expect(try worker.send(hello("w")) == .sent)
    #expect(try first.receive(timeoutMilliseconds: patience) == .message(hello("w"), from: Peer("w")))
    first.close()
    let second = try rebind(endpoint)
    // What was sent into a connection that died is lost, as a heartbeat would be: say it until it arrives.
    var heard: LearnerInput?
    for _ in 0..<patience / 50 where heard == nil {
      _ = try worker.send(.goodbye)
      heard = try second.receive(timeoutMilliseconds: 50)
    }
    #expect(heard == .message(.goodbye, from: Peer("w")))
    #expect(try second.send(.finish, to: Peer("w")) == .sent)
    #expect(try worker.receive(timeoutMilliseconds: patience) == .message(.finish))
  }

  /// A socket that was closed holds its port until libzmq's threads have come to it.
  private func rebind(_ endpoint: String) throws(WireError) -> ZeroMQLearnerTransport {
    for _ in 0..<patience / 50 {
      do {
        return try ZeroMQLearnerTransport(listen: endpoint)
      } catch  where error.code == .addressInUse {
        usleep(50_000)
      }
    }
    return try ZeroMQLearnerTransport(listen: endpoint)
  }

  @Test("Plain tcp garbage disturbs nobody") func plainTCPGarbageDisturbsNobody() throws {
    let learner = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*")
    let worker = try ZeroMQWorkerTransport(connecting: learner.endpoint, worker: "w")
    var generator = SeededRandom(state: 3)
    let greeting: [UInt8] = [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3]
    let noise = (0..<4096).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    let port = try #require(UInt16(learner.endpoint.split(separator: ":").last ?? ""))
    for bytes in [Array("GET / HTTP/1.1\r\n\r\n".utf8), noise, greeting, greeting + noise, []] {
      let descriptor = try connectPlainly(port: port)
      defer { close(descriptor) }
      _ = unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
    // A greeting that reads as ZMTP 1.0 gets as far as the codec, which reports it; everything else ends in libzmq.
    #expect(try worker.send(.goodbye) == .sent)
    var input = try learner.receive(timeoutMilliseconds: patience)
    while case .malformed(let peer, _) = input {
      #expect(peer != Peer("w"))
      input = try learner.receive(timeoutMilliseconds: patience)
    }
    #expect(input == .message(.goodbye, from: Peer("w")))
  }

  @Test("A full queue answers congested") func aFullQueueAnswersCongested() throws {
    let learner = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*", queues: QueueLimits(messagesPerWorker: 2))
    let worker = try ZeroMQWorkerTransport(connecting: learner.endpoint, worker: "w", queues: QueueLimits(messagesPerWorker: 2))
    #expect(try worker.send(.goodbye) == .sent)
    #expect(try learner.receive(timeoutMilliseconds: patience) == .message(.goodbye, from: Peer("w")))
    // A mebibyte each fills the kernel's buffers after a few dozen.
    let bytes = [UInt8](repeating: 1, count: 1 << 20)
    let chunk = WeightChunk(policyVersion: 0, index: 0, count: 1, totalBytes: 1 << 20, digest: 0, bytes: WeightBytes(bytes))
    var deliveries: [Delivery] = []
    repeat { deliveries.append(try learner.send(.weights(chunk), to: Peer("w"))) } while deliveries.last == .sent && deliveries.count < 1000
    #expect(deliveries.last == .congested)
    // Nothing that was accepted is lost, and room appears as the worker reads.
    for _ in 0..<deliveries.count - 1 { #expect(try worker.receive(timeoutMilliseconds: patience) == .message(.weights(chunk))) }
    #expect(try learner.send(.finish, to: Peer("w")) == .sent)
    #expect(try worker.receive(timeoutMilliseconds: patience) == .message(.finish))
  }

  @Test("An emptied queue takes more at once") func anEmptiedQueueTakesMoreAtOnce() throws {
    let learner = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*")
    let worker = try ZeroMQWorkerTransport(connecting: learner.endpoint, worker: "w")
    // Several times the high-water mark passes through, a tenth of it at a time, faster than libzmq looks around by itself.
    for _ in 0..<100 {
      for _ in 0..<100 { #expect(try worker.send(.goodbye) == .sent) }
      for _ in 0..<100 { #expect(try learner.receive(timeoutMilliseconds: patience) == .message(.goodbye, from: Peer("w"))) }
    }
  }

  @Test("Many workers share one learner") func manyWorkersShareOneLearner() throws {
    let context = try ZeroMQContext()
    let learner = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*", context: context)
    let names = (0..<100).map { "w-\($0)" }
    let workers = try names.map { try ZeroMQWorkerTransport(connecting: learner.endpoint, worker: $0, context: context) }
    for (name, worker) in zip(names, workers) { #expect(try worker.send(hello(name)) == .sent) }
    var seen: Set<String> = []
    while seen.count < names.count, let input = try learner.receive(timeoutMilliseconds: patience) {
      guard case .message(let message, let peer) = input else { continue }
      #expect(message == hello(peer.description))
      seen.insert(peer.description)
      #expect(try learner.send(.heartbeatReply(incarnation: 9), to: peer) == .sent)
    }
    #expect(seen == Set(names))
    for worker in workers { #expect(try worker.receive(timeoutMilliseconds: patience) == .message(.heartbeatReply(incarnation: 9))) }
  }
}
