import EMPO
import Glibc
import TestSupport
import Testing
import Wire

/// Connections of strangers, over real sockets, to a learner that takes few of them.
@Suite(.timeLimit(.minutes(15))) struct FloodTests {
  private let limits = ConnectionLimits(connections: 40, strangers: 16, strangerBytes: 1 << 20)

  private func port(of endpoint: String) throws -> UInt16 { try #require(UInt16(endpoint.split(separator: ":").last ?? "")) }

  private func learner(keys folder: KeyFolder?, maximumMessageBytes: Int = Limits.workerMessageBytes) throws -> ZeroMQLearnerTransport {
    let credentials = try folder.map { try LearnerCredentials(keyFile: $0.file("learner.key"), authorized: [$0.authorized]) }
    return try ZeroMQLearnerTransport(
      listen: "tcp://127.0.0.1:*", credentials: credentials, maximumMessageBytes: maximumMessageBytes, limits: limits)
  }

  private func keys(_ hasKeys: Bool) throws -> KeyFolder? {
    guard hasKeys else { return nil }
    let folder = try KeyFolder()
    try folder.make(.learner, "learner")
    for name in ["early", "late"] {
      try folder.make(.worker, name)
      try folder.authorize(name)
    }
    return folder
  }

  /// Waits until the other end has closed all but `left` of the connections; returns those that are open. The learner's thread is this one.
  private func remaining(_ connections: [Int32], left: Int, at learner: ZeroMQLearnerTransport) throws -> [Int32] {
    var open = connections
    for _ in 0..<patience / 10 where open.count > left {
      _ = try learner.receive(timeoutMilliseconds: 10)
      open.removeAll { descriptor in
        var byte: [UInt8] = [0]
        while true {
          let count = unsafe recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT))
          if count <= 0 { return count == 0 || errno != EAGAIN }
        }
      }
    }
    return open
  }

  /// Sends a message until the learner hears it.
  private func converse(_ worker: ZeroMQWorkerTransport, _ name: String, with learner: ZeroMQLearnerTransport) throws {
    #expect(try worker.send(hello(name)) == .sent)
    var input: LearnerInput?
    for _ in 0..<patience / 10 where input != .message(hello(name), from: Peer(name)) {
      input = try learner.receive(timeoutMilliseconds: 10)
    }
    #expect(input == .message(hello(name), from: Peer(name)))
    #expect(try learner.send(.heartbeatReply(incarnation: 1), to: Peer(name)) == .sent)
    #expect(try worker.receive(timeoutMilliseconds: patience) == .message(.heartbeatReply(incarnation: 1)))
  }

  @Test("Idle connections cost no worker its place", arguments: [true, false])
  func idleConnectionsCostNoWorkerItsPlace(_ hasKeys: Bool) throws {
    let folder = try keys(hasKeys)
    let learner = try learner(keys: folder)
    let early = try ZeroMQWorkerTransport(
      connecting: learner.endpoint, worker: "early", credentials: folder.map { try $0.credentials(of: "early") })
    try converse(early, "early", with: learner)
    try early.subscribe(to: learner.publisher)
    var heard: WorkerInput?
    for _ in 0..<patience / 10 where heard == nil {
      try learner.publish(sampleChunk)
      _ = try learner.receive(timeoutMilliseconds: 5)
      heard = try early.receive(timeoutMilliseconds: 5)
    }
    #expect(heard == .broadcast(sampleChunk))

    var flood: [Int32] = []
    defer { for descriptor in flood { close(descriptor) } }
    for index in 0..<200 { flood.append(try connectPlainly(port: port(of: index % 2 == 0 ? learner.endpoint : learner.publisher))) }
    let open = try remaining(flood, left: limits.strangers, at: learner)
    #expect(open.count <= limits.strangers)

    // The worker's connections are those of before, and a new worker finds a place.
    #expect(try learner.send(.finish, to: Peer("early")) == .sent)
    var last: WorkerInput?
    for _ in 0..<patience / 10 where last != .message(.finish) { last = try early.receive(timeoutMilliseconds: 10) }
    #expect(last == .message(.finish))
    try learner.publish(sampleChunk)
    #expect(try early.receive(timeoutMilliseconds: patience) == .broadcast(sampleChunk))
    let late = try ZeroMQWorkerTransport(
      connecting: learner.endpoint, worker: "late", credentials: folder.map { try $0.credentials(of: "late") })
    try converse(late, "late", with: learner)
  }

  @Test("A flood is reported with its source") func aFloodIsReportedWithItsSource() throws {
    let learner = try learner(keys: nil)
    var flood: [Int32] = []
    defer { for descriptor in flood { close(descriptor) } }
    for _ in 0..<100 { flood.append(try connectPlainly(port: port(of: learner.endpoint))) }
    guard case .access(.denied(let peer, let reason)) = try learner.receive(timeoutMilliseconds: patience) else {
      Issue.record("nothing was reported")
      return
    }
    #expect(peer == Peer("127.0.0.1"))
    #expect(reason.contains("firewall"), "\(reason)")
  }

  /// The greeting of ZMTP 3.1 under a mechanism, and a READY where that is all.
  private func greeting(_ hasKeys: Bool) -> [UInt8] {
    let mechanism = Array((hasKeys ? "CURVE" : "NULL").utf8)
    let greeting: [UInt8] =
      [0xff] + [UInt8](repeating: 0, count: 8) + [0x7f, 3, 0] + mechanism + [UInt8](repeating: 0, count: 20 - mechanism.count + 32)
    guard !hasKeys else { return greeting }
    let ready = [5] + Array("READY".utf8) + [11] + Array("Socket-Type".utf8) + [0, 0, 0, 6] + Array("DEALER".utf8)
    return greeting + [4, UInt8(ready.count)] + ready
  }

  /// The header of a long frame: a command's before the handshake is done, else a message's.
  private func header(_ hasKeys: Bool, bytes: UInt64) -> [UInt8] {
    [hasKeys ? 6 : 2] + (0..<8).map { UInt8(truncatingIfNeeded: bytes >> (56 - 8 * $0)) }
  }

  @Test("A frame beyond the run's longest ends its connection", arguments: [true, false])
  func aFrameBeyondTheRunsLongestEndsItsConnection(_ hasKeys: Bool) throws {
    let learner = try learner(keys: keys(hasKeys), maximumMessageBytes: WorkerMessageSize.least)
    let stranger = try connectPlainly(port: port(of: learner.endpoint))
    defer { close(stranger) }
    let bytes = greeting(hasKeys) + header(hasKeys, bytes: UInt64(WorkerMessageSize.least) + 1_000)
    _ = unsafe Glibc.send(stranger, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    #expect(try remaining([stranger], left: 0, at: learner).isEmpty)
  }

  @Test("Strangers hold little in frames that stall", arguments: [true, false])
  func strangersHoldLittleInFramesThatStall(_ hasKeys: Bool) throws {
    let learner = try learner(keys: keys(hasKeys), maximumMessageBytes: 2 << 20)
    // Each within what the learner takes for a frame, and both beyond what strangers may send together.
    let bytes = greeting(hasKeys) + header(hasKeys, bytes: 2 << 20) + [UInt8](repeating: 0, count: 3 << 19)
    var strangers: [Int32] = []
    defer { for stranger in strangers { close(stranger) } }
    for _ in 0..<2 {
      let stranger = try connectPlainly(port: port(of: learner.endpoint))
      strangers.append(stranger)
      let thread = try startThread { _ = unsafe Glibc.send(stranger, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
      pthread_join(thread, nil)
    }
    #expect(try remaining(strangers, left: 1, at: learner).count == 1)
  }

  @Test("The longest message of a run is known") func theLongestMessageOfARunIsKnown() throws {
    #expect(WorkerMessageSize.longest(responses: 0, tokens: 0, answerBytes: 0) == WorkerMessageSize.least)
    #expect(WorkerMessageSize.longest(responses: 1 << 20, tokens: 1 << 20, answerBytes: 1 << 30) == Limits.workerMessageBytes)
    let answer = String(repeating: "x", count: 5_000)
    let response = ScoredResponse(
      tokens: [Int32](repeating: 1 << 20, count: 1_000), tokenLogProbabilities: [Float](repeating: -1, count: 1_000), isTruncated: true,
      answer: answer, cluster: 15, reward: 0.1)
    let group = ScoredGroup(responses: [ScoredResponse](repeating: response, count: 16), semanticEntropy: 1, isKept: true)
    let message = WorkerMessage.result(
      WorkResult(
        lease: .max, seal: LeaseSeal(incarnation: .max, code: Array(repeating: 255, count: LeaseSeal.codeBytes)),
        item: WorkItem(step: .max, slot: .max), policyVersion: .max, group: group, seconds: 1.5))
    let longest = WorkerMessageSize.longest(responses: 16, tokens: 1_000, answerBytes: 5_000)
    #expect(try message.encoded().count <= longest && longest < 1 << 20)
    let leases = [UInt64](repeating: .max, count: Limits.leases)
    #expect(try WorkerMessage.decline(leases: leases).encoded().count <= WorkerMessageSize.least)
  }
}
