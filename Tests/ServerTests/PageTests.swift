import HTTPTypes
import Hummingbird
import JSON
import Server
import Testing

/// What web pages can do.
@Suite(.timeLimit(.minutes(15)))
struct PageTests {
  private static let body = #"{"prompt": "ab", "max_tokens": 1}"#

  @Test(
    "A body that does not say it is JSON is refused",
    arguments: [
      nil, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", "application/jsonx",
    ],
    [nil, "secret"])
  func otherBodiesAreRefused(_ type: String?, _ key: String?) async throws {
    try await TestServer.run(options: ServerOptions(port: 0, apiKey: key)) { server in
      var head = "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: \(Self.body.utf8.count)\r\n"
      if let type { head += "Content-Type: \(type)\r\n" }
      if let key { head += "Authorization: Bearer \(key)\r\n" }
      try await server.connect(sending: head + "\r\n" + Self.body) { pieces in
        let answer = try TestServer.Answer(parsing: await pieces.whole)
        #expect(answer.status == .unsupportedMediaType)
        #expect(answer.json["error"]["code"] == .string("unsupported_media_type"))
        #expect(answer.json["error"]["type"] == .string("invalid_request_error"))
      }
      #expect(server.source.requests.isEmpty)
    }
  }

  @Test("A body may say more about its JSON", arguments: ["application/json; charset=utf-8", "Application/JSON", "application/json ;x=y"])
  func jsonIsTaken(_ type: String) async throws {
    try await TestServer.run { server in
      let answer = try await server.send(.post, "/v1/completions", body: Self.body, headers: [.contentType: type])
      #expect(answer.status == .ok)
    }
  }

  @Test(
    "Without a key, a name that is not the server's own is refused",
    arguments: [
      ("evil.example", false), ("evil.example:8000", false), ("127.0.0.1.evil.example", false), ("localhost.evil.example", false),
      ("192.168.0.1", false), ("", false), ("localhost", true), ("LOCALHOST:8000", true), ("127.0.0.1:1", true), ("127.8.8.8", true),
      ("[::1]:8000", true), ("localhost.", true), ("gpu.lan:8000", true),
    ])
  func foreignHostsAreRefused(_ host: String, _ isAllowed: Bool) async throws {
    try await TestServer.run(options: ServerOptions(port: 0, allowedHosts: ["gpu.lan"])) { server in
      let answer = try await server.send(.post, "/v1/completions", body: Self.body, headers: [TestServer.host: host])
      #expect(answer.status == (isAllowed ? .ok : .forbidden))
      if !isAllowed { #expect(answer.json["error"]["code"] == .string("foreign_request")) }
      #expect(try await server.send(.get, "/v1/models", headers: [TestServer.host: host]).status == (isAllowed ? .ok : .forbidden))
      #expect(try await server.send(.get, "/health", headers: [TestServer.host: host]).status == .ok)
    }
  }

  @Test(
    "Without a key, a page of another origin is refused",
    arguments: [
      ("http://evil.example", false), ("null", false), ("http://localhost:3000", false), ("https://127.0.0.1", false),
      ("http://127.0.0.1", true), ("http://app.example:3000", true), ("HTTP://APP.example:3000", true),
    ])
  func foreignOriginsAreRefused(_ origin: String, _ isAllowed: Bool) async throws {
    try await TestServer.run(options: ServerOptions(port: 0, allowedOrigins: ["http://app.example:3000"])) { server in
      let answer = try await server.send(.post, "/v1/completions", body: Self.body, headers: [.origin: origin])
      #expect(answer.status == (isAllowed ? .ok : .forbidden))
      #expect(server.source.requests.count == (isAllowed ? 1 : 0))
    }
  }

  @Test("With a key, names and origins do not matter: no page knows the key") func aKeyIsEnough() async throws {
    try await TestServer.run(options: ServerOptions(port: 0, apiKey: "secret")) { server in
      let headers: HTTPFields = [TestServer.host: "gpu.lan", .origin: "http://evil.example", .authorization: "Bearer secret"]
      let answer = try await server.send(.post, "/v1/completions", body: Self.body, headers: headers)
      #expect(answer.status == .ok)
      #expect(answer.headers[.accessControlAllowOrigin] == nil)
    }
  }

  @Test("Two names are one too many") func twoHostsAreRefused() async throws {
    try await TestServer.run { server in
      try await server.connect(sending: "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n") { pieces in
        let received = await pieces.text { $0.contains("\r\n\r\n") }
        #expect(received.hasPrefix("HTTP/1.1 403"))
      }
    }
  }

  @Test("A page that is allowed may ask first, and read its answers", arguments: ["http://app.example", "*"])
  func allowedPagesReadAnswers(_ setting: String) async throws {
    try await TestServer.run(options: ServerOptions(port: 0, apiKey: "secret", allowedOrigins: [setting])) { server in
      let origin: HTTPFields = [.origin: "http://app.example"]
      let asked = try await server.send(
        .options, "/v1/chat/completions",
        headers: origin + [.accessControlRequestMethod: "POST", .accessControlRequestHeaders: "authorization,content-type"])
      #expect(asked.status == .noContent)
      #expect(asked.headers[.accessControlAllowOrigin] == "http://app.example")
      #expect(asked.headers[.accessControlAllowMethods]?.contains("POST") == true)
      #expect(asked.headers[.accessControlAllowHeaders] == "authorization,content-type")
      #expect(asked.headers[.vary] == "Origin")
      for (body, key, status) in [(Self.body, "secret", 200), ("{", "secret", 400), (Self.body, "wrong", 401)] {
        let headers: HTTPFields = origin + [.authorization: "Bearer \(key)"]
        let answer = try await server.send(.post, "/v1/completions", body: body, headers: headers)
        #expect(answer.status.code == status)
        #expect(answer.headers[.accessControlAllowOrigin] == "http://app.example")
      }
      let streamed = try await server.send(
        .post, "/v1/completions", body: #"{"prompt": "ab", "stream": true}"#, headers: origin + [.authorization: "Bearer secret"])
      #expect(streamed.headers[.accessControlAllowOrigin] == "http://app.example")
    }
  }

  @Test("Other pages may neither ask nor read") func otherPagesMayNot() async throws {
    for origins in [[], ["http://app.example"]] {
      try await TestServer.run(options: ServerOptions(port: 0, apiKey: "secret", allowedOrigins: origins)) { server in
        let headers: HTTPFields = [.origin: "http://evil.example", .accessControlRequestMethod: "POST"]
        let asked = try await server.send(.options, "/v1/completions", headers: headers)
        #expect(asked.status == .unauthorized)
        #expect(asked.headers[.accessControlAllowOrigin] == nil)
      }
    }
  }

  @Test("What is no origin or host is refused at the start")
  func settingsAreChecked() throws {
    for origin in ["", "app.example", "http://", "http://app.example/", "http://app.example/path", "**"] {
      #expect(throws: ServerError.self) { try ServerOptions(allowedOrigins: [origin]).check() }
    }
    for host in ["", "a:1", "http://a", "a b"] {
      #expect(throws: ServerError.self) { try ServerOptions(allowedHosts: [host]).check() }
    }
    try ServerOptions(allowedHosts: ["gpu.lan"], allowedOrigins: ["*", "http://localhost:3000", "chrome-extension://abc"]).check()
  }
}

/// Both sets of fields.
private func + (first: HTTPFields, second: HTTPFields) -> HTTPFields {
  var fields = first
  fields.append(contentsOf: second)
  return fields
}
