import Glibc
import TestSupport
import Testing
import Wire

/// Peers that speak ZMTP by hand, and not well.
@Suite(.timeLimit(.minutes(15))) struct RawPeerTests {
  /// A learner with keys or without, and the folder of its keys.
  private func makeLearner(hasKeys: Bool) throws -> (ZeroMQLearnerTransport, KeyFolder) {
    let folder = try KeyFolder()
    guard hasKeys else { return (try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*"), folder) }
    try folder.make(.learner, "learner")
    try folder.make(.worker, "w")
    try folder.authorize("w")
    return (try folder.makeLearner(), folder)
  }

  /// Connects, goes through as much of a handshake as a stranger gets through, and sends bytes.
  private func connect(to learner: ZeroMQLearnerTransport, as name: String, hasKeys: Bool, sending bytes: [UInt8]) throws -> Int32 {
    let descriptor = try connectPlainly(port: #require(UInt16(learner.endpoint.split(separator: ":").last ?? "")))
    let mechanism = Array((hasKeys ? "CURVE" : "NULL\0").utf8) + [UInt8](repeating: 0, count: 15)
    let greeting: [UInt8] = [0xff] + [UInt8](repeating: 0, count: 8) + [0x7f, 3, 0] + mechanism + [UInt8](repeating: 0, count: 32)
    send(greeting + (hasKeys ? [] : ready(name)), to: descriptor)
    // Frames may follow once both have said READY. The greeting of 64 bytes goes before it.
    var received = 0
    while !hasKeys, received < 64 + 8 {
      var buffer = [UInt8](repeating: 0, count: 256)
      let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
      try #require(count > 0)
      received += count
    }
    send(bytes, to: descriptor)
    return descriptor
  }

  private func send(_ bytes: [UInt8], to descriptor: Int32) {
    // The other end may have closed already.
    _ = unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// The command that ends a handshake without keys.
  private func ready(_ identity: String) -> [UInt8] {
    var body = [5] + Array("READY".utf8)
    for (name, value) in [("Socket-Type", "DEALER"), ("Identity", identity)] {
      body += [UInt8(name.utf8.count)] + Array(name.utf8) + [0, 0, 0, UInt8(value.utf8.count)] + Array(value.utf8)
    }
    return [4, UInt8(body.count)] + body
  }

  /// Whether the other end closes the connection.
  private func isClosed(_ descriptor: Int32) -> Bool {
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
      if count == 0 || (count < 0 && errno == ECONNRESET) { return true }
      if count < 0 && errno != EINTR { return false }
    }
  }

  @Test("A length of a tebibyte ends the connection", arguments: [false, true], [UInt8(2), 3, 6]) func aLengthOfATebibyteEndsTheConnection(
    hasKeys: Bool, flags: UInt8
  ) throws {
    let (learner, folder) = try makeLearner(hasKeys: hasKeys)
    let length: [UInt8] = [flags, 0, 0, 1, 0, 0, 0, 0, 0]
    let descriptor = try connect(to: learner, as: "giant", hasKeys: hasKeys, sending: length)
    defer { close(descriptor) }
    #expect(isClosed(descriptor))
    try expectService(of: learner, folder, hasKeys: hasKeys)
  }

  @Test("Noise after the greeting gets nobody in") func noiseAfterTheGreetingGetsNobodyIn() throws {
    let (learner, folder) = try makeLearner(hasKeys: true)
    var generator = SeededRandom(state: 11)
    for _ in 0..<50 {
      let noise = (0..<64).flatMap { _ in
        let count = UInt8.random(in: 0...200, using: &generator)
        return [[0, 1, 4].randomElement(using: &generator) ?? 0, count]
          + (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      }
      let descriptor = try connect(to: learner, as: "noise", hasKeys: true, sending: noise)
      #expect(isClosed(descriptor))
      close(descriptor)
    }
    try expectService(of: learner, folder, hasKeys: true)
  }

  @Test("Noise of a peer that is let in is reported and nothing else") func noiseOfAPeerThatIsLetInIsReportedAndNothingElse() throws {
    let (learner, folder) = try makeLearner(hasKeys: false)
    let frames = (0..<2_000).flatMap { index -> [UInt8] in [0, 3, 0xc1, UInt8(index & 0xff), UInt8(index >> 8)] }
    let descriptor = try connect(to: learner, as: "noise", hasKeys: false, sending: frames)
    defer { close(descriptor) }
    for count in 0..<2_000 {
      guard case .malformed(let peer, _) = try learner.receive(timeoutMilliseconds: patience) else {
        Issue.record("noise was not reported: \(count)")
        return
      }
      #expect(peer == Peer("noise"))
    }
    try expectService(of: learner, folder, hasKeys: false)
  }

  /// A worker in good order is heard as if nothing had been.
  private func expectService(of learner: ZeroMQLearnerTransport, _ folder: KeyFolder, hasKeys: Bool) throws {
    let worker = try ZeroMQWorkerTransport(
      connecting: learner.endpoint, worker: "w", credentials: hasKeys ? folder.credentials(of: "w") : nil)
    #expect(try worker.send(.goodbye) == .sent)
    #expect(try learner.receive(timeoutMilliseconds: patience) == .message(.goodbye, from: Peer("w")))
  }
}
