import Hummingbird
import JSON
import Server
import Testing
import Tokenizers

/// `/tokenize`, `/detokenize` and `/tokenizer_info`, as vLLM shapes them and lm_eval asks for them.
@Suite(.timeLimit(.minutes(15)))
struct TokenizerTests {
  @Test("A text becomes its tokens, and these the text") func textsComeBack() async throws {
    try await TestServer.run { server in
      let text = "the quick <|endoftext|> bröwn"
      let tokens = server.tokenizer.encode(text)
      let answer = try await server.send(
        .post, "/tokenize", body: #"{"model": "tiny/model", "prompt": "\#(text)", "add_special_tokens": false}"#)
      #expect(answer.json.keys == ["count", "max_model_len", "tokens", "token_strs"])
      #expect(answer.json["tokens"] == .array(tokens.map { .integer(Int($0)) }))
      #expect(answer.json["count"] == .integer(tokens.count))
      #expect(answer.json["max_model_len"] == .integer(128))
      #expect(answer.json["token_strs"] == .null)
      let back = try await server.send(.post, "/detokenize", body: #"{"tokens": \#(tokens)}"#)
      #expect(back.json == .members(["prompt": .string(text)]))
    }
  }

  @Test("Messages become the tokens of their prompt") func messagesAreTokenized() async throws {
    try await TestServer.run { server in
      for (end, prompt) in [("", "[user: hi][assistant:"), (#", "add_generation_prompt": false"#, "[user: hi]")] {
        let body = #"{"messages": [{"role": "user", "content": "hi"}], "return_token_strs": true\#(end)}"#
        let json = try await server.send(.post, "/tokenize", body: body).json
        #expect(json["tokens"] == .array(server.tokenizer.encode(prompt).map { .integer(Int($0)) }))
        #expect(json["token_strs"].elements.map(\.text).joined() == prompt)
      }
    }
  }

  @Test("The tokenizer tells its special tokens") func specialTokensAreTold() async throws {
    try await TestServer.run { server in
      let answer = try await server.send(.get, "/tokenizer_info")
      #expect(answer.json == .members(["eos_token": .string("<|endoftext|>")]))
    }
  }

  @Test(
    "What is malformed is refused by name",
    arguments: [
      ("/tokenize", "{}", "prompt"), ("/tokenize", #"{"prompt": 1}"#, "prompt"), ("/tokenize", #"{"prompt": ["a"]}"#, "prompt"),
      ("/tokenize", #"{"prompt": "a", "add_special_tokens": 1}"#, "add_special_tokens"), ("/tokenize", #"{"promt": "a"}"#, "promt"),
      ("/tokenize", #"{"messages": []}"#, "messages"), ("/detokenize", "{}", "tokens"), ("/detokenize", #"{"tokens": "a"}"#, "tokens"),
      ("/detokenize", #"{"tokens": [99999999]}"#, "tokens"), ("/detokenize", #"{"tokens": [-1]}"#, "tokens"),
      ("/detokenize", #"{"tokens": ["a"]}"#, "tokens"),
      ("/detokenize", #"{"tokens": [1], "skip_special_tokens": true}"#, "skip_special_tokens"),
    ])
  func malformedCallsAreRefused(_ path: String, _ body: String, _ parameter: String) async throws {
    try await TestServer.run { server in
      let answer = try await server.send(.post, path, body: body)
      #expect(answer.status == .badRequest)
      #expect(answer.json["error"]["param"] == .string(parameter))
    }
  }

  @Test("They need the key like all else") func theyNeedTheKey() async throws {
    try await TestServer.run(options: ServerOptions(port: 0, apiKey: "key")) { server in
      for (method, path) in [(HTTPRequest.Method.post, "/tokenize"), (.post, "/detokenize"), (.get, "/tokenizer_info")] {
        let answer = try await server.send(method, path, body: method == .post ? "{}" : nil)
        #expect(answer.status == .unauthorized)
      }
    }
  }
}
