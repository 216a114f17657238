import Foundation
import Hummingbird
import JSON
import Rollouts
import Server
import Testing
import Tokenizers

@Suite(.timeLimit(.minutes(15)))
struct ChatTests {
  private static let messages = #""messages": [{"role": "system", "content": "be"}, {"role": "user", "content": "hi"}]"#

  @Test("An answer has open a is shape") func anAnswerHasOpenAIsShape() async throws {
    try await TestServer.run { server in
      let json = try await server.chat(#"{"model": "/models/tiny", \#(Self.messages), "max_tokens": 2, "n": 2, "seed": 0}"#).json
      #expect(json.keys == ["id", "object", "created", "model", "system_fingerprint", "choices", "usage"])
      #expect(json["id"].text.hasPrefix("chatcmpl-"))
      #expect(json["object"] == .string("chat.completion"))
      #expect(json["choices"].elements.map(\.["index"]) == [.integer(0), .integer(1)])
      #expect(json["choices"][0].keys == ["index", "message", "logprobs", "finish_reason"])
      #expect(json["choices"][0]["message"]["role"] == .string("assistant"))
      #expect(json["choices"][0]["message"]["content"].text.isEmpty == false)
      #expect(json["choices"][0]["logprobs"] == .null)
      #expect(json["choices"][0]["finish_reason"] == .string("length"))
      #expect(json["usage"]["completion_tokens"] == .integer(4))
    }
  }

  @Test("The template writes the prompt") func theTemplateWritesThePrompt() async throws {
    try await TestServer.run { server in
      let body = """
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
                      {"role": "assistant", "content": null, "tool_calls": []}, {"role": "user", "content": ""}],
         "max_completion_tokens": 3, "max_tokens": 5, "chat_template_kwargs": {"thinking": false}, "tools": [], "tool_choice": "none",
         "response_format": {"type": "text"}, "store": true}
        """
      #expect(try await server.chat(body).status == .ok)
      let request = try #require(server.source.requests.first)
      #expect(server.tokenizer.decode(request.promptTokens) == "[user: a\nb][assistant: ][user: ]{thinking=false}[assistant:")
      #expect(request.options.maximumNewTokens == 3)
      #expect(request.options.temperature == 1)
    }
  }

  @Test(
    "The last message is continued where that is asked for",
    arguments: [
      (
        #"{"role": "assistant", "content": "So 1"}], "continue_final_message": true, "add_generation_prompt": false"#,
        "[user: hi][assistant: So 1"
      ),
      (#"{"role": "assistant", "content": "So "}], "continue_final_message": true"#, "[user: hi][assistant: So "),
      (#"{"role": "assistant", "content": " hi"}], "continue_final_message": true"#, "[user: hi][assistant:  hi"),
      (#"{"role": "assistant", "content": "a"}], "add_generation_prompt": false"#, "[user: hi][assistant: a]"),
      (#"{"role": "assistant", "content": "a"}], "add_generation_prompt": true"#, "[user: hi][assistant: a][assistant:"),
    ])
  func theLastMessageIsContinued(_ end: String, _ prompt: String) async throws {
    try await TestServer.run { server in
      #expect(try await server.chat(#"{"messages": [{"role": "user", "content": "hi"}, \#(end)}"#).status == .ok)
      let request = try #require(server.source.requests.first)
      #expect(server.tokenizer.decode(request.promptTokens) == prompt)
    }
  }

  @Test("A template may drop spaces of a message that is continued, but not the message") func continuedMessagesMustBeWritten() async throws
  {
    let trims: ServedModel.ChatRenderer = { messages, _, _ in
      messages.map { "<" + $0["content"].text.trimmingPrefix("no").split(separator: " ").joined(separator: " ") + ">" }.joined()
    }
    try await TestServer.run(template: trims) { server in
      let body = #"{"messages": [{"role": "assistant", "content": "CONTENT"}], "continue_final_message": true}"#
      #expect(try await server.chat(body.replacingOccurrences(of: "CONTENT", with: " So I  ")).status == .ok)
      let request = try #require(server.source.requests.first)
      #expect(server.tokenizer.decode(request.promptTokens) == "<So I")
      let refused = try await server.chat(body.replacingOccurrences(of: "CONTENT", with: "no"))
      #expect(refused.status == .badRequest)
      #expect(refused.json["error"]["param"] == .string("continue_final_message"))
    }
  }

  @Test("Without a limit the answer has a standard one cut to the context", arguments: [(128, nil), (8192, 2048)])
  func withoutALimitTheAnswerHasAStandardOneCutToTheContext(_ context: Int, _ standard: Int?) async throws {
    try await TestServer.run(maximumLength: context) { server in
      #expect(try await server.chat(#"{"messages": [{"role": "user", "content": "hi"}], "temperature": 0}"#).status == .ok)
      let request = try #require(server.source.requests.first)
      #expect(request.options.maximumNewTokens == standard ?? context - request.promptTokens.count)
    }
  }

  @Test("Log probabilities have the chats shape") func logProbabilitiesHaveTheChatsShape() async throws {
    try await TestServer.run { server in
      let json = try await server.chat(
        #"{\#(Self.messages), "max_tokens": 2, "seed": 0, "logprobs": true, "top_logprobs": 3}"#
      ).json
      let content = json["choices"][0]["logprobs"]["content"]
      #expect(content.elements.count == 2)
      #expect(content[0].keys == ["token", "logprob", "bytes", "top_logprobs"])
      #expect(content[0]["token"] == .string("["))
      #expect(content[0]["bytes"] == .array([.integer(91)]))
      #expect(content[0]["logprob"] == .number(-0.125))
      #expect(content[0]["top_logprobs"].elements.count == 3)
      #expect(content[0]["top_logprobs"][0].keys == ["token", "logprob", "bytes"])
      #expect(content.elements.map(\.["token"].text).joined() == json["choices"][0]["message"]["content"].text)
    }
  }

  @Test("A model without a template says so") func aModelWithoutATemplateSaysSo() async throws {
    try await TestServer.run(template: nil) { server in
      let answer = try await server.chat("{\(Self.messages)}")
      #expect(answer.status == .badRequest)
      #expect(answer.json["error"]["message"].text.contains("no chat template"))
    }
  }

  @Test("What the template refuses is told") func whatTheTemplateRefusesIsTold() async throws {
    try await TestServer.run { server in
      let answer = try await server.chat(#"{"messages": [{"role": "nobody", "content": "hi"}]}"#)
      #expect(answer.status == .badRequest)
      #expect(answer.json["error"]["message"].text.contains("nobody may not speak"))
    }
  }
}
