import Hummingbird
import JSON
import Rollouts
import Testing
import Tokenizers

/// Parameters beside those that every server has.
@Suite(.timeLimit(.minutes(15)))
struct ParameterTests {
  private static let chat = #""messages": [{"role": "user", "content": "hi"}]"#

  /// Sends a parameter to both endpoints; returns the answers.
  private static func answers(_ parameter: String, _ server: TestServer) async throws -> [TestServer.Answer] {
    [
      try await server.complete(#"{"prompt": "ab", "max_tokens": 1, \#(parameter)}"#),
      try await server.chat(#"{\#(chat), "max_tokens": 1, \#(parameter)}"#),
    ]
  }

  @Test(
    "A parameter that would change the answer and is lacking is refused by name",
    arguments: [
      #""ignore_eos": true"#, #""min_tokens": 3"#, #""logit_bias": {"5": -100}"#, #""presence_penalty": 0.1"#, #""frequency_penalty": -1"#,
      #""response_format": {"type": "json_object"}"#, #""guided_regex": "a+""#, #""guided_json": {"type": "object"}"#,
      #""structured_outputs": {"choice": ["a"]}"#, #""skip_special_tokens": false"#, #""include_stop_str_in_output": true"#,
      #""use_beam_search": true"#, #""length_penalty": 0.5"#, #""bad_words": ["a"]"#, #""allowed_token_ids": [5]"#,
      #""truncate_prompt_tokens": 5"#, #""prompt_logprobs": 1"#,
    ])
  func lackingParametersAreRefused(_ parameter: String) async throws {
    try await TestServer.run { server in
      for answer in try await Self.answers(parameter, server) {
        #expect(answer.status == .badRequest)
        let error = answer.json["error"]
        #expect(error["code"] == .string("unsupported_parameter"))
        #expect(error["type"] == .string("invalid_request_error"))
        #expect(parameter.contains(#""\#(error["param"].text.split(separator: ".").first ?? "?")""#))
        #expect(error["message"].text.contains(error["param"].text))
      }
      #expect(server.source.requests.isEmpty)
    }
  }

  @Test(
    "The chat's own are refused likewise",
    arguments: [
      #""tools": [{"type": "function"}]"#, #""reasoning_effort": "high""#, #""verbosity": "low""#, #""web_search_options": {}"#,
      #""audio": {"voice": "x"}"#, #""chat_template": "{{ messages }}""#, #""documents": [{}]"#, #""echo": true"#,
      #""tool_choice": "required""#, #""add_special_tokens": true"#,
    ])
  func lackingChatParametersAreRefused(_ parameter: String) async throws {
    try await TestServer.run { server in
      let answer = try await server.chat(#"{\#(Self.chat), \#(parameter)}"#)
      #expect(answer.status == .badRequest)
      #expect(answer.json["error"]["code"] == .string("unsupported_parameter"))
      #expect(server.source.requests.isEmpty)
    }
  }

  @Test(
    "What nobody knows is refused, with what it may have been meant to be",
    arguments: [
      ("temprature", "temperature"), ("top-p", "top_p"), ("repetition_penality", "repetition_penalty"),
      ("stop_tokens_ids", "stop_token_ids"),
      ("Seed", "seed"), ("xyzzyxyzzy", nil), ("", nil),
    ])
  func unknownParametersAreRefused(_ name: String, _ suggestion: String?) async throws {
    try await TestServer.run { server in
      for answer in try await Self.answers(#""\#(name)": 1"#, server) {
        #expect(answer.status == .badRequest)
        #expect(answer.json["error"]["code"] == .string("unknown_parameter"))
        #expect(answer.json["error"]["param"] == .string(name))
        let message = answer.json["error"]["message"].text
        if let suggestion {
          #expect(message == "\(name): unknown parameter, did you mean \(suggestion)?")
        } else {
          #expect(message == "\(name): unknown parameter")
        }
      }
      let inside = try await server.complete(#"{"prompt": "ab", "stream": true, "stream_options": {"include_usge": true}}"#)
      #expect(
        inside.json["error"]["message"]
          == .string("stream_options.include_usge: unknown parameter, did you mean stream_options.include_usage?"))
    }
  }

  @Test(
    "What does not change the answer is taken",
    arguments: [
      #""user": "me", "metadata": {"a": "b"}, "store": true, "service_tier": "auto", "safety_identifier": "x", "prompt_cache_key": "y""#,
      #""ignore_eos": false, "min_tokens": 0, "skip_special_tokens": true, "length_penalty": 1.0, "use_beam_search": false"#,
      #""logit_bias": {}, "presence_penalty": 0, "frequency_penalty": 0.0, "response_format": {"type": "text"}, "bad_words": []"#,
      #""stream": true, "stream_options": {"include_usage": true, "include_obfuscation": false, "continuous_usage_stats": false}"#,
      #""guided_json": null, "truncate_prompt_tokens": null, "whatever": null, "min_p": null, "request_id": "1", "priority": 5"#,
    ])
  func idleParametersAreTaken(_ parameters: String) async throws {
    try await TestServer.run { server in
      for answer in try await Self.answers(parameters, server) { #expect(answer.status == .ok, "\(answer.body)") }
      let chat =
        #"{\#(Self.chat), "max_tokens": 1, "parallel_tool_calls": true, "tools": [], "tool_choice": "auto", "modalities": ["text"]}"#
      #expect(try await server.chat(chat).status == .ok)
    }
  }

  @Test("Penalties, min-p and stop tokens reach the source; off, they are not there") func samplingReachesTheSource() async throws {
    try await TestServer.run { server in
      _ = try await Self.answers(#""min_p": 0.25, "repetition_penalty": 1.5, "stop_token_ids": [70, 71]"#, server)
      _ = try await Self.answers(#""min_p": 0, "repetition_penalty": 1, "stop_token_ids": []"#, server)
      let requests = server.source.requests
      #expect(requests.map(\.options.minP) == [0.25, 0.25, 0, 0])
      #expect(requests.map(\.options.repetitionPenalty) == [1.5, 1.5, 1, 1])
      #expect(requests.map(\.stopTokens) == [[0, 70, 71], [0, 70, 71], [0], [0]])
    }
  }

  @Test("A stop token of the request's ends the text before it") func stopTokensEnd() async throws {
    try await TestServer.run { server in
      // The source repeats the prompt.
      let tokens = server.tokenizer.encode("xyz")
      let answer = try await server.complete(
        #"{"prompt": \#(tokens), "max_tokens": 3, "seed": 0, "stop_token_ids": [\#(tokens[1])]}"#)
      #expect(answer.json["choices"][0]["text"] == .string(server.tokenizer.decode([tokens[0]])))
      #expect(answer.json["choices"][0]["finish_reason"] == .string("stop"))
    }
  }
}
