import Hummingbird
import JSON
import Rollouts
import Testing

@Suite(.timeLimit(.minutes(15)))
struct StreamingTests {
  @Test("A streamed completion is the whole one in pieces") func aStreamedCompletionIsTheWholeOneInPieces() async throws {
    try await TestServer.run { server in
      let body = #""prompt": ["abcd", "efgh"], "max_tokens": 4, "n": 2, "seed": 3, "echo": true, "logprobs": 1"#
      let whole = try await server.complete("{\(body)}").json
      let answer = try await server.complete(#"{\#(body), "stream": true}"#)
      #expect(answer.headers[.contentType] == "text/event-stream; charset=utf-8")
      #expect(answer.events.last == "[DONE]")
      #expect(Set(answer.chunks.map(\.["id"].text)).count == 1)
      #expect(answer.chunks.allSatisfy { $0["object"] == .string("text_completion") && $0["usage"] == .null })
      for index in 0..<4 {
        let pieces = answer.pieces(ofChoice: index)
        let choice = whole["choices"][index]
        #expect(pieces.map(\.["text"].text).joined() == choice["text"].text)
        #expect(pieces.map(\.["finish_reason"]).filter { $0 != .null } == [choice["finish_reason"]])
        for name in ["tokens", "token_logprobs", "top_logprobs", "text_offset"] {
          #expect(pieces.flatMap { $0["logprobs"][name].elements } == choice["logprobs"][name].elements)
        }
      }
    }
  }

  @Test("An echo without log probabilities comes first") func anEchoWithoutLogProbabilitiesComesFirst() async throws {
    try await TestServer.run { server in
      let answer = try await server.complete(#"{"prompt": "abcd", "max_tokens": 2, "seed": 0, "echo": true, "stream": true}"#)
      #expect(answer.chunks.map { $0["choices"][0]["text"].text } == ["abcd", "a", "b", ""])
    }
  }

  @Test("A streamed chat begins with the role and ends with the reason") func aStreamedChatBeginsWithTheRoleAndEndsWithTheReason()
    async throws
  {
    try await TestServer.run { server in
      let answer = try await server.chat(
        #"{"messages": [{"role": "user", "content": "hi"}], "max_tokens": 2, "n": 2, "seed": 0, "stream": true}"#)
      #expect(answer.chunks.allSatisfy { $0["object"] == .string("chat.completion.chunk") })
      for index in 0..<2 {
        let pieces = answer.pieces(ofChoice: index)
        #expect(pieces.map(\.["delta"].keys) == [["role", "content"], ["content"], ["content"], []])
        #expect(pieces.map(\.["finish_reason"]) == [.null, .null, .null, .string("length")])
      }
      #expect(answer.events.last == "[DONE]")
    }
  }

  @Test("Usage comes in a chunk of its own where it is asked for") func usageComesInAChunkOfItsOwnWhereItIsAskedFor() async throws {
    try await TestServer.run { server in
      let answer = try await server.complete(
        #"{"prompt": "abcd", "max_tokens": 2, "stream": true, "stream_options": {"include_usage": true}}"#)
      #expect(answer.chunks.last?["choices"] == .array([]))
      #expect(answer.chunks.last?["usage"]["total_tokens"] == .integer(6))
      #expect(answer.chunks.dropLast().allSatisfy { $0.keys.last == "usage" && $0["usage"] == .null })
    }
  }

  @Test("A failure on the way is the last event") func aFailureOnTheWayIsTheLastEvent() async throws {
    try await TestServer.run(.fails(RolloutsError(.stopped, "inside"))) { server in
      let answer = try await server.complete(#"{"prompt": "abcd", "max_tokens": 2, "stream": true}"#)
      #expect(answer.status == .ok)
      #expect(answer.chunks.last?["error"]["type"] == .string("server_error"))
      #expect(answer.events.last == "[DONE]")
    }
  }

  @Test("A refusal comes before the stream") func aRefusalComesBeforeTheStream() async throws {
    try await TestServer.run(.refuses(RolloutsError(.request, "token 9999 is outside the vocabulary"))) { server in
      let answer = try await server.complete(#"{"prompt": [9999], "stream": true}"#)
      #expect(answer.status == .badRequest)
      #expect(answer.json["error"]["message"].text.contains("9999"))
    }
  }
}
