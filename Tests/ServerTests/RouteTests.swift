import Hummingbird
import JSON
import Server
import Testing

@Suite(.timeLimit(.minutes(15)))
struct RouteTests {
  @Test("The model is listed") func theModelIsListed() async throws {
    try await TestServer.run { server in
      let list = try await server.send(.get, "/v1/models").json
      #expect(list["object"] == .string("list"))
      #expect(list["data"].elements.count == 1)
      let model = list["data"][0]
      #expect(model.keys == ["id", "object", "created", "owned_by", "max_model_len"])
      #expect(model["id"] == .string("tiny/model"))
      #expect(model["object"] == .string("model"))
      #expect(model["max_model_len"] == .integer(128))
      for path in ["tiny/model", "tiny%2Fmodel", "%2Fmodels%2Ftiny", "/models/tiny"] {
        #expect(try await server.send(.get, "/v1/models/" + path).json == model)
      }
    }
  }

  @Test("Health needs no key") func healthNeedsNoKey() async throws {
    try await TestServer.run(options: ServerOptions(port: 0, apiKey: "secret")) { server in
      let answer = try await server.send(.get, "/health")
      #expect(answer.status == .ok)
    }
  }

  @Test("Everything else needs the key") func everythingElseNeedsTheKey() async throws {
    try await TestServer.run(options: ServerOptions(port: 0, apiKey: "secret")) { server in
      for (method, path) in [
        (HTTPRequest.Method.get, "/v1/models"), (.post, "/v1/completions"), (.post, "/v1/chat/completions"), (.get, "/x"),
      ] {
        for header in [nil, "secret", "Bearer", "Bearer secre", "Bearer secret2", "Basic secret", "Bearer  ", "Bearer sécret"] {
          let headers: HTTPFields = header.map { [.authorization: $0] } ?? [:]
          let answer = try await server.send(method, path, body: method == .post ? "{}" : nil, headers: headers)
          #expect(answer.status == .unauthorized, "\(path) \(header ?? "-")")
          #expect(answer.json["error"]["code"] == .string("invalid_api_key"))
        }
      }
      #expect(try await server.send(.get, "/v1/models", headers: [.authorization: "Bearer secret"]).status == .ok)
    }
  }

  @Test(
    "Other hosts reach only a server with a key",
    arguments: ["0.0.0.0", "::", "192.168.1.1", "example.org", "127.example.org", "127.0.0.1.example.org", ""])
  func otherHostsReachOnlyAServerWithAKey(_ host: String) throws {
    #expect { try ServerOptions(host: host).check() } throws: { ($0 as? ServerError)?.code == .exposed }
    try ServerOptions(host: host, apiKey: "secret").check()
    try ServerOptions(host: host, isInsecure: true).check()
  }

  @Test("This host needs no key", arguments: ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
  func thisHostNeedsNoKey(_ host: String) throws {
    try ServerOptions(host: host).check()
  }

  @Test("A key that no header can carry is refused", arguments: ["", "two words", "ключ", "a\nb"])
  func aKeyThatNoHeaderCanCarryIsRefused(_ key: String) throws {
    #expect(throws: ServerError.self) { try ServerOptions(apiKey: key).check() }
  }

  @Test("A port that is taken is an error that names it") func aPortThatIsTakenIsAnErrorThatNamesIt() async throws {
    try await TestServer.run { server in
      let port = server.port
      await #expect {
        try await TestServer.run(options: ServerOptions(port: port)) { (_: TestServer) in }
      } throws: { error in
        guard let error = error as? ServerError else { return false }
        return error.code == .address && error.message.contains("127.0.0.1:\(port)")
      }
    }
  }
}
