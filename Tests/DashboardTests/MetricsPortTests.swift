import Dashboard
import Foundation
import FoundationNetworking
import Glibc
import Listening
import Logging
import TestSupport
import Testing

/// A board whose answers are given.
private struct FixedBoard: Board {
  var liveness = Health.good("lives")
  var readiness = Health.bad("waits for the trainer")
  var metrics = [MetricFamily(.gauge, "empo_policy_version", "The version.", 3)]
}

/// A log whose lines a test reads.
private struct Lines: LogHandler {
  let written: AsyncStream<String>.Continuation
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { written.yield(event.message.description) }
}

@Suite(.timeLimit(.minutes(15))) struct MetricsPortTests {
  private struct Answer {
    var status: Int
    var type: String?
    var body: String
  }

  /// Does something with a port open; hands over its URL.
  private func withPort<Result>(
    limits: ListeningLimits = MetricsPort.limits, _ body: (URL) async throws -> Result
  ) async throws -> Result {
    let (lines, written) = AsyncStream<String>.makeStream()
    let logger = Logger(label: "test") { _ in Lines(written: written) }
    return try await MetricsPort.open(at: ("127.0.0.1", 0), telling: FixedBoard(), limits: limits, logger: logger) {
      let line = await lines.first { $0.hasPrefix("metrics at ") } ?? ""
      return try await body(try #require(URL(string: String(line.dropFirst("metrics at ".count)))))
    }
  }

  private func ask(_ url: URL, _ path: String, method: String = "GET") async throws -> Answer {
    var request = URLRequest(url: url.deletingLastPathComponent().appending(path: path))
    request.httpMethod = method
    let (data, response) = try await URLSession.shared.data(for: request)
    let http = try #require(response as? HTTPURLResponse)
    return Answer(
      status: http.statusCode, type: http.value(forHTTPHeaderField: "Content-Type"), body: String(decoding: data, as: UTF8.self))
  }

  @Test("It answers probes and scrapes") func itAnswersProbesAndScrapes() async throws {
    try await withPort { url in
      let live = try await ask(url, "livez")
      #expect(live.status == 200 && live.body == "lives\n")
      let ready = try await ask(url, "readyz")
      #expect(ready.status == 503 && ready.body == "waits for the trainer\n")
      let metrics = try await ask(url, "metrics")
      #expect(metrics.status == 200 && metrics.type == "text/plain; version=0.0.4; charset=utf-8")
      #expect(metrics.body == "# HELP empo_policy_version The version.\n# TYPE empo_policy_version gauge\nempo_policy_version 3\n")
      let head = try await ask(url, "readyz", method: "HEAD")
      #expect(head.status == 503 && head.body.isEmpty)
      #expect(try await ask(url, "metrics", method: "POST").status == 405)
      #expect(try await ask(url, "config.yaml").status == 404)
    }
  }

  @Test("A port in use is told before anything is done") func aPortInUseIsToldBeforeAnythingIsDone() async throws {
    try await withPort { url in
      let port = url.port ?? 0
      let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      let error = await #expect(throws: ListeningError.self) {
        try await MetricsPort.open(at: ("127.0.0.1", port), telling: FixedBoard(), logger: logger) { Issue.record("nothing is to be done") }
      }
      #expect(error?.code == .inUse)
      #expect(error?.message.hasPrefix("cannot listen on http://127.0.0.1:\(port): another process listens there") == true)
    }
  }

  @Test("An address of another host is told") func anAddressOfAnotherHostIsTold() async throws {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let error = await #expect(throws: ListeningError.self) {
      try await MetricsPort.open(at: ("192.0.2.1", 0), telling: FixedBoard(), logger: logger) {}
    }
    #expect(error?.code == .address && error?.message.contains("192.0.2.1") == true)
  }

  @Test("Without an address there is no port") func withoutAnAddressThereIsNoPort() async throws {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    #expect(try await MetricsPort.open(at: nil, telling: FixedBoard(), logger: logger) { 7 } == 7)
  }

  @Test("It is closed afterwards") func itIsClosedAfterwards() async throws {
    let url = try await withPort { $0 }
    await #expect(throws: URLError.self) { try await ask(url, "livez") }
  }

  @Test("Half requests make way for probes") func halfRequestsMakeWayForProbes() async throws {
    // Nobody goes for being idle.
    try await withPort(limits: ListeningLimits(connections: 8, idleTime: .seconds(3_600), patience: .zero)) { url in
      let port = try #require(url.port.flatMap(UInt16.init(exactly:)))
      var connections: [Int32] = []
      defer { for connection in connections { close(connection) } }
      for _ in 0..<20 {
        let connection = try connectPlainly(port: port)
        connections.append(connection)
        let half = Array("GET /livez HTTP/1.1\r\nHost: ".utf8)
        _ = unsafe send(connection, half, half.count, Int32(MSG_NOSIGNAL))
      }
      // As many have gone as are too many, and a probe takes the place of one more.
      #expect(await eventually { connections.count(where: isEnded) == 12 })
      #expect(try await ask(url, "livez").status == 200)
    }
  }

  private func isEnded(_ connection: Int32) -> Bool {
    var byte: [UInt8] = [0]
    let count = unsafe recv(connection, &byte, 1, Int32(MSG_DONTWAIT))
    return count == 0 || count < 0 && errno != EAGAIN
  }
}
