import Foundation
import Hummingbird
import JSON
import Listening
import Logging
import NIOCore
import NIOPosix
import Server
import Testing

/// How connections end, and who is kept out by others.
@Suite(.timeLimit(.minutes(15)))
struct ConnectionEndTests {
  private static let hour = Duration.seconds(3600)
  private static let moment = Duration.milliseconds(200)

  @Test("An answer to HTTP/1.0 ends its connection, and says so", arguments: ["GET /health", "GET /none", "HEAD /health"])
  func olderClientsAreLeft(_ request: String) async throws {
    try await TestServer.run { server in
      try await server.connect(sending: "\(request) HTTP/1.0\r\n\r\n") { pieces in
        let answer = try TestServer.Answer(parsing: await pieces.whole)
        #expect(answer.headers[.connection] == "close")
      }
    }
  }

  @Test("A stream to HTTP/1.0 has no chunks and ends with its connection") func olderStreamsHaveNoChunks() async throws {
    try await TestServer.run { server in
      let request = TestServer.post("/v1/completions", #"{"prompt": "ab", "max_tokens": 2, "stream": true}"#)
      let older = request.replacingOccurrences(of: "HTTP/1.1\r\n", with: "HTTP/1.0\r\nConnection: keep-alive\r\n")
      try await server.connect(sending: older) { pieces in
        let answer = try TestServer.Answer(parsing: await pieces.whole)
        #expect(answer.headers[.transferEncoding] == nil)
        #expect(answer.headers[.connection] == "close")
        #expect(answer.events.last == "[DONE]")
      }
    }
  }

  @Test("An HTTP/1.0 client that wants to stay may") func olderClientsMayStay() async throws {
    try await TestServer.run { server in
      let request = "GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
      try await server.connect(sending: request + request) { pieces in
        let received = await pieces.text { $0.components(separatedBy: #"{"status":"ok"}"#).count > 2 }
        #expect(received.lowercased().components(separatedBy: "connection: keep-alive").count == 3)
      }
    }
  }

  @Test("An answer that does not say otherwise leaves its connection open") func connectionsStayOpen() async throws {
    try await TestServer.run { server in
      try await server.converse { pieces, outbound in
        for _ in 0..<2 {
          try await outbound.write(ByteBuffer(string: "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          let received = await pieces.text { $0.hasSuffix("}") }
          #expect(!received.lowercased().contains("connection:"))
        }
      }
    }
  }

  @Test(
    "A request that is refused early is answered while its body comes, and its connection ends",
    arguments: [
      ("POST /v1/completions HTTP/1.1\r\nAuthorization: Bearer wrong\r\n", 401),
      ("POST /none HTTP/1.1\r\nAuthorization: Bearer key\r\n", 404),
      ("POST /v1/completions HTTP/1.1\r\nAuthorization: Bearer key\r\nContent-Type: application/json\r\n", 413),
      ("PUT /v1/completions HTTP/1.1\r\nAuthorization: Bearer key\r\nConnection: close\r\n", 405),
    ])
  func refusedBodiesEnd(_ head: String, _ status: Int) async throws {
    let limits = ListeningLimits(headTime: Self.hour, silence: Self.hour, idleTime: Self.hour, lingerTime: .seconds(1))
    try await TestServer.run(options: ServerOptions(port: 0, apiKey: "key", limits: limits)) { server in
      try await server.converse { pieces, outbound in
        try await outbound.write(ByteBuffer(string: head + "Host: localhost\r\nContent-Length: 1000000000000\r\n\r\n"))
        // More than the connection holds, so that the server must be reading it.
        let piece = ByteBuffer(repeating: 0x20, count: 1 << 20)
        for _ in 0..<16 { try? await outbound.write(piece) }
        let answer = try TestServer.Answer(parsing: await pieces.text { $0.hasSuffix("}}") })
        #expect(answer.status.code == status)
        #expect(answer.headers[.connection] == "close")
        // Only a connection that is closed on both sides takes no more.
        while (try? await outbound.write(ByteBuffer(string: " "))) != nil { await Task.yield() }
      }
    }
  }

  @Test(
    "A connection without a complete head is closed after a moment",
    arguments: [
      "", "GET /health HTT", "GET /health HTTP/1.1\r\nHost: localhost\r\n", "POST /v1/completions HTTP/1.1\r\nContent-Length: 5\r\n",
    ])
  func slowHeadsAreClosed(_ text: String) async throws {
    // Long enough for a busy machine to read what was sent.
    let limits = ListeningLimits(headTime: .seconds(8), silence: Self.hour, idleTime: Self.hour)
    try await TestServer.run(options: ServerOptions(port: 0, limits: limits)) { server in
      try await server.connect(sending: text) { pieces in
        let received = await pieces.whole
        #expect(text.isEmpty ? received.isEmpty : received.hasPrefix("HTTP/1.1 408"))
      }
    }
  }

  @Test("A second head may not take longer than the first") func laterHeadsAreClosed() async throws {
    // Long enough for the first head on a busy machine.
    let limits = ListeningLimits(headTime: .seconds(8), silence: Self.hour, idleTime: Self.hour)
    try await TestServer.run(options: ServerOptions(port: 0, limits: limits)) { server in
      try await server.converse { pieces, outbound in
        try await outbound.write(ByteBuffer(string: "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        _ = await pieces.text { $0.hasSuffix("}") }
        try await outbound.write(ByteBuffer(string: "GET /health HT"))
        #expect(await pieces.whole.hasPrefix("HTTP/1.1 408"))
      }
    }
  }

  @Test("A body in which nothing happens is given up") func silentBodiesAreClosed() async throws {
    let limits = ListeningLimits(headTime: Self.hour, silence: Self.moment, idleTime: Self.hour)
    try await TestServer.run(options: ServerOptions(port: 0, limits: limits)) { server in
      let head = "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
      try await server.connect(sending: head) { pieces in _ = await pieces.whole }
      #expect(server.source.requests.isEmpty)
    }
  }

  @Test("An answer that nobody takes is given up") func untakenAnswersAreClosed() async throws {
    let log = LoggedLines()
    let limits = ListeningLimits(headTime: Self.hour, silence: Self.moment, idleTime: Self.hour)
    let options = ServerOptions(port: 0, limits: limits)
    try await TestServer.run(maximumLength: 100_000, options: options, logger: Logger(label: "test") { _ in log }) { server in
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).channelOption(.autoRead, value: false)
        .connect(host: "127.0.0.1", port: server.port).get()
      // More than the connection takes while nobody reads.
      let request = TestServer.post("/v1/completions", #"{"prompt": "abcd", "max_tokens": 2000, "n": 128, "stream": true}"#)
      try await channel.writeAndFlush(ByteBuffer(string: request)).get()
      let line = await log.lines.first { $0.message.hasPrefix("POST") }
      #expect(line?.message == "POST /v1/completions cancelled")
      try? await channel.close().get()
    }
  }

  @Test(
    "A crowd of half requests keeps nobody out",
    arguments: [
      "", "GET /health HTTP/1.1\r\nHost: ", "POST /v1/completions HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n",
    ])
  func crowdsMakeWay(_ text: String) async throws {
    let limits = ListeningLimits(connections: 8, headTime: Self.hour, silence: Self.hour, idleTime: Self.hour)
    try await TestServer.run(options: ServerOptions(port: 0, limits: limits)) { server in
      var crowd: [any Channel] = []
      for _ in 0..<100 {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: server.port)
          .get()
        try? await channel.writeAndFlush(ByteBuffer(string: text)).get()
        crowd.append(channel)
      }
      for _ in 0..<3 { #expect(try await server.send(.get, "/health").status == .ok) }
      #expect(try await server.complete(#"{"prompt": "ab", "max_tokens": 1}"#).status == .ok)
      for channel in crowd { try? await channel.close().get() }
    }
  }

  @Test("Calls leave a connection for health") func callsLeaveRoom() async throws {
    let limits = ListeningLimits(connections: 4, headTime: Self.hour, silence: Self.hour, idleTime: Self.hour)
    try await TestServer.run(.hangs, options: ServerOptions(port: 0, limits: limits)) { server in
      let body = #"{"prompt": "ab", "stream": true}"#
      try await withThrowingTaskGroup(of: Void.self) { calls in
        for _ in 0..<3 {
          calls.addTask {
            try await server.connect(sending: TestServer.post("/v1/completions", body)) { pieces in _ = await pieces.whole }
          }
        }
        var begun = server.source.begun.makeAsyncIterator()
        for _ in 0..<3 { _ = await begun.next() }
        let refused = try await server.complete(body)
        #expect(refused.status == .tooManyRequests)
        #expect(refused.json["error"]["code"] == .string("queue_full"))
        for _ in 0..<3 { #expect(try await server.send(.get, "/health").status == .ok) }
        calls.cancelAll()
      }
    }
  }

  @Test("A client that waits to be told to send its body is told") func bodiesAreAskedFor() async throws {
    try await TestServer.run(options: ServerOptions(port: 0, apiKey: "key")) { server in
      let body = #"{"prompt": "ab", "max_tokens": 1}"#
      // A line's end is one character.
      let head = TestServer.post("/v1/completions", body).dropLast(body.count + 1) + "Expect: 100-continue\r\n"
      try await server.converse { pieces, outbound in
        try await outbound.write(ByteBuffer(string: head + "Authorization: Bearer key\r\n\r\n"))
        #expect(await pieces.text { $0.contains("\r\n\r\n") } == "HTTP/1.1 100 Continue\r\n\r\n")
        try await outbound.write(ByteBuffer(string: body))
        #expect(await pieces.text { $0.contains("\r\n\r\n") }.hasPrefix("HTTP/1.1 200 OK"))
      }
      try await server.converse { pieces, outbound in
        try await outbound.write(ByteBuffer(string: head + "Authorization: Bearer wrong\r\n\r\n"))
        #expect(await pieces.text { $0.contains("\r\n\r\n") }.hasPrefix("HTTP/1.1 401"))
      }
    }
  }

  @Test("What can be read has a head", arguments: ["/health", "/v1/models", "/v1/models/tiny/model", "/tokenizer_info"])
  func headsAreAnswered(_ path: String) async throws {
    try await TestServer.run { server in
      let whole = try await server.send(.get, path)
      let head = try await server.send(.head, path)
      #expect(head.status == .ok)
      #expect(head.body.isEmpty)
      #expect(head.headers[.contentLength] == "\(whole.body.utf8.count)")
      #expect(head.headers[.contentType] == whole.headers[.contentType])
    }
  }
}
