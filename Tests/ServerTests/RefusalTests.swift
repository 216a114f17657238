import Foundation
import Hummingbird
import JSON
import Rollouts
import Server
import Testing

@Suite(.timeLimit(.minutes(15)))
struct RefusalTests {
  private static func list(_ value: String, count: Int) -> String {
    Array(repeating: value, count: count).joined(separator: ", ")
  }

  /// Bodies for `/v1/completions`, with the parameter that the error names.
  static let completions: [(body: String, parameter: String?)] = [
    ("", nil), ("{", nil), ("[]", nil), ("null", nil), ("\"text\"", nil), (#"{"prompt": "a""#, nil), (#"{"prompt": "a"} x"#, nil),
    (#"{"prompt": "\ud800"}"#, nil), (#"{"prompt": 1e999}"#, nil), ("{\"a\": " + String(repeating: "[", count: 100), nil),
    ("{}", "prompt"), (#"{"prompt": null}"#, "prompt"), (#"{"prompt": 1}"#, "prompt"), (#"{"prompt": ""}"#, "prompt"),
    (#"{"prompt": []}"#, "prompt"), (#"{"prompt": [[]]}"#, "prompt"), (#"{"prompt": ["a", 1]}"#, "prompt"),
    (#"{"prompt": [1, "a"]}"#, "prompt"),
    (#"{"prompt": [[1], "a"]}"#, "prompt"), (#"{"prompt": [1.5]}"#, "prompt"), (#"{"prompt": [-1]}"#, "prompt"),
    (#"{"prompt": [4294967296]}"#, "prompt"), (#"{"prompt": {"a": 1}}"#, "prompt"), (#"{"prompt": [null]}"#, "prompt"),
    (#"{"prompt": "a", "model": 1}"#, "model"),
    (#"{"prompt": "a", "max_tokens": 0}"#, "max_tokens"), (#"{"prompt": "a", "max_tokens": -1}"#, "max_tokens"),
    (#"{"prompt": "a", "max_tokens": "5"}"#, "max_tokens"), (#"{"prompt": "a", "max_tokens": 1.5}"#, "max_tokens"),
    (#"{"prompt": "a", "max_tokens": 99999999999999999999}"#, "max_tokens"),
    (#"{"prompt": "a", "temperature": -0.1}"#, "temperature"), (#"{"prompt": "a", "temperature": 2.1}"#, "temperature"),
    (#"{"prompt": "a", "temperature": "hot"}"#, "temperature"), (#"{"prompt": "a", "temperature": true}"#, "temperature"),
    (#"{"prompt": "a", "top_p": 0}"#, "top_p"), (#"{"prompt": "a", "top_p": 1.01}"#, "top_p"), (#"{"prompt": "a", "top_p": []}"#, "top_p"),
    (#"{"prompt": "a", "min_p": -0.1}"#, "min_p"), (#"{"prompt": "a", "min_p": 1.1}"#, "min_p"),
    (#"{"prompt": "a", "repetition_penalty": 0}"#, "repetition_penalty"),
    (#"{"prompt": "a", "repetition_penalty": 101}"#, "repetition_penalty"),
    (#"{"prompt": "a", "repetition_penalty": "x"}"#, "repetition_penalty"),
    (#"{"prompt": "a", "stop_token_ids": 5}"#, "stop_token_ids"), (#"{"prompt": "a", "stop_token_ids": [-1]}"#, "stop_token_ids"),
    (#"{"prompt": "a", "stop_token_ids": ["a"]}"#, "stop_token_ids"),
    (#"{"prompt": "a", "stop_token_ids": [\#(list("1", count: 257))]}"#, "stop_token_ids"),
    (#"{"prompt": "a", "top_k": -2}"#, "top_k"), (#"{"prompt": "a", "top_k": 4294967296}"#, "top_k"),
    (#"{"prompt": "a", "n": 0}"#, "n"), (#"{"prompt": "a", "n": 1000}"#, "n"), (#"{"prompt": "a", "n": "2"}"#, "n"),
    (#"{"prompt": "a", "n": 1, "best_of": 2}"#, "best_of"),
    (#"{"prompt": "a", "logprobs": 21}"#, "logprobs"), (#"{"prompt": "a", "logprobs": true}"#, "logprobs"),
    (#"{"prompt": "a", "logprobs": -1}"#, "logprobs"), (#"{"prompt": "a", "echo": 1}"#, "echo"),
    (#"{"prompt": "a", "stream": "yes"}"#, "stream"),
    (#"{"prompt": "a", "stop": 1}"#, "stop"), (#"{"prompt": "a", "stop": [1]}"#, "stop"), (#"{"prompt": "a", "stop": ""}"#, "stop"),
    (#"{"prompt": "a", "stop": ["a", ""]}"#, "stop"),
    (#"{"prompt": "a", "stop": [\#(list(#""b""#, count: 17))]}"#, "stop"),
    (#"{"prompt": "a", "stop": "\#(String(repeating: "é", count: 128) + "e")"}"#, "stop"),
    (#"{"prompt": [\#(list(#""a""#, count: 257))]}"#, "prompt"), (#"{"prompt": "a", "seed": "x"}"#, "seed"),
    (#"{"prompt": "a", "seed": 0.5}"#, "seed"),
    (#"{"prompt": "a", "suffix": "b"}"#, "suffix"), (#"{"prompt": "a", "presence_penalty": 0.5}"#, "presence_penalty"),
    (#"{"prompt": "a", "frequency_penalty": -1}"#, "frequency_penalty"), (#"{"prompt": "a", "logit_bias": {"5": 1}}"#, "logit_bias"),
    (#"{"prompt": "a", "stream_options": {"include_usage": true}}"#, "stream_options"),
    (#"{"prompt": "a", "stream": true, "stream_options": []}"#, "stream_options"),
    (#"{"prompt": "a", "stream": true, "stream_options": {"include_usage": 1}}"#, "stream_options.include_usage"),
  ]

  /// Bodies for `/v1/chat/completions`; MESSAGES stands for messages that are good.
  static let chats: [(body: String, parameter: String?)] = [
    ("{}", "messages"), (#"{"messages": []}"#, "messages"), (#"{"messages": "hi"}"#, "messages"), (#"{"messages": ["hi"]}"#, "messages[0]"),
    (#"{"messages": [{"content": "hi"}]}"#, "messages[0].role"), (#"{"messages": [{"role": "", "content": "hi"}]}"#, "messages[0].role"),
    (#"{"messages": [{"role": "user"}]}"#, "messages[0].content"),
    (#"{"messages": [{"role": "user", "content": null}]}"#, "messages[0].content"),
    (#"{"messages": [{"role": "user", "content": 5}]}"#, "messages[0].content"),
    (#"{"messages": [{"role": "user", "content": ["a"]}]}"#, "messages[0].content[0]"),
    (#"{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}"#, "messages[0].content[0].type"),
    (#"{"messages": [{"role": "user", "content": [{"type": "text"}]}]}"#, "messages[0].content[0].text"),
    (#"{MESSAGES, "max_tokens": 0}"#, "max_tokens"), (#"{MESSAGES, "max_completion_tokens": 0}"#, "max_completion_tokens"),
    (#"{MESSAGES, "tools": [{"type": "function"}]}"#, "tools"), (#"{MESSAGES, "tool_choice": "required"}"#, "tool_choice"),
    (#"{MESSAGES, "functions": [{}]}"#, "functions"), (#"{MESSAGES, "response_format": {"type": "json_object"}}"#, "response_format.type"),
    (#"{MESSAGES, "response_format": "text"}"#, "response_format"), (#"{MESSAGES, "logprobs": 1}"#, "logprobs"),
    (#"{MESSAGES, "top_logprobs": 2}"#, "top_logprobs"), (#"{MESSAGES, "logprobs": true, "top_logprobs": 21}"#, "top_logprobs"),
    (#"{MESSAGES, "modalities": ["audio"]}"#, "modalities"), (#"{MESSAGES, "chat_template_kwargs": 1}"#, "chat_template_kwargs"),
    (#"{MESSAGES, "add_generation_prompt": 0}"#, "add_generation_prompt"),
    (#"{MESSAGES, "continue_final_message": true}"#, "continue_final_message"),
    (#"{"messages": [{"role": "assistant", "content": " "}], "continue_final_message": true}"#, "continue_final_message"),
    (#"{"messages": [{"role": "assistant", "content": null}], "continue_final_message": true}"#, "continue_final_message"),
    (
      #"{"messages": [{"role": "assistant", "content": "So"}], "continue_final_message": true, "add_generation_prompt": true}"#,
      "continue_final_message"
    ),
  ]

  @Test("What is malformed gets open a is error") func whatIsMalformedGetsOpenAIsError() async throws {
    try await TestServer.run { server in
      for (path, cases) in [("/v1/completions", Self.completions), ("/v1/chat/completions", Self.chats)] {
        for (body, parameter) in cases {
          let body = body.replacingOccurrences(of: "MESSAGES", with: #""messages": [{"role": "user", "content": "hi"}]"#)
          let answer = try await server.send(.post, path, body: body)
          let error = answer.json["error"]
          #expect(answer.status == .badRequest, "\(path) \(body)")
          #expect(error.keys == ["message", "type", "param", "code"], "\(path) \(body)")
          #expect(error["type"] == .string("invalid_request_error"), "\(path) \(body)")
          #expect(error["param"] == (parameter.map { .string($0) } ?? .null), "\(path) \(body)")
          #expect(error["message"].text.contains(parameter ?? "the request's body"), "\(path) \(body): \(error["message"].text)")
        }
      }
      #expect(server.source.requests.isEmpty)
    }
  }

  @Test(
    "What is too long for the model has a code of its own",
    arguments: [
      #"{"prompt": TOKENS, "max_tokens": 9}"#, #"{"prompt": TOKENS, "max_tokens": 9223372036854775807}"#,
      #"{"prompt": [TOKENS, TOKENS], "max_tokens": 9}"#,
    ])
  func whatIsTooLongForTheModelHasACodeOfItsOwn(_ body: String) async throws {
    try await TestServer.run { server in
      let answer = try await server.complete(body.replacingOccurrences(of: "TOKENS", with: "\(Array(repeating: 70, count: 120))"))
      #expect(answer.status == .badRequest)
      #expect(answer.json["error"]["code"] == .string("context_length_exceeded"))
      #expect(answer.json["error"]["param"] == .string("prompt"))
    }
  }

  @Test("Bytes that are no text are refused") func bytesThatAreNoTextAreRefused() async throws {
    try await TestServer.run { server in
      let body = #"{"prompt": "A"}"#
      try await server.connect(sending: TestServer.post("/v1/completions", body).replacingOccurrences(of: "A", with: "A\u{0}")) { pieces in
        let piece = await pieces.text { !$0.isEmpty }
        #expect(piece.hasPrefix("HTTP/1.1 400"))
      }
    }
  }

  @Test(
    "Other routes and methods are told",
    arguments: [
      (HTTPRequest.Method.get, "/", 404, "unknown_url"), (.post, "/v1/embeddings", 404, "unknown_url"),
      (.get, "/v1/models/", 404, "model_not_found"),
      (.get, "/v1/models/other", 404, "model_not_found"), (.get, "/v1/completions", 405, "method_not_allowed"),
      (.put, "/v1/chat/completions", 405, "method_not_allowed"), (.delete, "/v1/models/tiny/model", 405, "method_not_allowed"),
      (.post, "/v1/models", 405, "method_not_allowed"), (.options, "/v1/models", 405, "method_not_allowed"),
      (.post, "/health", 405, "method_not_allowed"),
    ])
  func otherRoutesAndMethodsAreTold(_ method: HTTPRequest.Method, _ path: String, _ status: Int, _ code: String) async throws {
    try await TestServer.run { server in
      let answer = try await server.send(method, path)
      #expect(answer.status.code == status)
      #expect(answer.json["error"]["code"] == .string(code))
      #expect(answer.json["error"]["type"] == .string("invalid_request_error"))
    }
  }

  @Test("Another model is not found") func anotherModelIsNotFound() async throws {
    try await TestServer.run { server in
      for path in ["/v1/completions", "/v1/chat/completions"] {
        let answer = try await server.send(.post, path, body: #"{"model": "gpt", "prompt": "a"}"#)
        #expect(answer.status == .notFound)
        #expect(answer.json["error"]["code"] == .string("model_not_found"))
        #expect(answer.json["error"]["param"] == .string("model"))
      }
    }
  }

  @Test("A body beyond the limit is not read") func aBodyBeyondTheLimitIsNotRead() async throws {
    try await TestServer.run(options: ServerOptions(port: 0, maximumBodySize: 1000)) { server in
      let answer = try await server.complete(#"{"prompt": "\#(String(repeating: "a", count: 1000))"}"#)
      #expect(answer.status == .contentTooLarge)
      #expect(answer.json["error"]["code"] == .string("request_too_large"))
      // Without a length, the limit holds as well.
      let chunk = String(repeating: " ", count: 1001)
      let request =
        "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n\(chunk)\r\n0\r\n\r\n"
      try await server.connect(sending: request) { pieces in
        let piece = await pieces.text { !$0.isEmpty }
        #expect(piece.hasPrefix("HTTP/1.1 413"))
      }
    }
  }

  @Test(
    "What the source refuses is told",
    arguments: [
      (RolloutsError(.busy, "1024 requests"), 429, "rate_limit_error"), (RolloutsError(.stopped, "ended"), 503, "server_error"),
      (RolloutsError(.request, "token 5000"), 400, "invalid_request_error"),
    ])
  func whatTheSourceRefusesIsTold(_ error: RolloutsError, _ status: Int, _ type: String) async throws {
    try await TestServer.run(.refuses(error)) { server in
      let answer = try await server.complete(#"{"prompt": "ab"}"#)
      #expect(answer.status.code == status)
      #expect(answer.json["error"]["type"] == .string(type))
      #expect((answer.headers[.retryAfter] != nil) == (status == 429))
    }
  }

  @Test("What the source refuses names what the prompt came from") func whatTheSourceRefusesNamesWhatThePromptCameFrom() async throws {
    try await TestServer.run(.refuses(RolloutsError(.request, "token 5000"))) { server in
      let completion = try await server.complete(#"{"prompt": "ab"}"#)
      #expect(completion.json["error"]["param"] == .string("prompt"))
      let chat = try await server.chat(#"{"messages": [{"role": "user", "content": "hi"}], "stream": true}"#)
      #expect(chat.status == .badRequest)
      #expect(chat.json["error"]["param"] == .string("messages"))
    }
  }

  @Test("A failure of the source is the servers") func aFailureOfTheSourceIsTheServers() async throws {
    try await TestServer.run(.fails(RolloutsError(.stopped, "inside"))) { server in
      let answer = try await server.complete(#"{"prompt": "ab", "n": 2}"#)
      #expect(answer.status == .serviceUnavailable)
      #expect(!answer.body.contains("inside"))
    }
  }

  @Test(
    "What is no HTTP is answered or closed",
    arguments: [
      "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "POST /v1/completions HTTP/1.1\r\nContent-Length: x\r\n\r\n{}",
      "POST /v1/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
  func whatIsNoHTTPIsAnsweredOrClosed(_ text: String) async throws {
    try await TestServer.run { server in
      try await server.connect(sending: text, halfClosing: {}) { pieces in
        let received = await pieces.whole
        #expect(received.isEmpty || received.hasPrefix("HTTP/1.1 4"))
      }
      #expect(try await server.send(.get, "/health").status == .ok)
    }
  }
}
