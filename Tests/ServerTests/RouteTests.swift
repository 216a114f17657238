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

  @Test("Models with adapters are listed beside their base, and answer by name") func adaptersAnswerByName() async throws {
    try await TestServer.run(adapters: ["one", "two"]) { server in
      let list = try await server.send(.get, "/v1/models").json["data"].elements
      #expect(list.map(\.["id"].text) == ["tiny/model", "tiny/model+one", "tiny/model+two"])
      #expect(list.map(\.["parent"]) == [.null, .string("tiny/model"), .string("tiny/model")])
      #expect(try await server.send(.get, "/v1/models/tiny/model+two").json == list[2])
      for (name, sources) in [("tiny/model", [1, 0, 0]), ("tiny/model+one", [1, 1, 0]), ("tiny/model+two", [1, 1, 1])] {
        let answer = try await server.complete(#"{"model": "\#(name)", "prompt": "ab", "max_tokens": 1}"#)
        #expect(answer.json["model"] == .string(name))
        #expect(([server.source] + server.adapterSources).map(\.requests.count) == sources)
      }
      let chat = #"{"model": "tiny/model+one", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 1, "stream": true}"#
      #expect(try await server.chat(chat).chunks[0]["model"] == .string("tiny/model+one"))
      let unknown = try await server.complete(#"{"model": "tiny/model+three", "prompt": "ab"}"#)
      #expect(unknown.status == .notFound)
      #expect(unknown.json["error"]["message"].text.contains("'tiny/model+two'"))
    }
  }

  @Test("Two models of one name are refused at the start") func namesAreDistinct() async throws {
    await #expect { try await TestServer.run(adapters: ["one", "one"]) { (_: TestServer) in } } throws: { error in
      (error as? ServerError)?.message.contains("tiny/model+one") == true
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
